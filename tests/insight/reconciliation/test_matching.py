"""Which line is which call: the best pairs overall, against brute force; the clocks' difference."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.insight.reconciliation.assignment import Edge, assigned
from switchboard.insight.reconciliation.matching import Side, alone, matched, price
from switchboard.insight.reconciliation.skew import Started, estimated

SECOND = 1_000_000
TOLERANCE = 30 * SECOND

starts = st.integers(0, 80).map(lambda second: second * SECOND)
moments = st.lists(starts, min_size=1, max_size=2, unique=True).map(lambda both: tuple(sorted(both)))
callers = st.sampled_from([None, "+491", "+492"])
sides = st.builds(
    Side,
    st.sampled_from(["100", "101"]),
    callers,
    moments,
    st.none() | st.integers(0, 20).map(lambda second: second * SECOND),
    st.just(""),
)


def keyed(some: list[Side]) -> list[Side]:
    return [one._replace(key=f"{at:03}") for at, one in enumerate(some)]


few = st.lists(sides, max_size=5).map(keyed)
many = st.lists(sides, max_size=14).map(keyed)


def cost(lines: list[Side], calls: list[Side], pairs: list[tuple[int, int]]) -> int:
    """What a matching costs altogether."""
    priced = [price(lines[line], calls[call], TOLERANCE) for line, call in pairs]
    assert None not in priced
    return sum(one for one in priced if one is not None) + (len(lines) - len(pairs)) * alone(TOLERANCE)


def cheapest(lines: list[Side], calls: list[Side]) -> int:
    """By trying everything."""
    best = len(lines) * alone(TOLERANCE)
    for chosen in itertools.product([None, *range(len(calls))], repeat=len(lines)):
        taken = [call for call in chosen if call is not None]
        if len(set(taken)) < len(taken):
            continue
        pairs = [(line, call) for line, call in enumerate(chosen) if call is not None]
        if all(price(lines[line], calls[call], TOLERANCE) is not None for line, call in pairs):
            best = min(best, cost(lines, calls, pairs))
    return best


@given(many, many)
def test_each_has_at_most_one_partner_and_every_pair_is_possible(lines: list[Side], calls: list[Side]) -> None:
    pairs = matched(lines, calls, TOLERANCE)
    assert len({line for line, _ in pairs}) == len({call for _, call in pairs}) == len(pairs)
    cost(lines, calls, pairs)


@settings(max_examples=60, deadline=None)
@given(few, st.lists(sides, max_size=4).map(keyed))
def test_no_other_choice_costs_less(lines: list[Side], calls: list[Side]) -> None:
    assert cost(lines, calls, matched(lines, calls, TOLERANCE)) == cheapest(lines, calls)


@given(many, many)
def test_it_does_not_matter_who_is_asked_about_whom(lines: list[Side], calls: list[Side]) -> None:
    there, back = matched(lines, calls, TOLERANCE), matched(calls, lines, TOLERANCE)
    unpaired = (len(calls) - len(lines)) * alone(TOLERANCE)
    assert cost(calls, lines, back) - cost(lines, calls, there) == unpaired


@given(many, many, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(lines: list[Side], calls: list[Side], chance: random.Random) -> None:
    def named(some: list[Side], others: list[Side]) -> set[tuple[str | int, str | int]]:
        return {(some[line].key, others[call].key) for line, call in matched(some, others, TOLERANCE)}

    shuffled = chance.sample(lines, len(lines)), chance.sample(calls, len(calls))
    assert named(*shuffled) == named(lines, calls)


def call(second: float, duration: int | None = None, caller: str | None = "+491", key: str = "") -> Side:
    return Side("100", caller, (round(second * SECOND),), None if duration is None else duration * SECOND, key)


def test_an_early_wrong_pair_spoils_nothing() -> None:
    # The first line has lost its call: taking the nearest one in turn would leave the last call alone.
    lines = [call(0, key="lost"), call(20), call(40), call(60)]
    calls = [call(21), call(41), call(61)]
    assert matched(lines, calls, TOLERANCE) == [(1, 0), (2, 1), (3, 2)]


def test_lengths_decide_between_calls_of_one_moment() -> None:
    lines = [call(0, 300, None, "a"), call(0, 5, None, "b")]
    calls = [call(1, 6, None, "c"), call(1, 301, None, "d")]
    assert matched(lines, calls, TOLERANCE) == [(0, 1), (1, 0)]


def test_a_withheld_caller_is_matched_by_number_and_time_but_after_one_who_is_known() -> None:
    lines = [call(0, caller="+491"), call(1, caller=None)]
    calls = [call(0.5, caller=None), call(1.5, caller="+491")]
    assert matched(lines, calls, TOLERANCE) == [(0, 1), (1, 0)]
    assert matched([call(0, caller=None)], [call(3)], TOLERANCE) == [(0, 0)]
    assert matched([call(0, caller="+491")], [call(0, caller="+492")], TOLERANCE) == []


def test_callers_who_hide_do_not_make_up_for_one_who_is_missing() -> None:
    # Ours: one known, one hidden. Theirs: the hidden one, and somebody whom we never saw.
    lines = [call(1, caller=None), call(0.2, caller="+499")]
    calls = [call(0, caller="+491"), call(1, caller=None)]
    assert matched(lines, calls, TOLERANCE) == [(0, 1)]


@pytest.mark.parametrize("apart", [30, -30])
def test_the_tolerance_is_the_last_that_is_still_one_call(apart: int) -> None:
    assert matched([call(100)], [call(100 + apart)], TOLERANCE) == [(0, 0)]
    assert matched([call(100)], [call(100 + apart * 1.001)], TOLERANCE) == []


def test_rows_that_may_have_nothing_stay_alone() -> None:
    assert assigned([[], [Edge(0, 9)], [Edge(0, 3)]], 1, 5) == [None, None, 0]


# -- the clocks


def started(second: float, caller: str | None) -> Started:
    return Started("100", caller, (round(second * SECOND),))


@given(
    st.integers(-25 * 3_600, 25 * 3_600),
    st.lists(
        st.tuples(st.integers(0, 80_000), st.floats(-1, 1)), min_size=5, max_size=40, unique_by=lambda one: one[0]
    ),
    st.integers(0, 6),
    st.randoms(use_true_random=False),
)
def test_the_difference_of_the_clocks_is_found_though_each_has_calls_of_its_own(
    offset: int, both: list[tuple[int, float]], alien: int, chance: random.Random
) -> None:
    ours = [started(second, f"+49{at}") for at, (second, _) in enumerate(both)]
    theirs = [started(second + offset + jitter, f"+49{at}") for at, (second, jitter) in enumerate(both)]
    # Somebody who rang twice, once unseen by each: a distance that says nothing.
    some = min(alien, len(both) // 2)
    ours += [started(chance.randrange(80_000), f"+48{at}") for at in range(some)]
    theirs += [started(chance.randrange(80_000), f"+48{at}") for at in range(some)]
    found = estimated(chance.sample(theirs, len(theirs)), ours)
    assert found.pairs >= len(both)
    assert abs(found.offset - offset * SECOND) <= 2 * SECOND
    mirrored = estimated(ours, theirs)
    assert abs(mirrored.offset + found.offset) <= 2 * SECOND


def test_too_few_calls_say_nothing() -> None:
    assert estimated([started(10, "+491")], [started(5_000, "+491")]).pairs == 0
    assert estimated([], []).pairs == 0


def test_two_calls_that_agree_are_enough_when_there_are_no_others() -> None:
    found = estimated([started(3_610, "+491"), started(3_700, "+492")], [started(10, "+491"), started(100, "+492")])
    assert found == (3_600 * SECOND, 2)


def test_callers_who_ring_again_and_again_still_tell_the_clock() -> None:
    ours = [started(second, "+491") for second in (0, 500, 1_300, 2_700)]
    theirs = [started(second + 100, "+491") for second in (0, 500, 1_300, 2_700)]
    assert estimated(theirs, ours) == (100 * SECOND, 4)
