"""The wait that a contact is expected to have, written down as it enters the line: it decides nothing."""

from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.events import WaitExpected
from switchboard.routing.floor.standing import standing
from switchboard.routing.floor.turn import Turn
from switchboard.routing.model import Expected

AGENTS: Final = 50
"""With fewer agents every contact is measured, with more one in 1 + agents by this: an estimate looks at
each of them, and a call shall cost no more for it however large the center is."""


def expect(turn: Turn, contact_id: str) -> None:
    """The contact has just been put in line. Who rings at somebody at once does not wait, and is told nothing."""
    state = turn.state
    contact = state.contacts.get(contact_id)
    visit = None if contact is None or contact.visit is None else state.visits[contact.visit]
    if visit is None or visit.offers or visit.number % (1 + len(state.agents) // AGENTS):
        return
    found = standing(state, contact_id, turn.now)
    if found is None or found.low is None or found.likely is None or found.high is None:
        return
    told = Expected(*(round(part * MICROSECONDS) for part in (found.low, found.likely, found.high)))
    turn.tell(WaitExpected(visit.id, contact_id, visit.queue, told))
