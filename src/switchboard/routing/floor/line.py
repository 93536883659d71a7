"""Who waits in a queue and who is idle for it, kept in order so that no decision looks at everybody.

Waiting contacts with equal needs stand in one lane: an agent who is free looks at the head of each lane that he
satisfies, a contact that arrives looks at the idle agents from the longest idle on. Who satisfies a lane is found
once, and again only for the agent who has changed.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Final

from switchboard.routing.floor.room import Room
from switchboard.routing.model import AgentSettings, Exclusion, QueueSettings
from switchboard.routing.requirements import Needs, Test, test_of

Order = tuple[int, int, int]
"""Rank of a visit: (-priority, place, number)."""

EMPTY_LANES_KEPT: Final = 256
"""Lanes without anyone in them that a queue keeps, because finding who satisfies one costs a look at each
of its agents."""

_REASONS: Final = tuple(Exclusion)
_SIGNED_OUT: Final = Exclusion.SIGNED_OUT
"""Asking the enumeration itself takes ten times as long."""


def satisfies(settings: AgentSettings, needs: Needs | None) -> bool:
    """Whether this agent is what is needed."""
    return needs is None or test_of(needs)(settings.id, settings.team, settings.skills)


class Lane:
    """Contacts of one queue with the same needs. eligible: agents of the queue who satisfy them, whatever their
    state. line: (rank, visit) in order, so that the first is its head."""

    __slots__ = ("eligible", "line", "needs", "test")

    def __init__(self, needs: Needs | None) -> None:
        self.needs = needs
        self.test: Test | None = None if needs is None else test_of(needs)
        self.eligible: set[str] = set()
        self.line: list[tuple[Order, str]] = []

    def look_at(self, settings: AgentSettings) -> None:
        """Count this agent in, or out."""
        if self.test is None or self.test(settings.id, settings.team, settings.skills):
            self.eligible.add(settings.id)
        else:
            self.eligible.discard(settings.id)


class QueueOnFloor:
    """One queue: its lanes, its agents by state, its idle agents by idle time.

    members: settings of its agents by id. signed_in: ids. excluded: agents that cannot be offered, counted
    by reason. lanes: by needs. heads: the first of each lane with somebody in it, in order. line: the ranks
    of all who wait in the lanes (not of those being offered). ringing: those who ring together and whom others may
    join, in order. entered: every open visit that may be offered or is, by since when it waits (its pauses taken off),
    the longest first; stopped: those of them whose clock stands still. held: visits that are not offered because it
    does. rooms: of the members with capacities who are not excluded; sharing: whether there
    are such members. helpers: members who relieve it and are not its own.
    """

    __slots__ = (
        "_idle",
        "_idle_agents",
        "entered",
        "excluded",
        "heads",
        "held",
        "helpers",
        "lanes",
        "line",
        "members",
        "ringing",
        "rooms",
        "settings",
        "sharing",
        "signed_in",
        "stopped",
    )

    def __init__(self, settings: QueueSettings) -> None:
        self.settings = settings
        self.members: dict[str, AgentSettings] = {}
        self.helpers: set[str] = set()
        self.signed_in: set[str] = set()
        self.excluded: dict[Exclusion, int] = {}
        self.lanes: dict[Needs | None, Lane] = {}
        self.heads: list[tuple[Order, str, Lane]] = []
        self.line: list[Order] = []
        self.ringing: list[tuple[Order, str, Lane]] = []
        self.entered: dict[str, int] = {}
        self.stopped: set[str] = set()
        self.held: set[str] = set()
        self.rooms: dict[str, Room] = {}
        self.sharing = False
        self._idle: list[tuple[int, str]] = []
        self._idle_agents: set[str] = set()

    # Lanes

    def lane(self, needs: Needs | None) -> Lane:
        """The lane for these needs, made when it is the first time."""
        lane = self.lanes.get(needs)
        if lane is None:
            if len(self.lanes) > EMPTY_LANES_KEPT:
                self.lanes = {lane.needs: lane for _, _, lane in (*self.heads, *self.ringing)}
            lane = self.lanes[needs] = Lane(needs)
            for settings in self.members.values():
                lane.look_at(settings)
        return lane

    @property
    def waiting(self) -> int:
        """Contacts in its lanes."""
        return len(self.line)

    def count_wait(self, visit: str, since: int) -> None:
        """It waits since then, its pauses taken off: whoever has paused may have waited for longer than the last who
        came."""
        self.entered.pop(visit, None)
        last = next(reversed(self.entered.values()), since)
        self.entered[visit] = since
        if since < last:
            self.entered = dict(sorted(self.entered.items(), key=itemgetter(1)))

    def longest_since(self) -> int | None:
        """Since when whoever waits longest has waited; one whose clock stands still does not wait."""
        if not self.stopped:
            return next(iter(self.entered.values()), None)
        return next((since for visit, since in self.entered.items() if visit not in self.stopped), None)

    def wait(self, visit: str, order: Order, needs: Needs | None) -> None:
        """Stands in line at its rank."""
        insort(self.line, order)
        lane = self.lane(needs)
        if not lane.line:
            insort(self.heads, (order, visit, lane))
        elif order < lane.line[0][0]:
            self._no_longer_head(lane)
            insort(self.heads, (order, visit, lane))
        insort(lane.line, (order, visit))

    def no_longer_wait(self, order: Order, needs: Needs | None) -> None:
        """Is taken out of line (offered, or gone)."""
        del self.line[bisect_left(self.line, order)]
        lane = self.lanes[needs]
        if lane.line[0][0] != order:
            del lane.line[bisect_left(lane.line, (order, ""))]
            return
        self._no_longer_head(lane)
        del lane.line[0]
        if lane.line:
            insort(self.heads, (*lane.line[0], lane))

    def _no_longer_head(self, lane: Lane) -> None:
        del self.heads[bisect_left(self.heads, (*lane.line[0], lane))]

    def ring(self, visit: str, order: Order, needs: Needs | None) -> None:
        """Rings together: whoever becomes idle may join."""
        insort(self.ringing, (order, visit, self.lane(needs)))

    def no_longer_ring(self, visit: str) -> None:
        """Nobody joins any more."""
        self.ringing = [ringing for ringing in self.ringing if ringing[1] != visit]

    def first_for(self, agent: str) -> tuple[Order, str] | None:
        """The visit that comes first of those this agent could take."""
        for order, visit, lane in self.heads:
            if agent in lane.eligible:
                return order, visit
        return None

    def first_with_room(self, agent: str, room: Room, channels: Callable[[str], str]) -> tuple[Order, str] | None:
        """The same of an agent with capacities, who may not take every channel just now. channels: of a visit."""
        best: tuple[Order, str] | None = None
        for head, _, lane in self.heads:
            if best is not None and best[0] < head:
                break
            if agent in lane.eligible:
                for order, visit in lane.line:
                    if best is not None and best[0] < order:
                        break
                    if room.stop(channels(visit)) is None:
                        best = (order, visit)
                        break
        return best

    def ahead_of(self, order: Order) -> int:
        """Contacts waiting before this rank."""
        return bisect_left(self.line, order)

    def first_ranks(self, most: int) -> list[int]:
        """By what those in its lanes are ranked within their class (where they are served by when they are due: that),
        the smallest of all classes first. Looks at so many of each class."""
        found: list[int] = []
        begin = 0
        while begin < len(self.line):
            level = self.line[begin][0]
            end = bisect_left(self.line, (level + 1,))
            found += [place for _, place, _ in self.line[begin : min(end, begin + most)]]
            begin = end
        return sorted(found)[:most]

    def in_line(self) -> list[str]:
        """Visits in order."""
        ranked = [item for _, _, lane in self.heads for item in lane.line]
        return [visit for _, visit in sorted(ranked)]

    def could_ever(self, needs: Needs | None, channel: str = "") -> bool:
        """Whether someone signed in is what is needed, and takes contacts of this channel at all."""
        if self.sharing:
            return any(self.takes(agent, channel) for agent in self.signed_in & self._eligible(needs))
        if needs is None:
            return bool(self.signed_in)
        return not self.signed_in.isdisjoint(self.lane(needs).eligible)

    # Agents

    def takes(self, agent: str, channel: str) -> bool:
        """Whether this member takes contacts of the channel at all."""
        capacity = self.members[agent].capacity
        return capacity is None or capacity.of(channel) > 0

    def _eligible(self, needs: Needs | None) -> AbstractSet[str]:
        return self.members.keys() if needs is None else self.lane(needs).eligible

    def change(self, settings: AgentSettings) -> None:
        """A member has other skills, or another team: only he is looked at again."""
        self.members[settings.id] = settings
        for lane in self.lanes.values():
            lane.look_at(settings)

    def join(self, settings: AgentSettings) -> None:
        """He helps from now on. His state is told to `count`."""
        self.helpers.add(settings.id)
        self.change(settings)

    def part(self, agent: str) -> None:
        """He helps no longer. His state was taken back with `uncount`."""
        self.helpers.discard(agent)
        del self.members[agent]
        for lane in self.lanes.values():
            lane.eligible.discard(agent)

    def idle_for(self, needs: Needs | None, channel: str = "") -> Iterator[tuple[int, str]]:
        """(idle since, agent) of idle agents who satisfy this, the longest idle first; found as asked. After them those
        who have room for this channel beside their work, whoever has most of it first."""
        if self.rooms:
            yield from self._with_room(self._eligible(needs), channel)
            return
        if needs is None:
            yield from self._idle
            return
        eligible = self.lane(needs).eligible
        for key in self._idle:
            if key[1] in eligible:
                yield key

    def _with_room(self, eligible: AbstractSet[str], channel: str) -> Iterator[tuple[int, str]]:
        rooms = [
            (room.used, room.idle_since, agent) for agent, room in self.rooms.items() if room.stop(channel) is None
        ]
        for _, since, agent in sorted([*rooms, *((0, since, agent) for since, agent in self._idle)]):
            if agent in eligible:
                yield since, agent

    def _exclusions_with_rooms(self, needs: Needs | None, channel: str) -> dict[Exclusion, int]:
        counted = dict(self.excluded)
        eligible = self._eligible(needs)
        stops = [*(room.stop(channel) for room in self.rooms.values() if room.stop(channel) is not None)]
        lacking = [*self._idle_agents, *(agent for agent, room in self.rooms.items() if room.stop(channel) is None)]
        stops += [Exclusion.LACKS_SKILL for agent in lacking if agent not in eligible]
        for stop in stops:
            if stop is not None:
                counted[stop] = counted.get(stop, 0) + 1
        return {reason: count for reason in _REASONS if (count := counted.get(reason))}

    def exclusions(self, needs: Needs | None, channel: str = "") -> dict[Exclusion, int]:
        """How many agents of the queue cannot be offered such a contact, by reason."""
        if self.rooms:
            return self._exclusions_with_rooms(needs, channel)
        # In the order of `Exclusion`, so that a restored memory gives the same bytes.
        counted = self.excluded
        counts = {reason: count for reason in _REASONS if (count := counted.get(reason))}
        if needs is not None:
            idle = self._idle_agents
            if lacking := len(idle) - len(idle & self.lane(needs).eligible):
                counts[Exclusion.LACKS_SKILL] = lacking
        return counts

    def somebody_idle(self, lane: Lane) -> bool:
        """Whether an idle agent without capacities could take those in this lane."""
        return not self._idle_agents.isdisjoint(lane.eligible)

    def idle_count(self) -> int:
        return len(self._idle) + sum(room.at_work is None for room in self.rooms.values())

    def seat(self, agent: str, seat: Exclusion | Room) -> None:
        """From now on this member with capacities is excluded for that reason, or has this room."""
        self.sharing = True
        if isinstance(seat, Room):
            self.rooms[agent] = seat
        else:
            self.excluded[seat] = self.excluded.get(seat, 0) + 1
        if seat is not _SIGNED_OUT:
            self.signed_in.add(agent)

    def unseat(self, agent: str, seat: Exclusion | Room) -> None:
        """Takes back what `seat` was told with the same arguments."""
        if isinstance(seat, Room):
            del self.rooms[agent]
        else:
            self.excluded[seat] -= 1
        if seat is not _SIGNED_OUT:
            self.signed_in.discard(agent)

    def count(self, agent: str, excluded: Exclusion | None, idle_since: int) -> None:
        """From now on this agent is idle since then, or excluded for that reason."""
        if excluded is None:
            insort(self._idle, (idle_since, agent))
            self._idle_agents.add(agent)
        else:
            self.excluded[excluded] = self.excluded.get(excluded, 0) + 1
        if excluded is not _SIGNED_OUT:
            self.signed_in.add(agent)

    def uncount(self, agent: str, excluded: Exclusion | None, idle_since: int) -> None:
        """Takes back what `count` was told with the same arguments."""
        if excluded is None:
            del self._idle[bisect_left(self._idle, (idle_since, agent))]
            self._idle_agents.discard(agent)
        else:
            self.excluded[excluded] -= 1
        if excluded is not _SIGNED_OUT:
            self.signed_in.discard(agent)
