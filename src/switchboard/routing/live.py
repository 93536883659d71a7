"""What supervisors and agents see live: the line board and each agent's desk, as plain rows.

`LiveView` is folded from committed events, so that nobody sees what is not yet saved, and a snapshot plus
all later changes is the same as a fresh snapshot. Names of agents are laid over from the directory; they
are not in the events.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from switchboard.agents.model import AgentState, Reach
from switchboard.routing.events import ConfigurationInForce, Event, ReliefBegan, ReliefEnded
from switchboard.routing.floor.fold import apply
from switchboard.routing.floor.helping import Helping, belongs
from switchboard.routing.floor.indexes import trim_deadlines
from switchboard.routing.floor.state import AgentOnFloor, FloorState
from switchboard.routing.model import Scheme, Why
from switchboard.routing.relief import ReliefGroup

MOST_DUE: Final = 50
"""Contacts of a queue of which the board says when they are due."""


class BoardQueue(msgspec.Struct, frozen=True, gc=False):
    """One queue. waiting: contacts in line, those being offered included; offered: how many of them ring
    at an agent. longest_since: since when the one has waited who waits longest, without the time during which its clock
    stood still. signed_in, available: its agents, with those who help. relief: the groups that help just now, who came
    first first. paused: contacts in line whose clock stands still so that they are offered to nobody; not counted in
    `waiting`. due: when the first of those who wait for an agent are due, the earliest first, `MOST_DUE` at most."""

    id: str
    key: str
    name: str
    client: str
    waiting: int = 0
    offered: int = 0
    longest_since: int | None = None
    signed_in: int = 0
    available: int = 0
    relief: tuple[Helping, ...] = ()
    paused: int = 0
    due: tuple[int, ...] = ()


class BoardAgent(msgspec.Struct, frozen=True, gc=False):
    """One agent. since: when he entered the state; until: when it ends by itself, if it does.
    queue, contact: what the state is about (offered, engaged, wrap-up). team: id. queues: ids of those he serves.
    then: the state that comes at `until`, of a pause. helps: ids of queues in which his group helps just now."""

    id: str
    name: str
    state: AgentState
    reason: str | None
    since: int
    until: int | None
    reach: Reach
    reachable: bool
    queue: str | None = None
    contact: str | None = None
    team: str | None = None
    queues: tuple[str, ...] = ()
    then: AgentState | None = None
    helps: tuple[str, ...] = ()


class Board(msgspec.Struct, frozen=True, gc=False):
    """Everything on the line board. Queues by name; agents by name, only those signed in."""

    queues: tuple[BoardQueue, ...]
    agents: tuple[BoardAgent, ...]


class DeskOffer(msgspec.Struct, frozen=True, gc=False):
    """An offer that rings at this agent. Number and name of the customer are looked up by contact and
    customer, in rows that can be forgotten."""

    offer: int
    fence: int
    contact: str
    visit: str
    client: str
    channel: str
    customer: str | None
    queue: str
    queue_name: str
    reach: Reach
    why: Why
    made_at: int
    deadline: int


class DeskEngagement(msgspec.Struct, frozen=True, gc=False):
    """What the agent works on. state: "talking", "held" or "wrap-up", since when; wrap_up_deadline only
    in wrap-up. ring_time in microseconds. offer, fence: the lease that was accepted. silent: the customer is just now,
    so that this one takes nothing of his capacity."""

    engagement: str
    contact: str
    client: str
    channel: str
    customer: str | None
    queue: str
    queue_name: str
    state: str
    since: int
    opened_at: int
    ring_time: int
    wrap_up_deadline: int | None = None
    offer: int = 0
    fence: int = 0
    silent: bool = False


class Desk(msgspec.Struct, frozen=True, gc=False):
    """One agent's desk. next_state, next_reason: what he asked to be after his present work. engagement: what he took
    last and is not done with; also: his others, of an agent with capacities, the latest first. taken_offer: the last
    one that a colleague answered before him, 0 for none."""

    agent: BoardAgent
    next_state: AgentState | None = None
    next_reason: str | None = None
    offer: DeskOffer | None = None
    engagement: DeskEngagement | None = None
    also: tuple[DeskEngagement, ...] = ()
    taken_offer: int = 0

    @property
    def work(self) -> tuple[DeskEngagement, ...]:
        """All that he has, the latest first."""
        return () if self.engagement is None else (self.engagement, *self.also)


class QueueChange(msgspec.Struct, frozen=True, tag="queue", gc=False):
    """A queue's row is now this. Queues come and go only with a fresh snapshot."""

    id: str
    row: BoardQueue


