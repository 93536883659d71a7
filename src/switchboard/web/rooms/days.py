"""An agent's day as pages show it: finished spans from their rows, the running one from the Floor."""

import zoneinfo

from switchboard.agents.model import AgentState
from switchboard.agents.service import Agents, Day, Span
from switchboard.kit.clock import Clock
from switchboard.kit.errors import NotFound
from switchboard.measures.days import day_at, day_of
from switchboard.routing.service import Floors
from switchboard.tenancy.model import Right
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.days import AgentDay, DayAsked, DaySpan, DayState
from switchboard.web.roles import has
from switchboard.web.rooms.names import Named, Names


class AgentDays:
    """Satisfies `doors.DaysDoor`."""

    def __init__(self, agents: Agents, tenancy: Tenancy, names: Names, floors: Floors, clock: Clock) -> None:
        self._agents = agents
        self._tenancy = tenancy
        self._names = names
        self._floors = floors
        self._clock = clock

    async def day(self, who: Who, agent: str, asked: DayAsked) -> AgentDay:
        people = await self._tenancy.named(who.organization, [agent])
        if agent not in people or not (has(who, Right.ALL_RECORDS) or who.id == agent):
            raise NotFound("There is no such agent")
        named = await self._names.of(who.organization)
        zone = _zone(named, asked.client)
        now = self._clock.now()
        calendar = day_at(now, zone) if asked.date is None else day_of(asked.date, zone)
        running = self._running(who.organization, agent, now)
        day = await self._agents.day(who.organization, agent, calendar.since, calendar.until, running)
        return AgentDay(
            agent=agent,
            agent_name=people[agent].name,
            date=calendar.date,
            time_zone=zone.key,
            since=day.since,
            until=day.until,
            signed_in=day.signed_in,
            states=[
                DayState(state=one.state.value, reason_name=named.reason(one.reason), time=one.time)
                for one in day.times
            ],
            spans=_spans(day, named, running),
            server_now=now,
        )

    def _running(self, organization: str, agent: str, now: int) -> Span | None:
        """What he does just now; None when he is signed out."""
        desk = self._floors.of(organization).desk(agent)
        if desk is None or desk.agent.state is AgentState.SIGNED_OUT:
            return None
        his = desk.agent
        return Span(his.state, his.reason, his.since, max(now, his.since), his.contact, his.queue)


def _zone(named: Named, client: str | None) -> zoneinfo.ZoneInfo:
    if client is not None and client not in named.zones:
        raise NotFound("There is no such client")
    return zoneinfo.ZoneInfo(named.zones[client] if client is not None else next(iter(named.zones.values()), "UTC"))


def _spans(day: Day, named: Named, running: Span | None) -> list[DaySpan]:
    """The last one has no end when it is the running one, and the day is not over before it."""
    goes_on = running is not None and bool(day.spans) and day.spans[-1].until == running.until < day.until
    spans = [
        DaySpan(
            state=span.state.value,
            reason_name=named.reason(span.reason),
            since=span.since,
            until=span.until,
            contact=span.contact,
            queue_name=named.queue(span.queue),
            overran=span.overran,
        )
        for span in day.spans
    ]
    return [*spans[:-1], spans[-1].model_copy(update={"until": None})] if goes_on else spans
