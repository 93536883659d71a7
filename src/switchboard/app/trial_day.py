"""A real day out of the ledger, for trials: who came, what became of them, and who was there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from switchboard.agents.model import AgentState
from switchboard.agents.service import Span
from switchboard.app.rooms import Rooms
from switchboard.configuration.trial_hours import Stay
from switchboard.conversations.model import OVERFLOWED, TalkEnd, VisitEnd
from switchboard.conversations.service import ArrivedContact, VisitFact
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import Refused
from switchboard.measures.days import Day as Midnights
from switchboard.outbound.service import CallbackPlaces
from switchboard.routing.service import Floors
from switchboard.routing.simulation.day import INTERVAL, Day, How, There, Visit

MOST_VISITS: Final = 20_000
"""Callers of a day that a trial takes."""

_HOW: Final = {
    VisitEnd.ANSWERED: How.ANSWERED,
    VisitEnd.ABANDONED: How.GAVE_UP,
    VisitEnd.ABANDONED_WHILE_OFFERED: How.GAVE_UP,
} | dict.fromkeys(OVERFLOWED, How.OVERFLOWED)
_WITH_CALLS: Final = frozenset({AgentState.OFFERED, AgentState.ENGAGED, AgentState.WRAP_UP})
_HERE: Final = _WITH_CALLS | {AgentState.AVAILABLE, AgentState.DELAYED}
"""States in which an agent is there for calls; a pause and a desk that does not answer are not."""


@dataclass(frozen=True, slots=True)
class RealDay:
    """day: as the simulation takes it. stays: of each contact that is over, in order. notes: what is to be said of
    calls that are no plain ones."""

    day: Day
    stays: Mapping[str, Sequence[Stay]]
    notes: tuple[str, ...]


class _Visits:
    """Collects the day's visits, contact by contact."""

    def __init__(self, queues: Mapping[str, str], since: int, places: Mapping[str, int]) -> None:
        """queues: key by id. places: of the contacts that were call-backs."""
        self._queues = queues
        self._since = since
        self._places = places
        self.found: list[tuple[str, int, Visit]] = []
        """(contact, entered, visit)."""
        self.over: list[str] = []
        self.called_back = self.asked = self.handed_over = 0

    def take(self, contact: ArrivedContact) -> None:
        facts = sorted(contact.visits, key=lambda one: (one.entered_at, one.id))
        facts = [one for one in facts if one.queue in self._queues]
        visits = _sent_on([self._visit(contact, facts, number) for number in range(len(facts))])
        self.found += [(contact.id, fact.entered_at, visit) for fact, visit in zip(facts, visits, strict=True)]
        self.called_back += contact.id in self._places and bool(visits)
        if contact.closed:
            self.over.append(contact.id)

    def _visit(self, contact: ArrivedContact, facts: Sequence[VisitFact], number: int) -> Visit:
        one = facts[number]
        work = next((work for work in reversed(contact.engagements) if work.visit == one.id), None)
        talk = None if work is None or work.talk_time is None else work.talk_time + (work.hold_time or 0)
        how = _HOW.get(VisitEnd(one.how), How.SENT_ON)
        called_back = contact.id in self._places
        broke_out = one.how == VisitEnd.BROKE_OUT
        self.asked += broke_out
        return Visit(
            self._queues[one.queue],
            (one.entered_at - self._since) / MICROSECONDS,
            (one.left_at - one.entered_at - (one.paused or 0)) / MICROSECONDS,
            how,
            None if work is None else work.ring_time / MICROSECONDS,
            None if talk is None else talk / MICROSECONDS,
            None if work is None or work.wrap_up_time is None else work.wrap_up_time / MICROSECONDS,
            place=self._place(contact, facts, number),
            # A call-back that was put off leaves the line without anybody giving up.
            leaves=broke_out or (called_back and how is How.SENT_ON),
            patient=called_back and how is How.ANSWERED,
        )

    def _place(self, contact: ArrivedContact, facts: Sequence[VisitFact], number: int) -> float | None:
        """Seconds from midnight since when it counts as waiting; None: since it came into this line."""
        place = self._places.get(contact.id)
        if number and facts[number - 1].how == VisitEnd.ANSWERED:
            # Handed over, or back from an agent who was lost: at its first place.
            before = facts[number - 1].id
            ends = {one.ended_by for one in contact.engagements if one.visit == before}
            self.handed_over += TalkEnd.HANDED_OVER in ends
            place = facts[0].entered_at if place is None else place
        return None if place is None else (place - self._since) / MICROSECONDS

    def notes(self) -> tuple[str, ...]:
        said = (
            ("Call-backs", self.called_back, "they wait by their place from when they really came in line, and stay"),
            ("Left the line by a key, perhaps to be called back", self.asked, "they leave it when they really did"),
            ("Handed over", self.handed_over, "a stay of its own, by its old place, from when it really came there"),
        )
        return tuple(f"{what} ({count:,}): {how}." for what, count, how in said if count)


