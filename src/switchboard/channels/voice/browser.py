"""Browsers as telephones: the agent's page while it rings and talks, and the try-it page's caller."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from switchboard.channels.voice.media.pool import (
    MediaEvent,
    MediaLeg,
    MediaWorker,
    WebRtcChanged,
    WebRtcState,
)
from switchboard.channels.voice.sides import unheard

GRACE: Final = 5.0
"""Seconds a page may be without sound (reload, network change) before its call counts as lost."""


class BrowserCaller:
    """A customer who calls from a page. He is connected as soon as his browser is."""

    def __init__(self, media: MediaLeg) -> None:
        self.media = media
        self.codec: int | None = None
        self.on_left: Callable[[], None] = unheard
        self.gone = False
        self._over = False
        media.on_event = self._media

    def answer(self) -> None:
        """A browser needs no answer: its transport came up before the call began."""

    def hang_up(self, *, refused: int = 480) -> None:
        """Close the browser's transport, which ends the call on the page. refused: means nothing here."""
        del refused
        self._over = True
        self.media.close()

    def _media(self, event: MediaEvent) -> None:
        if isinstance(event, WebRtcChanged) and event.state is not WebRtcState.CONNECTED and not self._over:
            self._over = self.gone = True
            self.on_left()


class BrowserAgent:
    """An agent's page. Its transport is made while it rings, so that accepting it is heard at once.

    worker: where the customer's leg lives. changed: called when there is other sound to connect.
    lost: called once when the page has been without sound for `GRACE` seconds.
    """

    def __init__(self, worker: MediaWorker, *, changed: Callable[[], None], lost: Callable[[], None]) -> None:
        self.media: MediaLeg | None = None
        self._worker = worker
        self._changed = changed
        self._lost = lost
        self._waiting: asyncio.TimerHandle | None = None
        self._over = False

    async def attach(self, sdp: str, addresses: Sequence[str]) -> str:
        """Answer the page's session description; a second one (after a reload) replaces the first.

        addresses: ours that the browser can reach. Raises Invalid(field="sdp") and Unavailable.
        """
        media, answer = await self._worker.open_webrtc(sdp, addresses)
        if self._over:
            media.close()
            return answer
        before, self.media = self.media, media
        if before is not None:
            before.close()
        media.on_event = lambda event: self._told(media, event)
        self._stop_waiting()
        self._changed()
        return answer

    @property
    def listens(self) -> bool:
        return True

    def talking(self) -> None:
        """A page that accepted and never sends its session description must not hold the customer."""
        if self.media is None:
            self._wait()

    def hang_up(self, *, elsewhere: bool = False) -> None:
        """Close the page's transport; the page learns why from its feed."""
        del elsewhere
        self._over = True
        self._stop_waiting()
        if self.media is not None:
            self.media.close()

    def _told(self, media: MediaLeg, event: MediaEvent) -> None:
        ended = isinstance(event, WebRtcChanged) and event.state is not WebRtcState.CONNECTED
        if ended and media is self.media and not self._over:
            self.media = None
            media.close()
            self._changed()
            self._wait()

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = asyncio.get_running_loop().call_later(GRACE, self._lost)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
