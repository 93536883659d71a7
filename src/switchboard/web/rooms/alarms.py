"""What the Floor finds stuck, as a supervisor reads it: whose it is, who should have ended it, and what to do."""

from collections.abc import Mapping
from typing import Final

from switchboard.routing.service import Stuck
from switchboard.web.messages.explaining import StuckThing

_REPORT: Final = "Then report it with the server's log: the product must never let this happen."

_ADVICE: Final[Mapping[str, str]] = {
    "agent": f"Ask the agent to sign out and in again; if that fails, restart the server. {_REPORT}",
    "contact": f"Look at its record. If the caller is no longer there, restart the server. {_REPORT}",
    "deadline": (
        f"Restart the server at a quiet moment: calls end with it, only call-backs keep their place in line. {_REPORT}"
    ),
    "pair": f"Ask an available agent of the queue to pause and come back, which makes the Floor look again. {_REPORT}",
}


def stuck_shown(one: Stuck, names: Mapping[str, str]) -> StuckThing:
    """names: of agents by id."""
    return StuckThing(
        id=f"{one.kind}:{one.id}:{one.why}",
        kind=one.kind,
        name=names.get(one.id) if one.kind == "agent" else None,
        contact=one.id if one.kind in ("contact", "pair") else None,
        why=one.why,
        since=one.since,
        owner=one.owner,
        advice=_ADVICE[one.kind],
    )
