"""Whatever an agent did, and wherever midnight falls: his days add up to the time he was signed in."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.agents.decide import Span, day
from switchboard.agents.model import AgentState
from switchboard.measures.days import day_at

HOUR = 3_600_000_000

CHANGES = {
    # Zone: a day whose clock is put forward, and one whose clock is put back. Lord Howe changes by half an hour,
    # Beirut leaves out midnight itself, Havana has it twice.
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-10-04", "2026-04-05"),
    "Asia/Beirut": ("2026-03-29", "2026-10-25"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
}

states = st.sampled_from([state for state in AgentState if state is not AgentState.SIGNED_OUT])
stretches = st.lists(st.tuples(states, st.integers(1, 9 * HOUR)), min_size=1, max_size=12)


@pytest.mark.parametrize(("zone", "date"), [(zone, date) for zone, dates in CHANGES.items() for date in dates])
@settings(max_examples=25, deadline=None)
@given(stretches, st.integers(-40 * HOUR, 20 * HOUR))
def test_calendar_days_add_up_to_the_time_signed_in(
    zone: str, date: str, did: list[tuple[AgentState, int]], begins: int
) -> None:
    """did: one state after the other. begins: from noon of the day on which the clocks change."""
    clock = ZoneInfo(zone)
    begin = round(dt.datetime.fromisoformat(f"{date}T12:00").replace(tzinfo=clock).timestamp()) * 1_000_000 + begins
    edges = [begin, *itertools.accumulate((time for _, time in did), initial=begin)][1:]
    spans = [
        Span(state, None, since, until)
        for (state, _), (since, until) in zip(did, itertools.pairwise(edges), strict=True)
    ]
    signed_in = edges[-1] - begin
    calendar = [day_at(begin, clock)]
    while calendar[-1].until < edges[-1]:
        calendar.append(day_at(calendar[-1].until, clock))
    days = [day(spans, one.since, one.until) for one in calendar]
    assert sum(one.signed_in for one in days) == signed_in
    for one in days:
        assert one.signed_in == sum(state.time for state in one.times) == sum(s.until - s.since for s in one.spans)
        assert all(before.until == after.since for before, after in itertools.pairwise(one.spans))
        assert one.signed_in <= one.until - one.since
    by_state = {state: sum(time for did_state, time in did if did_state is state) for state, _ in did}
    assert by_state == {
        state: sum(one.time for of in days for one in of.times if one.state is state) for state in by_state
    }
