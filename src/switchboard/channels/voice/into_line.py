"""What a flow's `enqueue` is for the Floor: its keys as ids."""

from collections.abc import Callable

from switchboard.flows.model import Enqueue
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.commands import ContactQueued
from switchboard.routing.model import Requirement
from switchboard.routing.service import with_ids


def queued(
    contact: str,
    queue: str,
    action: Enqueue,
    id_of: Callable[[str, str], str],
    place: int | None,
    *,
    comes: bool = False,
) -> ContactQueued:
    """queue: its id. id_of: id of a "skill", "team" or "agent" by its key. place: since when he counts as waiting.
    comes: though he stands in line for the first time."""
    return ContactQueued(
        contact,
        queue,
        action.priority,
        tuple([Requirement(id_of("skill", skill), level) for skill, level in action.requires]),
        tuple([id_of("agent", key) for key in action.prefer]),
        place=place,
        wanted=with_ids(action.wanted, id_of),
        preferred_for=action.prefer_for * MICROSECONDS,
        comes=comes,
    )
