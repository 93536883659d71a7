"""When a call-back is due: never outside the hours, never too often, and never forgotten."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.callbacks import CUSTOMER_FIRST, HOUR, SECOND, callback, terms
from support.clock import START
from switchboard.outbound.callbacks.decide import (
    Become,
    CallCustomer,
    Rest,
    StandInLine,
    after,
    may_call,
    next_step,
    opens_at,
)
from switchboard.outbound.callbacks.model import CALLBACK_MOVES, OPEN, Callback, CallbackState, Outcome, Terms
from switchboard.routing.model import CallbackMode
from switchboard.routing.service import Standing

SOMEBODY = Standing(1, 0, 2, 180.0, 0.0, 0.0, 0.0)
FAR = Standing(9, 8, 2, 180.0, 400.0, 900.0, 600.0)
NOBODY = Standing(1, 0, 0, 180.0)


def at(text: str, zone: str = "Europe/Berlin") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp()) * SECOND


def test_agent_first_it_stands_in_line_at_once_until_the_hours_end() -> None:
    by_day = terms(first=8 * 60, last=20 * 60)
    noon = at("2025-06-16T12:00")
    one = callback(until=noon + 48 * HOUR)
    assert next_step(one, by_day, SOMEBODY, noon) == StandInLine(at("2025-06-16T20:00"))


def test_in_the_evening_it_waits_for_the_next_morning() -> None:
    by_day = terms(first=8 * 60, last=20 * 60)
    evening = at("2025-06-16T21:00")
    one = callback(until=evening + 48 * HOUR)
    assert next_step(one, by_day, SOMEBODY, evening) == Rest(at("2025-06-17T08:00"))
    assert not may_call(one, by_day, evening)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        # 2:30 does not exist on the day on which the clocks go forward, and exists twice when they go back.
        ("2025-03-30T01:00", "2025-03-30T03:00"),
        ("2025-10-26T01:00", "2025-10-26T02:30"),
    ],
)
def test_on_the_day_of_a_clock_change_nobody_is_called_too_early(now: str, opens: str) -> None:
    early = terms(first=2 * 60 + 30, last=20 * 60)
    found = opens_at(early, at(now))
    assert opens_at(early, found) == found or found < at(opens) + HOUR
    assert found >= at(opens) - HOUR


def test_customer_first_he_is_called_when_his_turn_is_near() -> None:
    near = terms(mode=CUSTOMER_FIRST)
    assert next_step(callback(), near, SOMEBODY, START) == CallCustomer()
    assert isinstance(next_step(callback(), near, FAR, START), Rest)


def test_without_anybody_signed_in_nothing_is_begun() -> None:
    assert isinstance(next_step(callback(), terms(), NOBODY, START), Rest)
    assert isinstance(next_step(callback(), terms(), None, START), Rest)


def test_a_queue_that_calls_nobody_back_any_more_ends_it() -> None:
    assert next_step(callback(), None, SOMEBODY, START) == Become(CallbackState.CANCELLED)


def test_an_attempt_in_vain_is_made_again_after_the_pause_and_not_for_ever() -> None:
    rule = terms(attempts=2, pause=60 * SECOND)
    first = after(callback(state=CallbackState.CALLING, attempts=1), Outcome.BUSY, rule, START)
    assert (first.state, first.next_at, first.outcome) == (CallbackState.WAITING, START + 60 * SECOND, Outcome.BUSY)
    assert next_step(first, rule, SOMEBODY, START + 59 * SECOND) == Rest(START + 60 * SECOND)
    second = after(replace(first, state=CallbackState.CALLING, attempts=2), Outcome.NO_ANSWER, rule, START)
    assert second.state is CallbackState.FAILED


def test_leaving_the_line_is_no_attempt() -> None:
    back = after(callback(state=CallbackState.IN_LINE, contact="c1"), Outcome.NOT_TRIED, terms(), START)
    assert (back.state, back.attempts, back.contact, back.outcome) == (CallbackState.WAITING, 0, None, None)
    assert back.place == START


standings = st.sampled_from([SOMEBODY, FAR, NOBODY, None])
rules = st.builds(
    lambda mode, attempts, pause, first, long: terms(
        mode=mode, attempts=attempts, pause=pause * SECOND, first=first, last=min(first + long, 24 * 60)
    ),
    st.sampled_from(list(CallbackMode)),
    st.integers(1, 4),
    st.integers(0, 7_200),
    st.integers(0, 23 * 60),
    st.integers(1, 24 * 60),
)
outcomes = st.sampled_from(list(Outcome))


def local_minute(now: int) -> int:
    local = datetime.fromtimestamp(now / SECOND, ZoneInfo("Europe/Berlin"))
    return local.hour * 60 + local.minute


@given(rules, st.lists(st.tuples(standings, outcomes, st.integers(1, 90_000)), max_size=40))
def test_no_life_of_a_call_back_breaks_the_law_or_gets_stuck(
    rule: Terms, story: list[tuple[Standing | None, Outcome, int]]
) -> None:
    """Whatever the Floor and the line say: within the hours, within the attempts, and it ends when its time is over."""
    one, now, dialled = callback(state=CallbackState.ASKED), START, 0
    for standing, outcome, passes in story:
        if not one.open:
            break
        step = next_step(one, rule, standing, now)
        one, calls = taken(one, rule, step, now)
        if calls:
            assert rule.rule.first <= local_minute(now) < rule.rule.last
            dialled += 1
            one = after(one, outcome, rule, now)
        elif isinstance(step, Rest):
            assert step.until > now, "it would be looked at again and again without time passing"
        now += passes * SECOND
    assert dialled <= rule.rule.attempts
    for _ in range(200):
        if not one.open:
            break
        step = next_step(one, rule, NOBODY, now)
        one, _ = taken(one, rule, step, now)
        now = max(now, step.until) if isinstance(step, Rest) else now
        now += HOUR
    assert not one.open, f"stuck as {one.state}"


def taken(one: Callback, rule: Terms, step: object, now: int) -> tuple[Callback, bool]:
    """What the book does with a step; whether the customer is dialled."""
    match step:
        case Become(state):
            assert state in CALLBACK_MOVES[one.state] or one.state is CallbackState.CALLING
            return replace(one, state=state, since=now), False
        case StandInLine(until):
            assert until > now
            standing = replace(one, state=CallbackState.IN_LINE, since=now)
            # An agent takes it at once.
            if not may_call(standing, rule, now):
                return standing, False
            return replace(standing, state=CallbackState.CALLING, attempts=one.attempts + 1), True
        case CallCustomer() if may_call(one, rule, now):
            return replace(one, state=CallbackState.CALLING, attempts=one.attempts + 1, since=now), True
    return one, False


def test_every_state_that_is_not_final_can_be_left() -> None:
    reached = {state for moves in CALLBACK_MOVES.values() for state in moves}
    assert reached | {CallbackState.ASKED, CallbackState.WAITING} == set(CallbackState)
    assert all(state in OPEN or not moves for state, moves in CALLBACK_MOVES.items())