async def real_day(
    rooms: Rooms, floors: Floors | None, organization: str, midnights: Midnights, *, closed_too: bool = False
) -> RealDay:
    """The day up to now. Raises Refused when there is nothing to simulate, or too much. floors: None when nobody
    serves, so that nobody is signed in. closed_too: a day without anybody in line will do."""
    now = rooms.clock.now()
    until = min(now, midnights.until)
    visits = await _visits(rooms, organization, midnights.since, until)
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
    if not there or not (visits.found or closed_too):
        missing = "no agent was there" if visits.found or closed_too else "nobody was in line"
        raise Refused(f"{missing} on {midnights.date:%Y-%m-%d}: there is nothing to try it on; choose another day")
    ordered = sorted(visits.found, key=lambda one: one[1])
    stays: dict[str, list[Stay]] = {contact: [] for contact in visits.over}
    for number, (contact, entered, visit) in enumerate(ordered):
        if contact in stays:
            stays[contact].append(Stay(number, visit.queue, entered))
    start = min([one.start for one in there] + [int(visit.at) for _, _, visit in ordered[:1]])
    last = max([1] + [int(visit.at) for _, _, visit in ordered[-1:]])
    begin = int(start) // INTERVAL * INTERVAL
    end = (until - midnights.since) // MICROSECONDS if until == now else last + 1
    day = Day(
        f"{midnights.date:%Y-%m-%d}",
        begin,
        max(int(end), last + 1, begin + INTERVAL),
        tuple(visit for _, _, visit in ordered),
        tuple(there),
        busy / (busy + free) if busy + free else None,
    )
    return RealDay(day, stays, visits.notes())


async def _visits(rooms: Rooms, organization: str, since: int, until: int) -> _Visits:
    async with rooms.database.reading() as connection:
        queues = {id_: key for key, id_ in (await rooms.queues.ids(connection, organization)).items()}
    clients = [one.id for one in await rooms.tenancy.clients(organization)]
    visits = _Visits(queues, since, await CallbackPlaces(rooms.database).of(organization, clients, since, until))
    async for page in rooms.conversations.arrived(organization, clients, since, until):
        for contact in page:
            visits.take(contact)
        if len(visits.found) > MOST_VISITS:
            raise Refused(f"more than {MOST_VISITS:,} callers were in line that day: too many for a trial")
    return visits


def _sent_on(visits: list[Visit]) -> list[Visit]:
    """Where the queue itself sent a caller on, the first stay says how that ended: the simulation does the same."""
    for number in range(len(visits) - 2, -1, -1):
        one, after = visits[number], visits[number + 1]
        if one.how is How.OVERFLOWED:
            how, waited = after.whole
            way = (how, one.wait + waited)
            visits[number] = msgspec.structs.replace(one, way=way, talk=after.talk, wrap_up=after.wrap_up)
            visits[number + 1] = msgspec.structs.replace(after, sent=True)
    return visits


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
