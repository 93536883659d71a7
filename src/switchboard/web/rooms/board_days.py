"""What boards show of whole days beside their live rows, counted from the ledger when a page asks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict

from switchboard.agents.model import AgentState
from switchboard.agents.service import Agents
from switchboard.conversations.service import Conversations
from switchboard.insight.service import Figures, Patterns
from switchboard.kit.clock import Clock
from switchboard.measures.states import StateTimes, signed_in, state_times, talk
from switchboard.routing.service import Floors
from switchboard.tenancy.service import Tenancy
from switchboard.web.messages.board import (
    BoardAgentTimes,
    BoardEnd,
    BoardEntrance,
    BoardEntrances,
    BoardFilter,
    BoardPattern,
    BoardPatterns,
    BoardPause,
    BoardTimes,
)
from switchboard.web.rooms.contact_export import written
from switchboard.web.rooms.names import Named, Names

Lengths = list[tuple[str, str | None, int]]
"""(state, reason, microseconds)."""


class LedgerDays:
    """Satisfies `doors.BoardDaysDoor`."""

    def __init__(
        self,
        floors: Floors,
        figures: Figures,
        agents: Agents,
        conversations: Conversations,
        tenancy: Tenancy,
        names: Names,
        clock: Clock,
    ) -> None:
        self._patterns = Patterns(agents, conversations)
        self._floors = floors
        self._figures = figures
        self._agents = agents
        self._conversations = conversations
        self._tenancy = tenancy
        self._names = names
        self._clock = clock

    async def times(self, organization: str, narrowed: BoardFilter) -> BoardTimes:
        named = await self._names.of(organization)
        since, until = self._span(organization, _client(narrowed, named), narrowed)
        now = self._clock.now()
        lengths: defaultdict[str, Lengths] = defaultdict(list)
        for agent, state, reason, length in await self._agents.lengths(organization, since, until):
            lengths[agent].append((state, reason, length))
        for one in self._floors.of(organization).board().agents:
            # What he does just now has no row yet.
            if one.state is not AgentState.SIGNED_OUT and (length := min(now, until) - max(one.since, since)) > 0:
                lengths[one.id].append((one.state.value, one.reason, length))
        wanted = await self._fitting(organization, narrowed, named, list(lengths))
        holds = await self._conversations.days.holds(organization, wanted, since, until)
        people = await self._tenancy.named(organization, sorted(wanted))
        rows = [
            _row(agent, people[agent].name, state_times(lengths[agent], holds.get(agent, 0)), named)
            for agent in wanted
            if agent in people
        ]
        rows.sort(key=lambda row: (row.name.casefold(), row.id))
        return BoardTimes(since=since, until=until, agents=rows, server_now=now)

    async def patterns(self, organization: str, narrowed: BoardFilter) -> BoardPatterns:
        named = await self._names.of(organization)
        since, until = self._span(organization, _client(narrowed, named), narrowed)
        found = await self._patterns.of(organization, since, until)
        wanted = await self._fitting(organization, narrowed, named, list(found))
        people = await self._tenancy.named(organization, sorted(wanted))
        rows = [
            BoardPattern(
                id=agent,
                name=people[agent].name,
                **asdict(found[agent]),
                transfer_rate=found[agent].transfer_rate,
            )
            for agent in wanted
            if agent in people
        ]
        rows.sort(key=lambda row: (row.name.casefold(), row.id))
        return BoardPatterns(since=since, until=until, agents=rows)

    async def patterns_csv(self, organization: str, narrowed: BoardFilter) -> bytes:
        columns = [name for name in BoardPattern.model_fields if name != "id"]
        rows = (await self.patterns(organization, narrowed)).agents
        return written([columns, *([getattr(row, name) for name in columns] for row in rows)])

    async def entrances(self, organization: str, narrowed: BoardFilter) -> BoardEntrances:
        named = await self._names.of(organization)
        clients = self._figures.clients(organization) if narrowed.client is None else [narrowed.client]
        rows = []
        for client in clients:
            since, until = self._span(organization, client, narrowed)
            counts: defaultdict[str | None, dict[str | None, int]] = defaultdict(dict)
            for _, entrance, end, count in await self._conversations.days.entrances(
                organization, [client], since, until
            ):
                counts[entrance][end] = count
            rows += [
                BoardEntrance(
                    entrance=entrance,
                    client=named.client(client),
                    client_id=client,
                    since=since,
                    until=until,
                    arrived=sum(ends.values()),
                    going_on=ends.get(None, 0),
                    ends=_ends(ends.items()),
                )
                for entrance, ends in counts.items()
            ]
        rows.sort(key=lambda row: (-row.arrived, row.client, row.entrance or ""))
        return BoardEntrances(entrances=rows)

    def _span(self, organization: str, client: str | None, narrowed: BoardFilter) -> tuple[int, int]:
        """From the beginning of the first day to the end of the last, by the client's calendar."""
        clients = self._figures.clients(organization)
        if client not in clients:
            # Of nobody, or of a client that there is not: nothing fits, whatever the day.
            client = next(iter(clients), None)
        if client is None:
            return 0, 0
        days = self._figures.days(organization, client, narrowed.days)
        return days[0].since, days[-1].until

    async def _fitting(self, organization: str, narrowed: BoardFilter, named: Named, agents: list[str]) -> list[str]:
        """Of these agents those who fit the filter: by their team and their queues, as they are set up now."""
        if narrowed.team is not None:
            teams = self._figures.teams(organization)
            agents = [agent for agent in agents if teams.get(agent) == narrowed.team]
        queues = _queues(narrowed, named)
        if queues is None:
            return agents
        serving = await self._agents.serving(organization)
        return [agent for agent in agents if not queues.isdisjoint(serving.get(agent, ()))]


def _client(narrowed: BoardFilter, named: Named) -> str | None:
    """The client of the filter, or of its queue."""
    queue = named.queues.get(narrowed.queue or "")
    return queue.client if narrowed.client is None and queue is not None else narrowed.client


def _queues(narrowed: BoardFilter, named: Named) -> set[str] | None:
    if narrowed.queue is not None:
        return {narrowed.queue}
    if narrowed.client is not None:
        return {id_ for id_, queue in named.queues.items() if queue.client == narrowed.client}
    return None


def _row(agent: str, name: str, times: StateTimes, named: Named) -> BoardAgentTimes:
    return BoardAgentTimes(
        id=agent,
        name=name,
        signed_in=signed_in(times),
        available=times.available,
        ringing=times.ringing,
        talk=talk(times),
        hold=times.hold,
        wrap_up=times.wrap_up,
        delayed=times.delayed,
        not_responding=times.not_responding,
        pauses=[BoardPause(reason=named.reason(key) or "", time=time) for key, time in times.paused.items()],
    )


def _ends(counts: Iterable[tuple[str | None, int]]) -> list[BoardEnd]:
    known = [BoardEnd(end=end, count=count) for end, count in counts if end is not None]
    return sorted(known, key=lambda one: (-one.count, one.end))
