"""What agents with capacities may have at a time, as hypothesis strategies, and restated by brute force."""

from hypothesis import strategies as st

from switchboard.agents.model import AgentState, Capacity
from switchboard.routing.floor.state import FloorState, Visit
from switchboard.routing.model import AgentSettings

CHANNELS = ("voice", "chat", "mail")

capacities = st.builds(
    Capacity,
    st.fixed_dictionaries(
        {"chat": st.integers(0, 3)}, optional={"voice": st.integers(0, 1), "mail": st.integers(1, 2)}
    ),
    st.dictionaries(
        st.sampled_from(CHANNELS), st.lists(st.sampled_from(CHANNELS), max_size=2, unique=True).map(tuple), max_size=2
    ),
)


def could_be_offered(state: FloorState, settings: AgentSettings, visit: Visit) -> bool:
    """Whether nothing in this agent's hands keeps one more contact of this channel from him, whatever it needs."""
    one = state.agents[settings.id]
    if not one.reachable or one.offers:
        return False
    if settings.capacity is None:
        return one.state is AgentState.AVAILABLE
    if one.state not in (AgentState.AVAILABLE, AgentState.ENGAGED, AgentState.WRAP_UP):
        return False
    return one.next_state is None and one.resting_until is None and fits(state, settings, visit.contact)


def fits(state: FloorState, settings: AgentSettings, contact: str) -> bool:
    """Whether one more contact is within his capacity, said once more in the plainest way."""
    works_on = [
        state.engagements[one].channel
        for one in state.agents[settings.id].engagements
        if state.engagements[one].inactive_since is None
    ]
    if settings.capacity is None:
        return not state.agents[settings.id].engagements
    channel = state.contacts[contact].channel
    if works_on.count(channel) + 1 > settings.capacity.slots.get(channel, 1):
        return False
    others = {other for other in works_on if other != channel}
    return all(channel in settings.capacity.interrupted_by.get(other, ()) for other in others)


def takes(settings: AgentSettings, channel: str) -> bool:
    """Whether he ever takes contacts of this channel."""
    return settings.capacity is None or settings.capacity.slots.get(channel, 1) > 0
