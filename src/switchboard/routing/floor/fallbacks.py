"""Who may take contacts that wait in vain: in a queue that keeps them also for those who are not there (`stay`), and
whose rules send them on when nobody is.

Such a contact was asked for when it came, and no queue took it. It is asked for once more when something has changed in
one of the queues that could.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from switchboard.routing import events as told
from switchboard.routing.model import QueueSettings, WhenNobody
from switchboard.routing.overflow import Reason

OPENS: Final = frozenset(
    {
        told.AgentReachSet,
        told.AgentRests,
        told.AgentStateChanged,
        told.ClockSet,
        told.EngagementClosed,
        told.EngagementTalkEnded,
        told.OfferEnded,
        told.QueueLeft,
        told.ReliefBegan,
        told.ReliefEnded,
        told.WentInactive,
    }
)
"""Events after which a queue may take somebody whom it did not take before: somebody is there, is free, or has left its
line. After another configuration everybody is looked at anyway."""

_NOT_KEPT: Final = frozenset({Reason.NOBODY, Reason.FULL})


def fallbacks(queues: Iterable[QueueSettings]) -> dict[str, tuple[str, ...]]:
    """By queue: those from which contacts that wait in vain come to it, at once or by way of queues that do not keep
    them either."""
    settings = {queue.id: queue for queue in queues}
    found: dict[str, list[str]] = {}
    for queue in settings.values():
        if queue.when_nobody is WhenNobody.STAY:
            for target in _reached(settings, queue):
                found.setdefault(target, []).append(queue.id)
    return {target: tuple(sources) for target, sources in found.items()}


def _reached(settings: Mapping[str, QueueSettings], source: QueueSettings) -> list[str]:
    reached = dict.fromkeys(rule.queue for rule in source.overflow if Reason.NOBODY in rule.when)
    ahead = list(reached)
    for queue in ahead:
        further = () if queue not in settings else settings[queue].overflow
        new = [rule.queue for rule in further if _NOT_KEPT.intersection(rule.when) and rule.queue not in reached]
        reached.update(dict.fromkeys(new))
        ahead += new
    return ahead
