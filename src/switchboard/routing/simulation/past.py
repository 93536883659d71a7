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
    talked: int = 0


class Past:
    """handled: in the order in which their work ended."""

    def __init__(self) -> None:
        self.handled: list[Handled] = []
        self._whys: dict[int, Why] = {}
        self._open: dict[str, _Open] = {}

    def offered(self, event: told.Offered) -> None:
        self._whys[event.offer] = event.why

    def opened(
        self, event: told.EngagementOpened, kind: str, resolved: bool | None, satisfaction: float | None
    ) -> None:
        self._open[event.engagement] = _Open(event, kind, resolved, satisfaction, self._whys.pop(event.offer))

    def talk_ended(self, event: told.EngagementTalkEnded) -> None:
        found = self._open[event.engagement]
        self._open[event.engagement] = found._replace(talked=event.talk + event.hold)

    def closed(self, event: told.EngagementClosed) -> None:
        opened, kind, resolved, satisfaction, why, talked = self._open.pop(event.engagement)
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
            )
        )
