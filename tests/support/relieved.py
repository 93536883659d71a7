"""Load relief in random histories: rules as hypothesis strategies, and who serves a queue, said once more by brute
force."""

from hypothesis import strategies as st

from support.floor import SECOND
from switchboard.agents.model import AgentState
from switchboard.routing.floor.state import FloorState
from switchboard.routing.model import AgentSettings, HandOver
from switchboard.routing.relief import Relief, ReliefBounds, ReliefGroup, ReliefMatch, ReliefRule

bounds = st.builds(
    ReliefBounds,
    st.none() | st.integers(0, 3),
    st.none() | st.sampled_from([5, 20]).map(lambda seconds: seconds * SECOND),
    st.none() | st.sampled_from([50, 90]),
)


def reliefs(teams: tuple[str, ...], queues: tuple[str, ...]) -> st.SearchStrategy[Relief]:
    """Rules of a queue."""
    return st.lists(
        st.builds(
            ReliefRule,
            st.sampled_from(teams).map(lambda team: ReliefGroup(team=team))
            | st.sampled_from(queues).map(lambda other: ReliefGroup(queue=other)),
            bounds,
            bounds,
            st.sampled_from(ReliefMatch),
            st.sampled_from([1, 5]),
            st.none() | st.just((600, 720)),
            st.sampled_from([10, 60]).map(lambda seconds: seconds * SECOND),
        ),
        min_size=1,
        max_size=2,
        unique_by=lambda rule: rule.group,
    ).map(lambda rules: Relief(tuple(rules), "Europe/Berlin"))


def hand_overs(queues: tuple[str, ...]) -> st.SearchStrategy[HandOver | None]:
    """To which queues a queue's agents may hand over."""
    some = st.lists(st.sampled_from(queues), min_size=1, unique=True)
    return st.none() | some.map(lambda to: HandOver(tuple(to)))


def serves(state: FloorState, settings: AgentSettings, queue_id: str) -> bool:
    """Whether this agent is one of the queue's, or of a group that relieves it just now."""
    return queue_id in settings.queues or helps(state, settings, queue_id)


def helps(state: FloorState, settings: AgentSettings, queue_id: str) -> bool:
    return any(
        queue == queue_id
        and queue_id not in settings.queues
        and (group.team == settings.team if group.team else group.queue in settings.queues)
        for queue, group in state.helping
    )


def check_relief(state: FloorState) -> None:
    """Who is a member of a queue, and that every group that helps does so by a rule in force."""
    for queue_id, one in state.queues.items():
        agents = state.configuration.agents
        assert set(one.members) == {who.id for who in agents if serves(state, who, queue_id)}
        assert one.helpers == {who.id for who in agents if helps(state, who, queue_id)}
        assert one.signed_in == {who for who in one.members if state.agents[who].state is not AgentState.SIGNED_OUT}
    for queue_id, group in state.helping:
        settings = state.queues[queue_id].settings
        assert settings.relief is not None
        assert group in {rule.group for rule in settings.relief.rules}
