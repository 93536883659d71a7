"""Who is back soon after a contact in some queue, and what a flow's `returning` makes of it.

returns = Returns(known.visits, routing.queue_id, routing.queue, now=clock.now)
action, because = returns(action)       # another line or priority, and the words for the record
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from switchboard.conversations.model import VisitEnd
from switchboard.flows.model import Enqueue, Returning
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import QueueSettings

RETURNING: Final = "returning"
"""What the record calls it, and what a flow says that asks for it."""

_MINUTE: Final = 60 * MICROSECONDS
_HOUR: Final = 60 * _MINUTE


class Returns:
    """Of one call. visits: queue's id -> when its customer left that line last, and how. queue_id: by a key. queue: by
    its id."""

    def __init__(
        self,
        visits: Mapping[str, tuple[int, str]],
        queue_id: Callable[[str], str | None],
        queue: Callable[[str], QueueSettings | None],
        now: Callable[[], int],
    ) -> None:
        self._visits = visits
        self._queue_id = queue_id
        self._queue = queue
        self._now = now

    def __call__(self, action: Enqueue) -> tuple[Enqueue, str]:
        """The step as it is for him, and why; "" when it is as for everybody."""
        returning = action.returning
        action = replace(action, returning=None)
        because = "" if returning is None else self._because(returning)
        if returning is None or not because:
            return action, ""
        return (
            replace(
                action,
                queue=action.queue if returning.queue is None else returning.queue,
                priority=action.priority if returning.priority is None else returning.priority,
            ),
            because,
        )

    def _because(self, returning: Returning) -> str:
        id_ = self._queue_id(returning.after) or ""
        visit = self._visits.get(id_)
        if visit is None:
            return ""
        left, how = visit
        ago = self._now() - left
        if ago > returning.within * MICROSECONDS:
            return ""
        what = "handled by" if how == VisitEnd.ANSWERED else "waited for"
        # The record is read by people: they know the queue by its name.
        queue = self._queue(id_)
        return f"{what} {returning.after if queue is None else queue.name} {_ago(ago)}"


def _ago(ago: int) -> str:
    """To the hour, below that to the minute."""
    many, unit = (ago // _HOUR, "hour") if ago >= _HOUR else (max(0, ago) // _MINUTE, "minute")
    return f"{many} {unit}{'' if many == 1 else 's'} ago"
