"""What an agent's day adds up to, without input or output."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from switchboard.agents.model import AgentState


class Span(msgspec.Struct, frozen=True, gc=False):
    """A stretch of one state; times in UTC epoch microseconds. contact, queue: what it was about, ids. overran: a
    pause that the longest time of its reason ended."""

    state: AgentState
    reason: str | None
    since: int
    until: int
    contact: str | None = None
    queue: str | None = None
    overran: bool = False


@dataclass(frozen=True, slots=True)
class StateTime:
    """How long an agent was in a state, for a pause by its reason; microseconds."""

    state: AgentState
    reason: str | None
    time: int


@dataclass(frozen=True, slots=True)
class Day:
    """An agent's day. spans: what he did, in order, cut at the edges of the day. times: the same by state, in the
    order in which they first came; they add up to signed_in."""

    since: int
    until: int
    spans: Sequence[Span]
    times: Sequence[StateTime]
    signed_in: int


def day(spans: Iterable[Span], since: int, until: int) -> Day:
    """The day that begins at `since` and ends at `until`, from all spans that touch it, in order.

    One of 23 or 25 hours, when the clock is changed, is a day like others: all times are UTC.
    """
    cut = [
        msgspec.structs.replace(span, since=max(span.since, since), until=min(span.until, until))
        for span in spans
        if span.since < until and span.until > since and span.state is not AgentState.SIGNED_OUT
    ]
    times: dict[tuple[AgentState, str | None], int] = {}
    for span in cut:
        key = span.state, span.reason
        times[key] = times.get(key, 0) + span.until - span.since
    whole = [StateTime(state, reason, time) for (state, reason), time in times.items()]
    return Day(since, until, cut, whole, sum(one.time for one in whole))
