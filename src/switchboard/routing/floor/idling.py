"""Why an agent has nothing to do while somebody waits: what waits, and why it is not his."""

import msgspec

from switchboard.agents.model import AgentState
from switchboard.routing.floor.line import Lane
from switchboard.routing.floor.room import Room
from switchboard.routing.floor.seating import cannot_be_offered
from switchboard.routing.floor.state import FloorState
from switchboard.routing.model import Exclusion
from switchboard.routing.requirements import Needs


class NotHis(msgspec.Struct, frozen=True, gc=False):
    """Contacts that wait in a queue and that he cannot take.

    waiting: how many; since: since when the first of them. needs: what they need and he is not; None when he does
    not serve the queue at all, or when only `WhyIdle.stopped` keeps him from them. full: why the first of them cannot
    come beside what he works on, of an agent with capacities.
    """

    queue: str
    waiting: int
    since: int
    needs: Needs | None = None
    full: Exclusion | None = None


class WhyIdle(msgspec.Struct, frozen=True, gc=False):
    """stopped: what keeps him from any offer, until when (if it ends by itself); None: he is idle.

    his: what waits that he could take but for that, or but for his other contacts; while he is idle there is none.
    lacking: what waits in his
    queues and needs what he is not. elsewhere: what waits in queues that are not his.
    """

    agent: str
    state: AgentState
    stopped: Exclusion | None
    until: int | None
    his: tuple[NotHis, ...]
    lacking: tuple[NotHis, ...]
    elsewhere: tuple[NotHis, ...]


def why_idle(state: FloorState, agent_id: str) -> WhyIdle | None:
    """None when there is no such agent."""
    agent = state.agents.get(agent_id)
    if agent is None:
        return None
    his: list[NotHis] = []
    lacking: list[NotHis] = []
    elsewhere: list[NotHis] = []
    for queue in state.queues.values():
        lanes = [lane for _, _, lane in queue.heads]
        if agent_id not in queue.members:
            if lanes:
                elsewhere.append(NotHis(queue.settings.id, queue.waiting, _first(state, lanes[0])))
            continue
        for lane in lanes:
            able = agent_id in lane.eligible
            found = NotHis(
                queue.settings.id,
                len(lane.line),
                _first(state, lane),
                None if able else lane.needs,
                _full(state, agent_id, lane) if able else None,
            )
            (his if able else lacking).append(found)
    stopped = cannot_be_offered(state, agent)
    return WhyIdle(agent_id, agent.state, stopped, agent.until, tuple(his), tuple(lacking), tuple(elsewhere))


def _full(state: FloorState, agent: str, lane: Lane) -> Exclusion | None:
    seat = state.seats.get(agent)
    return seat.stop(state.visits[lane.line[0][1]].channel) if isinstance(seat, Room) else None


def _first(state: FloorState, lane: Lane) -> int:
    """Since when the first of a lane waits."""
    return state.visits[lane.line[0][1]].entered
