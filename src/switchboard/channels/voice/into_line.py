"""What a flow's `enqueue` is for the Floor: its keys as ids."""

from collections.abc import Callable, Iterable

import msgspec

from switchboard.channels.voice.known import Preferred
from switchboard.flows.model import Enqueue
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.commands import ContactQueued
from switchboard.routing.model import Asks, Requirement, Wanted
from switchboard.routing.service import with_ids


def queued(
    contact: str,
    queue: str,
    action: Enqueue,
    id_of: Callable[[str, str], str],
    place: int | None,
    preferred: Preferred,
    *,
    of_flow: Enqueue,
    comes: bool = False,
) -> ContactQueued:
    """queue: its id. of_flow: the step without what was set for this customer. id_of: id of
    a "skill", "team" or "agent" by its key. place: since when he counts as waiting. preferred: who gets him first.
    comes: though he stands in line for the first time."""
    wanted = with_ids(action.wanted, id_of)
    if preferred.because or preferred.branch is not None:
        wanted = msgspec.structs.replace(wanted or Wanted(), because=preferred.because, branch=preferred.branch)
    if of_flow is not action and (asks := _asks(of_flow, action, id_of)) != Asks():
        wanted = msgspec.structs.replace(wanted or Wanted(), asks=asks)
    return ContactQueued(
        contact,
        queue,
        action.priority,
        _requirements(action.requires, id_of),
        preferred.agents,
        place=place,
        wanted=wanted,
        preferred_for=action.prefer_for * MICROSECONDS,
        measured=True,
        comes=comes,
        due_in=action.due_in * MICROSECONDS,
    )


def _asks(of_flow: Enqueue, action: Enqueue, id_of: Callable[[str, str], str]) -> Asks:
    """What the customer asks for beyond what the flow does."""
    beyond = [one for one in action.requires if one not in of_flow.requires]
    return Asks(_requirements(beyond, id_of), action.priority - of_flow.priority)


def _requirements(levels: Iterable[tuple[str, int]], id_of: Callable[[str, str], str]) -> tuple[Requirement, ...]:
    return tuple([Requirement(id_of("skill", skill), level) for skill, level in levels])
