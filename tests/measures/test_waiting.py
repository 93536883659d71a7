"""The estimate of a wait: what it is in plain cases, that it is rounded up, and that it rises only for a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.measures.waiting import (
    RANGES,
    Agents,
    Line,
    Now,
    Outlook,
    Rise,
    Told,
    announced,
    expected_wait,
    mean_wait,
    outlook,
    rounded_up,
)


def test_with_equal_agents_and_no_impatience_it_is_callers_by_rate() -> None:
    """(n + 1) / (s mu): Ibrahim & Whitt 2009, the estimator QL."""
    found = expected_wait(Line(5, [Agents(10, left=200.0, cycle=200.0)]))
    assert found is not None
    assert found[0] == pytest.approx(6 * 200 / 10)
    assert found[1] == pytest.approx(6 * 20.0**2)


def test_callers_ahead_who_give_up_shorten_the_wait() -> None:
    """The sum of 1 / (s mu + k theta): the estimator QL_m."""
    agents = [Agents(4, left=100.0, cycle=100.0)]
    found = expected_wait(Line(3, agents, gives_up=0.01))
    assert found is not None
    assert found[0] == pytest.approx(sum(1 / (0.04 + k * 0.01) for k in range(4)))


def test_an_agent_who_is_nearly_done_counts_once() -> None:
    nearly = [Agents(1, left=2.0, cycle=200.0), Agents(1, left=200.0, cycle=200.0)]
    first, second = (mean_wait(Line(ahead, nearly)) for ahead in (0, 1))
    assert first is not None
    assert second is not None
    # Without the one who is nearly done: 200 and 400.
    assert first < 20
    assert second > 50


def test_an_idle_agent_is_there_at_once_and_nobody_means_nothing_is_said() -> None:
    assert (mean_wait(Line(0, [Agents(1, left=0.0)])) or 9.0) < 1.0
    assert outlook(Line(3, [])) is None
    assert mean_wait(Line(3, [])) is None


def test_a_long_line_is_taken_in_parts_and_comes_out_the_same() -> None:
    agents = [Agents(50, left=240.0, cycle=240.0)]
    found = mean_wait(Line(399, agents, gives_up=1 / 300))
    exact = sum(1 / (50 / 240 + k / 300) for k in range(400))
    assert found == pytest.approx(exact, rel=0.05)


def test_the_range_is_that_of_the_gamma_distribution() -> None:
    """One stage is exponential: its median is 0.693 of the mean, a sixth lies below 0.173 and above 1.84."""
    found = outlook(Line(0, [Agents(1, left=100.0, cycle=100.0)]))
    assert found is not None
    assert found.likely == pytest.approx(69.3, rel=0.02)
    assert found.low == pytest.approx(17.3, rel=0.1)
    assert found.high == pytest.approx(184, rel=0.02)
    with_ringing = outlook(Line(0, [Agents(1, left=100.0, cycle=100.0)], ringing=5.0))
    assert with_ringing is not None
    assert with_ringing.likely > found.likely


lines = st.builds(
    Line,
    st.floats(0, 500),
    st.lists(st.builds(Agents, st.integers(1, 50), st.floats(0, 3600), st.floats(1, 3600)), min_size=1, max_size=8),
    st.floats(0, 0.1),
    st.floats(0, 60),
)


@given(lines)
def test_a_range_holds_what_is_likely_and_nothing_is_negative(line: Line) -> None:
    found = outlook(line)
    assert found is not None
    assert 0 <= found.low <= found.likely <= found.high < 1e9


@given(st.integers(0, 30), st.integers(1, 50), st.floats(10, 3600))
def test_more_callers_ahead_never_shorten_the_wait(ahead: int, count: int, cycle: float) -> None:
    agents = [Agents(count, left=cycle, cycle=cycle)]
    assert (mean_wait(Line(ahead + 1, agents)) or 0.0) > (mean_wait(Line(ahead, agents)) or 0.0)


@given(st.floats(0, 20_000))
def test_what_is_said_never_ends_before_the_estimate(high: float) -> None:
    _, minutes = RANGES[rounded_up(Outlook(0.0, high))]
    assert minutes is None or minutes * 60 >= high


def test_every_range_begins_before_it_ends_and_they_rise() -> None:
    ends = [to if to is not None else 10**9 for _, to in RANGES]
    assert ends == sorted(set(ends))
    assert all(begin < to for (begin, _), to in zip(RANGES, ends, strict=True))


def now(position: int = 3, agents: int = 4, handling: float = 100.0, high: float = 100.0) -> Now:
    return Now(position, agents, handling, Outlook(high / 2, high))


def test_an_estimate_that_merely_wavers_is_told_as_before() -> None:
    first = announced(None, now(high=100.0))
    assert (first.position, first.range, first.why) == (3, 1, None)
    same = announced(first, now(high=700.0))
    assert (same.range, same.why) == (1, None)


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        (now(agents=2, high=700.0), Rise.FEWER_AGENTS),
        (now(handling=130.0, high=700.0), Rise.LONGER_CONTACTS),
        (now(position=5, high=700.0), Rise.OVERTAKEN),
        (now(position=5, high=50.0), Rise.OVERTAKEN),
    ],
)
def test_it_rises_with_its_reason(worse: Now, why: Rise) -> None:
    told = announced(announced(None, now()), worse)
    assert told.why is why
    assert told.position == worse.position


def test_slow_changes_add_up_to_a_reason() -> None:
    told = announced(None, now(handling=100.0))
    for handling in (110.0, 118.0):
        told = announced(told, now(handling=handling, high=300.0))
        assert told.range == 1
    told = announced(told, now(handling=126.0, high=300.0))
    assert (told.range, told.why) == (3, Rise.LONGER_CONTACTS)


def test_a_shorter_wait_is_told_at_once_and_an_unknown_one_not_at_all() -> None:
    told = announced(announced(None, now(high=700.0)), now(position=2, high=100.0))
    assert (told.position, told.range, told.why) == (2, 1, None)
    unknown = announced(told, Now(2, 0, 100.0, None))
    assert (unknown.range, unknown.why) == (None, None)


states = st.builds(
    Now,
    st.integers(1, 9),
    st.integers(0, 5),
    st.floats(1, 1000),
    st.none() | st.floats(0, 5000).map(lambda high: Outlook(high / 3, high)),
)


@given(st.lists(states, min_size=1, max_size=30))
def test_whatever_happens_nothing_becomes_worse_without_a_reason(history: list[Now]) -> None:
    told: Told | None = None
    heard: int | None = None
    for state in history:
        before, told = told, announced(told, state)
        assert told.position == state.position
        longer = told.range is not None and heard is not None and told.range > heard
        worse = longer or (before is not None and told.position > before.position)
        assert worse == (told.why is not None)
        heard = heard if told.range is None else told.range