class AgentChange(msgspec.Struct, frozen=True, tag="agent", gc=False):
    """An agent's row on the board is now this; None: he signed out."""

    id: str
    row: BoardAgent | None


class DeskChange(msgspec.Struct, frozen=True, tag="desk", gc=False):
    """This agent's desk is now this; None: he is no longer an agent."""

    agent: str
    desk: Desk | None


Change = QueueChange | AgentChange | DeskChange


class LiveView:
    """Board and desks, folded from committed events. names: agent id -> display name."""

    def __init__(self, state: FloorState, names: Mapping[str, str]) -> None:
        self.names = names
        self.reset(state)

    def reset(self, state: FloorState) -> None:
        """Begin anew from this memory, which becomes this view's own."""
        self.state = state
        self._queues = {queue: line for queue in state.queues if (line := self._queue_row(queue)) is not None}
        self._agents = {agent: row for agent in state.agents if (row := self._board_agent(agent)) is not None}
        self._touched_queues: dict[str, None] = {}
        self._touched_agents: dict[str, None] = {}
        self._unshown_queues: dict[str, None] = {}
        self._unshown_agents: dict[str, bool] = {}
        self._anew = self._unshown = False
        self._board: Board | None = None

    def board(self) -> Board:
        """The whole board. The same object until a row changes: several pages look at it each time."""
        self._look()
        if self._board is None:
            self._board = board_of(self._queues.values(), self._agents.values())
        return self._board

    def desk(self, agent_id: str) -> Desk | None:
        """One agent's desk; None when he is not an agent here."""
        agent = self.state.agents.get(agent_id)
        if agent is None:
            return None
        return Desk(
            self._agent_row(agent),
            agent.next_state,
            agent.next_reason,
            self._offer(agent.offers[-1]) if agent.offers else None,
            self._engagement(agent.engagements[-1]) if agent.engagements else None,
            tuple([self._engagement(one) for one in reversed(agent.engagements[:-1])]),
            agent.taken_offer,
        )

    def take(self, events: Sequence[Event], at: int) -> None:
        """Take one committed batch over. What it changed is worked out when somebody asks."""
        for event in events:
            apply(self.state, event, at)
            if (queue := getattr(event, "queue", None)) is not None:
                self._touched_queues[queue] = None
            if (agent := getattr(event, "agent", None)) is not None:
                self._touched_agents[agent] = None
            elif type(event) is ConfigurationInForce:
                self._anew = True
            elif type(event) is ReliefBegan or type(event) is ReliefEnded:
                self._touched_agents.update((one, None) for one in self._members_of(event.group))
        # Nobody wakes at this memory's deadlines, so nobody else would drop the outdated ones.
        trim_deadlines(self.state)

    def changes(self, most: int | None = None) -> list[Change] | None:
        """What has changed since it was last shown, so many queues and so many agents at most; empty: nothing more;
        None: so much that a fresh snapshot is due."""
        self._look()
        if self._unshown:
            self._unshown = False
            return None
        changes: list[Change] = []
        for queue in list(islice(self._unshown_queues, most)):
            del self._unshown_queues[queue]
            changes.append(QueueChange(queue, self._queues[queue]))
        for agent in list(islice(self._unshown_agents, most)):
            if self._unshown_agents.pop(agent):
                changes.append(AgentChange(agent, self._agents.get(agent)))
            changes.append(DeskChange(agent, self.desk(agent)))
        return changes

    def _look(self) -> None:
        """Make the rows anew of what was touched, and keep in mind what is to be shown of it."""
        if self._anew:
            self.reset(self.state)
            self._unshown = True
            return
        # Their queues count who of them is signed in or available.
        for agent in self._touched_agents:
            self._touched_queues.update((queue.settings.id, None) for queue in self.state.queues_of(agent))
        for queue in self._touched_queues:
            queue_row = self._queue_row(queue)
            if queue_row is not None and self._queues.get(queue) != queue_row:
                self._queues[queue] = queue_row
                self._unshown_queues[queue] = self._board = None
        for agent in self._touched_agents:
            row = self._board_agent(agent)
            if changed := self._agents.get(agent) != row:
                if row is None:
                    del self._agents[agent]
                else:
                    self._agents[agent] = row
                self._board = None
            self._unshown_agents[agent] = changed or self._unshown_agents.get(agent, False)
        self._touched_queues.clear()
        self._touched_agents.clear()

    def _queue_row(self, queue_id: str) -> BoardQueue | None:
        queue = self.state.queues.get(queue_id)
        if queue is None:
            return None
        settings = queue.settings
        return BoardQueue(
            settings.id,
            settings.key,
            settings.name,
            settings.client,
            len(queue.entered),
            len(queue.entered) - queue.waiting,
            queue.longest_since(),
            len(queue.signed_in),
            queue.idle_count(),
            self._relief(settings.id),
            len(queue.held),
            tuple(queue.first_ranks(MOST_DUE)) if settings.ranking.scheme is Scheme.DUE else (),
        )

    def _board_agent(self, agent_id: str) -> BoardAgent | None:
        agent = self.state.agents.get(agent_id)
        if agent is None or agent.state is AgentState.SIGNED_OUT:
            return None
        return self._agent_row(agent)

    def _agent_row(self, agent: AgentOnFloor) -> BoardAgent:
        return BoardAgent(
            agent.id,
            self.names.get(agent.id, ""),
            agent.state,
            agent.reason,
            agent.since,
            agent.until,
            agent.reach,
            agent.reachable,
            agent.queue,
            agent.contact,
            self._team(agent.id),
            self._serves(agent.id),
            agent.then,
            tuple([queue.settings.id for queue in self.state.queues_of(agent.id) if agent.id in queue.helpers]),
        )

    def _relief(self, queue_id: str) -> tuple[Helping, ...]:
        if not self.state.helping:
            return ()
        helping = [one for one in self.state.helping.values() if one.queue == queue_id]
        return tuple(sorted(helping, key=lambda one: (one.since, one.group.team or "", one.group.queue or "")))

    def _members_of(self, group: ReliefGroup) -> list[str]:
        return [one.id for one in self.state.configuration.agents if belongs(one, group)]

    def _serves(self, agent_id: str) -> tuple[str, ...]:
        settings = self.state.settings.get(agent_id)
        return () if settings is None else settings.queues

    def _offer(self, offer: int) -> DeskOffer:
        lease = self.state.leases[offer]
        contact = self.state.contacts[lease.contact]
        return DeskOffer(
            lease.offer,
            lease.fence,
            lease.contact,
            lease.visit,
            contact.client,
            contact.channel,
            contact.customer,
            lease.queue,
            self._queue_name(lease.queue),
            lease.reach,
            lease.why,
            lease.made,
            lease.deadline,
        )

    def _engagement(self, engagement_id: str) -> DeskEngagement:
        engagement = self.state.engagements[engagement_id]
        if engagement.talk_ended is not None:
            state, since = "wrap-up", engagement.talk_ended
        elif engagement.held_since is not None:
            state, since = "held", engagement.held_since
        else:
            state, since = "talking", engagement.resumed or engagement.opened
        return DeskEngagement(
            engagement.id,
            engagement.contact,
            engagement.client,
            engagement.channel,
            engagement.customer,
            engagement.queue,
            self._queue_name(engagement.queue),
            state,
            since,
            engagement.opened,
            engagement.ring_time,
            engagement.wrap_up_until,
            engagement.offer,
            engagement.fence,
            engagement.inactive_since is not None,
        )

    def _team(self, agent_id: str) -> str | None:
        settings = self.state.settings.get(agent_id)
        return None if settings is None else settings.team

    def _queue_name(self, queue_id: str) -> str:
        queue = self.state.queues.get(queue_id)
        return "" if queue is None else queue.settings.name


def board_of(queues: Iterable[BoardQueue], agents: Iterable[BoardAgent]) -> Board:
    """Rows in the board's order."""
    return Board(
        tuple(sorted(queues, key=lambda row: (row.name, row.id))),
        tuple(sorted(agents, key=lambda row: (row.name, row.id))),
    )


def changed(board: Board, changes: Iterable[Change]) -> Board:
    """The board after these changes: what a page does with them."""
    queues = {row.id: row for row in board.queues}
    agents = {row.id: row for row in board.agents}
    for change in changes:
        if isinstance(change, QueueChange):
            queues[change.id] = change.row
        elif isinstance(change, AgentChange):
            agents.pop(change.id, None)
            if change.row is not None:
                agents[change.id] = change.row
    return board_of(queues.values(), agents.values())
