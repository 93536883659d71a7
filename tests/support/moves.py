"""Whether what the Floor decided goes only the ways that the state tables have."""

from switchboard.agents.model import MOVES, AgentState
from switchboard.conversations.model import STAGE_MOVES, ContactStage
from switchboard.routing import events as told
from switchboard.routing.floor import Floor
from switchboard.routing.floor.state import FloorState


def check_moves(before: FloorState, events: list[told.Event]) -> None:
    """Every state change is one of the tables'."""
    agents = {one.id: one.state for one in before.agents.values()}
    stages = {contact.id: contact.stage for contact in before.contacts.values()}
    floor = Floor()
    floor._state = before
    for event in events:
        if isinstance(event, told.AgentStateChanged):
            now = agents.get(event.agent, AgentState.SIGNED_OUT)
            assert event.before is now
            assert event.state in MOVES[now], (now, event.state)
            agents[event.agent] = event.state
        floor.apply(event, before.now)
        contact_id = getattr(event, "contact", None)
        if contact_id is None or isinstance(event, told.AgentStateChanged):
            continue
        contact = floor.state.contacts.get(contact_id)
        stage = ContactStage.CLOSED if contact is None else contact.stage
        known = stages.get(contact_id)
        if known is not None and known is not stage:
            assert stage in STAGE_MOVES[known], (known, stage, event)
        stages[contact_id] = stage
