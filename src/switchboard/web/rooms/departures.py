"""Who has just left the lines that somebody looks at, and how: nothing is remembered of any other line."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from switchboard.conversations.model import VisitEnd
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.events import EngagementOpened, Event, QueueLeft
from switchboard.routing.service import Routing
from switchboard.web.doors.watch import Stop

SHOWN: Final = 30 * MICROSECONDS
"""So long it is said of a contact that it has left."""

MOST: Final = 20
"""So many are remembered of one line."""


@dataclass(slots=True)
class Departure:
    """waited: microseconds in this line. agent: who answered, by id."""

    contact: str
    visit: str
    at: int
    how: VisitEnd
    waited: int
    agent: str | None = None


@dataclass(slots=True)
class _Line:
    lookers: int = 0
    left: deque[Departure] = field(default_factory=lambda: deque(maxlen=MOST))


class Departures:
    """Of every organization. Listens to a Floor while one of its lines is looked at."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[str, _Line]] = {}
        self._listening: dict[str, Stop] = {}

    def watch(self, routing: Routing, queue: str) -> Stop:
        """Remember who leaves this line, until stopped."""
        organization = routing.organization
        lines = self._lines.setdefault(organization, {})
        if not lines:
            self._listening[organization] = routing.subscribe(partial(self._hear, organization))
        lines.setdefault(queue, _Line()).lookers += 1
        return partial(self._stop, organization, queue)

    def of(self, organization: str, queue: str, now: int) -> list[Departure]:
        """Who left this line lately, the last first."""
        line = self._lines.get(organization, {}).get(queue)
        return [] if line is None else [one for one in reversed(line.left) if one.at + SHOWN > now]

    def _stop(self, organization: str, queue: str) -> None:
        lines = self._lines[organization]
        lines[queue].lookers -= 1
        if lines[queue].lookers == 0:
            del lines[queue]
        if not lines:
            self._listening.pop(organization)()

    def _hear(self, organization: str, events: Sequence[Event], at: int) -> None:
        lines = self._lines[organization]
        for event in events:
            if isinstance(event, QueueLeft) and event.queue in lines:
                waited = at - event.entered - event.paused
                lines[event.queue].left.append(Departure(event.contact, event.visit, at, event.how, waited))
            elif isinstance(event, EngagementOpened) and event.queue in lines:
                for one in lines[event.queue].left:
                    if one.visit == event.visit:
                        one.agent = event.agent
