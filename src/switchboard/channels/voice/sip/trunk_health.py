"""Whether a trunk answers: OPTIONS now and then (RFC 3261 section 11)."""

from collections.abc import Callable
from typing import Final

from switchboard.channels.voice.sip.asking import outside_headers
from switchboard.channels.voice.sip.useragent import UserAgent
from switchboard.protocols.sip.message import Response
from switchboard.protocols.sip.timers import Timer
from switchboard.protocols.sip.uri import Uri, UriError

PERIOD: Final = 30.0
"""Seconds between two questions to a trunk that answers."""
SOON: Final = 10.0
"""Seconds until one that does not is asked again."""


class TrunkHealth:
    """Watches one trunk. answers: None until the first outcome. on_change: told when `answers` changes.

    Any final response but 408 and 503 is a sign of life: many trunks refuse OPTIONS politely.
    """

    def __init__(self, agent: UserAgent, uri: str) -> None:
        self._agent = agent
        self._uri = uri
        self._timer: Timer | None = None
        self._running = False
        self.answers: bool | None = None
        self.on_change: Callable[[bool], None] = _nobody_asks

    def start(self) -> None:
        """Ask now, and from now on."""
        if not self._running:
            self._running = True
            self._ask()

    def stop(self) -> None:
        self._running = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ask(self) -> None:
        self._timer = None
        node = self._agent.node
        try:
            flow = node.route(self._uri)
            own = str(Uri("sip", "", flow.sent_by.rpartition(":")[0].strip("[]")))
            headers = outside_headers(
                node, flow, method="OPTIONS", own=own, to=self._uri, call_id=node.layer.token(), cseq=1
            )
            self._agent.ask("OPTIONS", self._uri, self._answered, self._failed, headers=headers, flow=flow)
        except UriError:
            self._failed(503)

    def _answered(self, response: Response) -> None:
        self._concluded(response.status not in (408, 503))

    def _failed(self, _: int) -> None:
        self._concluded(False)

    def _concluded(self, answers: bool) -> None:
        if not self._running:
            return
        self._timer = self._agent.node.timers.after(PERIOD if answers else SOON, self._ask)
        if answers is not self.answers:
            self.answers = answers
            self.on_change(answers)


def _nobody_asks(_: bool) -> None:
    """Nobody wants to know."""
