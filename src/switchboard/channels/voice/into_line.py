"""What a flow's `enqueue` is for the Floor: its keys as ids."""

from collections.abc import Callable

import msgspec

from switchboard.channels.voice.known import Preferred
from switchboard.flows.model import Enqueue
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.commands import ContactQueued
from switchboard.routing.model import Requirement, Wanted
from switchboard.routing.service import with_ids


def queued(
    contact: str,
    queue: str,
    action: Enqueue,
    id_of: Callable[[str, str], str],
    place: int | None,
    preferred: Preferred,
    *,
    comes: bool = False,
) -> ContactQueued:
    """queue: its id. id_of: id of a "skill", "team" or "agent" by its key. place: since when he counts as waiting.
    preferred: who gets him first. comes: though he stands in line for the first time."""
    wanted = with_ids(action.wanted, id_of)
    if preferred.because or preferred.branch is not None:
        wanted = msgspec.structs.replace(wanted or Wanted(), because=preferred.because, branch=preferred.branch)
    return ContactQueued(
        contact,
        queue,
        action.priority,
        tuple([Requirement(id_of("skill", skill), level) for skill, level in action.requires]),
        preferred.agents,
        place=place,
        wanted=wanted,
        preferred_for=action.prefer_for * MICROSECONDS,
        measured=True,
        comes=comes,
        due_in=action.due_in * MICROSECONDS,
    )
