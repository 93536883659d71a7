"""The estimate of a wait: what it is in plain cases, that it is rounded up, and that it rises only for a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.measures.waiting import (
    RANGES,
    Now,
    Outlook,
    Queue,
    Rise,
    Told,
    announced,
    expected_free,
    expected_wait,
    outlook,
    rounded_up,
)


@pytest.mark.parametrize(
    ("ahead", "free_in", "expected"),
    [
        (0, [0.0], 0.0),
        (0, [50.0, 10.0], 10.0),
        (1, [50.0, 10.0], 50.0),
        (2, [50.0, 10.0], 110.0),
        (5, [50.0, 10.0], 250.0),
        (0, [], None),
    ],
)
def test_callers_are_taken_in_turn_as_agents_come_free(
    ahead: int, free_in: list[float], expected: float | None
) -> None:
    assert expected_wait(Queue(ahead, free_in, 100.0)) == expected


def test_one_who_talks_longer_than_usual_is_not_expected_at_once() -> None:
    assert expected_free(20.0, 100.0) == 80.0
    assert expected_free(99.0, 100.0) == 25.0
    assert expected_free(900.0, 100.0) == 25.0


def test_nothing_is_said_when_nobody_could_take_him() -> None:
    assert outlook(Queue(3, [], 100.0)) is None


lines = st.builds(
    Queue,
    st.integers(0, 500),
    st.lists(st.floats(0, 3600), min_size=1, max_size=50),
    st.floats(1, 3600),
)


@given(lines)
def test_a_range_holds_its_mean_and_more_callers_ahead_never_shorten_the_wait(line: Queue) -> None:
    found, mean = outlook(line), expected_wait(line)
    assert found is not None
    assert mean is not None
    assert 0 <= found.low <= mean <= found.high
    settled = Queue(line.ahead, [min(free, line.handling) for free in line.free_in], line.handling)
    later = expected_wait(Queue(line.ahead + 1, settled.free_in, settled.handling))
    assert later is not None
    assert later >= (expected_wait(settled) or 0.0) - 1e-6


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
