"""How an `enqueue` treats a customer who is back soon after a contact in some queue, as flows write it.

returning:
  after: level-2            # he stood in that line, or was taken out of it by an agent
  within: 48h               # as long ago at most
  priority: 20              # instead of the step's
  queue: level-2            # and he enters this line instead of the step's
"""

from typing import Any, Final

from switchboard.flows.dialogue import Returning
from switchboard.flows.reading import Fields, duration_text

FIELD: Final = "returning"
_LONGEST: Final = 90 * 24 * 3600


def read_returning(fields: Fields) -> Returning | None:
    """None where the step treats everybody alike."""
    if not fields.has(FIELD):
        return None
    at = fields.at(FIELD)
    those = at.fields(("after", "within"), ("priority", "queue"))
    priority = those.whole("priority", 0, least=-100, most=100) if those.has("priority") else None
    found = Returning(
        after=those.key("after"),
        within=those.duration("within", 0, most=_LONGEST),
        priority=priority,
        queue=those.key_or_none("queue"),
    )
    if those.sound and found.priority is None and found.queue is None:
        at.problem("changes nothing: say 'priority', 'queue' or both")
    return found


def write_returning(returning: Returning | None) -> dict[str, Any]:
    """The field, or nothing."""
    if returning is None:
        return {}
    written: dict[str, Any] = {"after": returning.after, "within": duration_text(returning.within)}
    if returning.priority is not None:
        written["priority"] = returning.priority
    if returning.queue is not None:
        written["queue"] = returning.queue
    return {FIELD: written}
