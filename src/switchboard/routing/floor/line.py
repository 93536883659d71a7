"""Who waits in a queue and who is idle for it, kept in order so that no decision looks at everybody.

Waiting contacts with equal needs stand in one lane: an agent who is free looks at the head of each lane that he
satisfies, a contact that arrives looks at the idle agents from the longest idle on. Who satisfies a lane is found
once, and again only for the agent who has changed.
"""

from collections.abc import Iterator
from typing import Final

from sortedcontainers import SortedDict, SortedList

from switchboard.routing.model import AgentSettings, Exclusion, QueueSettings
from switchboard.routing.requirements import Needs, satisfied

Order = tuple[int, int, int]
"""Rank of a visit: (-priority, place, number)."""

EMPTY_LANES_KEPT: Final = 256
"""Lanes without anyone in them that a queue keeps, because finding who satisfies one costs a look at each
of its agents."""


def satisfies(settings: AgentSettings, needs: Needs | None) -> bool:
    """Whether this agent is what is needed."""
    return needs is None or satisfied(needs, settings.id, settings.team, settings.skills)


class Lane:
    """Contacts of one queue with the same needs. eligible: agents of the queue who satisfy them, whatever their
    state. line: visit ids by rank. head: the first of it."""

    __slots__ = ("eligible", "head", "line", "needs")

    def __init__(self, needs: Needs | None, eligible: set[str]) -> None:
        self.needs = needs
        self.eligible = eligible
        self.line: SortedDict[Order, str] = SortedDict()
        self.head: tuple[Order, str] | None = None


class QueueOnFloor:
    """One queue: its lanes, its agents by state, its idle agents by idle time.

    members: settings of its agents by id. signed_in: ids. excluded: agents that cannot be offered, counted
    by reason. lanes: by needs; occupied: those with somebody in them. waiting: contacts in its lanes (not those
    being offered). entered: every open visit, offered
    or not, by when it entered, the earliest first.
    """

    __slots__ = (
        "_idle",
        "_idle_agents",
        "entered",
        "excluded",
        "lanes",
        "members",
        "occupied",
        "settings",
        "signed_in",
        "waiting",
    )

    def __init__(self, settings: QueueSettings) -> None:
        self.settings = settings
        self.members: dict[str, AgentSettings] = {}
        self.signed_in: set[str] = set()
        self.excluded: dict[Exclusion, int] = {}
        self.lanes: dict[Needs | None, Lane] = {}
        self.occupied: dict[Needs | None, Lane] = {}
        self.waiting = 0
        self.entered: dict[str, int] = {}
        self._idle: SortedList[tuple[int, str]] = SortedList()
        self._idle_agents: set[str] = set()

    # Lanes

    def lane(self, needs: Needs | None) -> Lane:
        """The lane for these needs, made when it is the first time."""
        lane = self.lanes.get(needs)
        if lane is None:
            if len(self.lanes) > EMPTY_LANES_KEPT:
                self.lanes = dict(self.occupied)
            eligible = {agent for agent, settings in self.members.items() if satisfies(settings, needs)}
            lane = self.lanes[needs] = Lane(needs, eligible)
        return lane

    def wait(self, visit: str, order: Order, needs: Needs | None) -> None:
        """Stands in line at its rank."""
        lane = self.lane(needs)
        lane.line[order] = visit
        if lane.head is None:
            self.occupied[needs] = lane
        if lane.head is None or order < lane.head[0]:
            lane.head = (order, visit)
        self.waiting += 1

    def no_longer_wait(self, order: Order, needs: Needs | None) -> None:
        """Is taken out of line (offered, or gone)."""
        lane = self.lanes[needs]
        del lane.line[order]
        if not lane.line:
            lane.head = None
            del self.occupied[needs]
        elif order == lane.head[0]:  # type: ignore[index]  # a line with somebody in it has a head
            lane.head = lane.line.peekitem(0)
        self.waiting -= 1

    def first_for(self, agent: str) -> tuple[Order, str] | None:
        """The visit that comes first of those this agent could take."""
        best: tuple[Order, str] | None = None
        for lane in self.occupied.values():
            head = lane.head
            if head is not None and (best is None or head < best) and agent in lane.eligible:
                best = head
        return best

    def ahead_of(self, order: Order) -> int:
        """Contacts waiting before this rank."""
        return sum([lane.line.bisect_left(order) for lane in self.occupied.values()])

    def in_line(self) -> list[str]:
        """Visits in order."""
        ranked = [item for lane in self.occupied.values() for item in lane.line.items()]
        return [visit for _, visit in sorted(ranked)]

    def could_ever(self, needs: Needs | None) -> bool:
        """Whether someone signed in is what is needed."""
        if needs is None:
            return bool(self.signed_in)
        return not self.signed_in.isdisjoint(self.lane(needs).eligible)

    # Agents

    def change(self, settings: AgentSettings) -> None:
        """A member has other skills, or another team: only he is looked at again."""
        self.members[settings.id] = settings
        for lane in self.lanes.values():
            if satisfies(settings, lane.needs):
                lane.eligible.add(settings.id)
            else:
                lane.eligible.discard(settings.id)

    def idle_for(self, needs: Needs | None) -> Iterator[tuple[int, str]]:
        """(idle since, agent) of idle agents who satisfy this, the longest idle first; found as asked."""
        if needs is None:
            yield from self._idle
            return
        eligible = self.lane(needs).eligible
        for key in self._idle:
            if key[1] in eligible:
                yield key

    def exclusions(self, needs: Needs | None) -> dict[Exclusion, int]:
        """How many agents of the queue cannot be offered such a contact, by reason."""
        # In the order of `Exclusion`, so that a restored memory gives the same bytes.
        counted = self.excluded
        counts = {reason: count for reason in Exclusion if (count := counted.get(reason))}
        if needs is not None:
            idle = self._idle_agents
            if lacking := len(idle) - len(idle & self.lane(needs).eligible):
                counts[Exclusion.LACKS_SKILL] = lacking
        return counts

    def idle_count(self) -> int:
        return len(self._idle)

    def count(self, agent: str, excluded: Exclusion | None, idle_since: int) -> None:
        """From now on this agent is idle since then, or excluded for that reason."""
        if excluded is None:
            self._idle.add((idle_since, agent))
            self._idle_agents.add(agent)
        else:
            self.excluded[excluded] = self.excluded.get(excluded, 0) + 1
        if excluded is not Exclusion.SIGNED_OUT:
            self.signed_in.add(agent)

    def uncount(self, agent: str, excluded: Exclusion | None, idle_since: int) -> None:
        """Takes back what `count` was told with the same arguments."""
        if excluded is None:
            self._idle.remove((idle_since, agent))
            self._idle_agents.discard(agent)
        else:
            self.excluded[excluded] -= 1
        if excluded is not Exclusion.SIGNED_OUT:
            self.signed_in.discard(agent)
