"""A real day out of the ledger, for trials: who came, what became of them, and who was there."""

from collections.abc import Iterable, Mapping
from typing import Final

from switchboard.agents.model import AgentState
from switchboard.agents.service import Span
from switchboard.app.rooms import Rooms
from switchboard.conversations.model import VisitEnd
from switchboard.conversations.service import ArrivedContact
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import Refused
from switchboard.measures.days import Day as Midnights
from switchboard.routing.service import Floors
from switchboard.routing.simulation.day import INTERVAL, Day, How, There, Visit

MOST_VISITS: Final = 20_000
"""Callers of a day that a trial takes."""

_HOW: Final = {
    VisitEnd.ANSWERED: How.ANSWERED,
    VisitEnd.ABANDONED: How.GAVE_UP,
    VisitEnd.ABANDONED_WHILE_OFFERED: How.GAVE_UP,
}
_WITH_CALLS: Final = frozenset({AgentState.OFFERED, AgentState.ENGAGED, AgentState.WRAP_UP})
_HERE: Final = _WITH_CALLS | {AgentState.AVAILABLE, AgentState.DELAYED}
"""States in which an agent is there for calls; a pause and a desk that does not answer are not."""


async def real_day(rooms: Rooms, floors: Floors | None, organization: str, midnights: Midnights) -> Day:
    """The day up to now. Raises Refused when there is nothing to simulate, or too much. floors: None when nobody
    serves, so that nobody is signed in."""
    now = rooms.clock.now()
    until = min(now, midnights.until)
    async with rooms.database.reading() as connection:
        queues = {id_: key for key, id_ in (await rooms.queues.ids(connection, organization)).items()}
    visits = await _visits(rooms, organization, queues, midnights.since, until)
    people = {one.id: one.key for one in await rooms.tenancy.people(organization)}
    board = () if floors is None else floors.of(organization).board().agents
    running = {one.id: Span(one.state, None, one.since, now) for one in board}
    there: list[There] = []
    busy = free = 0
    for agent in await rooms.agents.serving(organization):
        spans = await rooms.agents.spans(organization, agent, midnights.since, until)
        spans += [running[agent]] if agent in running else []
        within = [_within(one, midnights.since, until) for one in spans if one.state in _HERE]
        busy += sum(end - start for one, start, end in within if one.state in _WITH_CALLS)
        free += sum(end - start for one, start, end in within if one.state is AgentState.AVAILABLE)
        if agent in people:
            there += _merged(people[agent], within, midnights.since)
    if not visits or not there:
        missing = "nobody was in line" if not visits else "no agent was there"
        raise Refused(f"{missing} on {midnights.date:%Y-%m-%d}: there is nothing to try it on; choose another day")
    start = min(min(one.at for one in visits), min(one.start for one in there))
    last = max(max(one.at for one in visits), 1.0)
    end = (until - midnights.since) // MICROSECONDS if until == now else int(last) + 1
    begin = int(start) // INTERVAL * INTERVAL
    return Day(
        f"{midnights.date:%Y-%m-%d}",
        begin,
        max(int(end), int(last) + 1, begin + INTERVAL),
        tuple(visits),
        tuple(there),
        busy / (busy + free) if busy + free else None,
    )


async def _visits(rooms: Rooms, organization: str, queues: Mapping[str, str], since: int, until: int) -> list[Visit]:
    clients = [one.id for one in await rooms.tenancy.clients(organization)]
    visits: list[Visit] = []
    async for page in rooms.conversations.arrived(organization, clients, since, until):
        visits += [visit for contact in page for visit in _of(contact, queues, since)]
        if len(visits) > MOST_VISITS:
            raise Refused(f"more than {MOST_VISITS:,} callers were in line that day: too many for a trial")
    return sorted(visits, key=lambda one: one.at)


def _of(contact: ArrivedContact, queues: Mapping[str, str], since: int) -> Iterable[Visit]:
    """The stays of a contact in queues that there still are."""
    work = {one.visit: one for one in reversed(contact.engagements)}
    for one in contact.visits:
        if one.queue not in queues:
            continue
        talk = work.get(one.id)
        seconds = None if talk is None or talk.talk_time is None else talk.talk_time + (talk.hold_time or 0)
        yield Visit(
            queues[one.queue],
            (one.entered_at - since) / MICROSECONDS,
            (one.left_at - one.entered_at - (one.paused or 0)) / MICROSECONDS,
            _HOW.get(VisitEnd(one.how), How.SENT_ON),
            None if talk is None else talk.ring_time / MICROSECONDS,
            None if seconds is None else seconds / MICROSECONDS,
            None if talk is None or talk.wrap_up_time is None else talk.wrap_up_time / MICROSECONDS,
        )


def _within(span: Span, since: int, until: int) -> tuple[Span, int, int]:
    return span, max(span.since, since), max(min(span.until, until), since)


def _merged(agent: str, spans: Iterable[tuple[Span, int, int]], since: int) -> list[There]:
    """Spans that touch each other as one, in whole seconds."""
    found: list[There] = []
    for _, start, end in sorted(spans, key=lambda one: one[1]):
        begin, over = (start - since) // MICROSECONDS, -(-(end - since) // MICROSECONDS)
        if found and begin <= found[-1].end + 1:
            found[-1] = There(agent, found[-1].start, max(over, found[-1].end))
        elif over > begin:
            found.append(There(agent, begin, over))
    return found
