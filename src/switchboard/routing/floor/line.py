"""Who waits in a queue and who is idle for it, kept in order so that no decision looks at everybody.

Waiting contacts with equal requirements stand in one lane: an agent who is free looks at the head of each
lane that he satisfies, a contact that arrives looks at the idle agents from the longest idle on.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sortedcontainers import SortedDict, SortedList

from switchboard.routing.model import AgentSettings, Exclusion, QueueSettings, Requirement

Order = tuple[int, int, int]
"""Rank of a visit: (-priority, place, number)."""

EMPTY_LANES_KEPT: Final = 256
"""Lanes without anyone in them that a queue keeps, because finding who satisfies one costs a look at each
of its agents."""


def satisfies(skills: Mapping[str, int], requirements: Iterable[Requirement]) -> bool:
    """Whether these skills are enough. A skill that is missing is never enough, whatever the level."""
    for requirement in requirements:
        level = skills.get(requirement.skill)
        if level is None or level < requirement.level:
            return False
    return True


class Lane:
    """Contacts of one queue with the same requirements. eligible: agents of the queue with the skills,
    whatever their state. line: visit ids by rank."""

    __slots__ = ("eligible", "line", "requirements")

    def __init__(self, requirements: tuple[Requirement, ...], eligible: set[str]) -> None:
        self.requirements = requirements
        self.eligible = eligible
        self.line: SortedDict[Order, str] = SortedDict()


class QueueOnFloor:
    """One queue: its lanes, its agents by state, its idle agents by idle time.

    members: settings of its agents by id. signed_in: ids. excluded: agents that cannot be offered, counted
    by reason. waiting: contacts in its lanes (not those being offered). entered: every open visit, offered
    or not, by when it entered, the earliest first.
    """

    __slots__ = (
        "_idle",
        "_idle_agents",
        "entered",
        "excluded",
        "lanes",
        "members",
        "settings",
        "signed_in",
        "waiting",
    )

    def __init__(self, settings: QueueSettings) -> None:
        self.settings = settings
        self.members: dict[str, AgentSettings] = {}
        self.signed_in: set[str] = set()
        self.excluded: dict[Exclusion, int] = {}
        self.lanes: dict[tuple[Requirement, ...], Lane] = {}
        self.waiting = 0
        self.entered: dict[str, int] = {}
        self._idle: SortedList[tuple[int, str]] = SortedList()
        self._idle_agents: set[str] = set()

    # Lanes

    def lane(self, requirements: tuple[Requirement, ...]) -> Lane:
        """The lane for these requirements, made when it is the first time."""
        lane = self.lanes.get(requirements)
        if lane is None:
            if len(self.lanes) > EMPTY_LANES_KEPT:
                self.lanes = {key: kept for key, kept in self.lanes.items() if kept.line}
            eligible = {agent for agent, settings in self.members.items() if satisfies(settings.skills, requirements)}
            lane = self.lanes[requirements] = Lane(requirements, eligible)
        return lane

    def wait(self, visit: str, order: Order, requirements: tuple[Requirement, ...]) -> None:
        """Stands in line at its rank."""
        self.lane(requirements).line[order] = visit
        self.waiting += 1

    def no_longer_wait(self, order: Order, requirements: tuple[Requirement, ...]) -> None:
        """Is taken out of line (offered, or gone)."""
        del self.lane(requirements).line[order]
        self.waiting -= 1

    def first_for(self, agent: str) -> tuple[Order, str] | None:
        """The visit that comes first of those this agent could take."""
        best: tuple[Order, str] | None = None
        for lane in self.lanes.values():
            if lane.line and agent in lane.eligible:
                head = lane.line.peekitem(0)
                if best is None or head[0] < best[0]:
                    best = head
        return best

    def ahead_of(self, order: Order) -> int:
        """Contacts waiting before this rank."""
        return sum(lane.line.bisect_left(order) for lane in self.lanes.values())

    def in_line(self) -> list[str]:
        """Visits in order."""
        ranked = [item for lane in self.lanes.values() for item in lane.line.items()]
        return [visit for _, visit in sorted(ranked)]

    def could_ever(self, requirements: tuple[Requirement, ...]) -> bool:
        """Whether someone signed in has what this needs."""
        if not requirements:
            return bool(self.signed_in)
        return not self.signed_in.isdisjoint(self.lane(requirements).eligible)

    # Agents

    def idle_for(self, requirements: tuple[Requirement, ...]) -> Iterator[tuple[int, str]]:
        """(idle since, agent) of idle agents who satisfy this, the longest idle first; found as asked."""
        if not requirements:
            yield from self._idle
            return
        eligible = self.lane(requirements).eligible
        for key in self._idle:
            if key[1] in eligible:
                yield key

    def exclusions(self, requirements: tuple[Requirement, ...]) -> dict[Exclusion, int]:
        """How many agents of the queue cannot be offered such a contact, by reason."""
        # In the order of `Exclusion`, so that a restored memory gives the same bytes.
        counted = self.excluded
        counts = {reason: count for reason in Exclusion if (count := counted.get(reason))}
        if requirements and (lacking := len(self._idle_agents - self.lane(requirements).eligible)):
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
