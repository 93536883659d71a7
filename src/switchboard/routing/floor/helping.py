"""Who helps in which queue: people of a group that relieves it are its members for as long as that lasts.

Temporary members are worked out from the configuration in force and `FloorState.helping`, never stored: a team that
changes meanwhile, a snapshot or a restart gives the same.
"""

from collections.abc import Iterator

import msgspec

from switchboard.routing.floor.line import QueueOnFloor
from switchboard.routing.model import AgentSettings
from switchboard.routing.relief import ReliefCondition, ReliefGroup


class Helping(msgspec.Struct, frozen=True, gc=False):
    """A group helps in a queue. since: when it began; because, waiting, longest_wait, service_level: what led to it
    (see `events.ReliefBegan`)."""

    queue: str
    group: ReliefGroup
    since: int
    because: tuple[ReliefCondition, ...] = ()
    waiting: int = 0
    longest_wait: int = 0
    service_level: int | None = None


def belongs(settings: AgentSettings, group: ReliefGroup) -> bool:
    """Whether this agent is one of the group."""
    return settings.team == group.team if group.team is not None else group.queue in settings.queues


def helped_by(
    settings: AgentSettings, queues: dict[str, QueueOnFloor], helping: dict[tuple[str, ReliefGroup], Helping]
) -> Iterator[QueueOnFloor]:
    """The queues in which this agent helps and which are not his own, each once, in the order of their ids."""
    found = {queue for queue, group in helping if queue not in settings.queues and belongs(settings, group)}
    for id_ in sorted(found):
        queue = queues.get(id_)
        if queue is not None and _in_force(settings, queue, helping):
            yield queue


def _in_force(settings: AgentSettings, queue: QueueOnFloor, helping: dict[tuple[str, ReliefGroup], Helping]) -> bool:
    """Rules that are gone do not count, although the event that ends them may still be to come."""
    relief = queue.settings.relief
    return relief is not None and any(
        belongs(settings, rule.group) and (queue.settings.id, rule.group) in helping for rule in relief.rules
    )
