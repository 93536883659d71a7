"""What a run leaves behind to be learned from: the contacts that agents have handled, out of the Floor's events."""

from typing import NamedTuple

from switchboard.routing import events as told
from switchboard.routing.learning.model import Handled
from switchboard.routing.model import Why


class _Open(NamedTuple):
    event: told.EngagementOpened
    kind: str
    resolved: bool | None
    satisfaction: float | None
    why: Why
    offered_at: int
    talked: int = 0


class Past:
    """handled: in the order in which their work ended."""

    def __init__(self) -> None:
        self.handled: list[Handled] = []
        self._offers: dict[int, tuple[Why, int]] = {}
        self._open: dict[str, _Open] = {}

    def offered(self, event: told.Offered, at: int) -> None:
        self._offers[event.offer] = event.why, at

    def opened(
        self, event: told.EngagementOpened, kind: str, resolved: bool | None, satisfaction: float | None
    ) -> None:
        self._open[event.engagement] = _Open(event, kind, resolved, satisfaction, *self._offers.pop(event.offer))

    def talk_ended(self, event: told.EngagementTalkEnded) -> None:
        found = self._open[event.engagement]
        self._open[event.engagement] = found._replace(talked=event.talk + event.hold)

    def closed(self, event: told.EngagementClosed) -> None:
        opened, kind, resolved, satisfaction, why, offered_at, talked = self._open.pop(event.engagement)
        outcome = why.outcome
        self.handled.append(
            Handled(
                opened.queue,
                kind,
                opened.agent,
                talked + event.wrap_up,
                resolved,
                satisfaction,
                idle=tuple(one.agent for one in why.runners_up),
                version=0 if outcome is None else outcome.version,
                group=None if outcome is None else outcome.group,
                offered_at=offered_at,
            )
        )
