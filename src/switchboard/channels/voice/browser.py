"""Browsers as telephones: the agent's page while it rings and talks, and the try-it page's caller."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from switchboard.channels.voice.condition import LOST, Signs, Trouble, is_lost, troubles
from switchboard.channels.voice.media.pool import (
    Digit,
    MediaBack,
    MediaEvent,
    MediaLeg,
    MediaLost,
    MediaWorker,
    WebRtcChanged,
    WebRtcState,
)
from switchboard.channels.voice.sides import unheard
from switchboard.channels.voice.turns import Turns

GRACE: Final = 5.0
"""Seconds a page that rings may be without its transport (reload, network change) before the offer has failed."""

WATCHED_EVERY: Final = 1.0
"""Seconds between two looks at an agent's page during a talk."""

ASKED_AFTER: Final = 2.0
"""Seconds without an answer after which the page is asked out of turn. Its timers may be throttled to one a minute
(a hidden tab); it answers from its message handler, which is not."""


class BrowserCaller:
    """A customer who calls from a page. He is connected as soon as his browser is."""

    def __init__(self, media: MediaLeg) -> None:
        self.media = media
        self.codec: int | None = None
        self.on_left: Callable[[], None] = unheard
        self.on_digit: Callable[[str], None] = unheard
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
        if isinstance(event, Digit):
            self.on_digit(event.digit)
        elif isinstance(event, WebRtcChanged) and event.state is not WebRtcState.CONNECTED and not self._over:
            self._over = self.gone = True
            self.on_left()


class Page(Protocol):
    """The page of the agent who is rung, apart from its sound."""

    def silence(self) -> float | None:
        """Seconds since it last answered our heartbeat; None when it never did."""
        ...

    def ask(self) -> None:
        """Send it a heartbeat now, out of turn."""
        ...


class BrowserAgent:
    """An agent's page. Its transport is made while it rings, so that accepting it is heard at once.

    worker: where the customer's leg lives. changed: called when there is other sound to connect. lost: called
    once when the page is gone for good: while it rings after `GRACE` seconds without its transport, in a talk
    as `condition.is_lost` says. warned: called with the troubles that are to be shown, whenever they change.
    silencing: closes the transports of many that rang together, a few at a time; None: at once.
    """

    def __init__(
        self,
        worker: MediaWorker,
        page: Page,
        *,
        changed: Callable[[], None],
        lost: Callable[[], None],
        warned: Callable[[frozenset[Trouble]], None],
        silencing: Turns | None = None,
    ) -> None:
        self.media: MediaLeg | None = None
        self._silencing = silencing
        self._worker = worker
        self._page = page
        self._changed = changed
        self._lost = lost
        self._warned = warned
        self._timer: asyncio.TimerHandle | None = None
        self._talks = False
        self._over = False
        self._no_sound_since: float | None = None
        self._troubles: frozenset[Trouble] = frozenset()

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
        self._no_sound_since = None
        if not self._talks:
            self._stop_timer()
        self._changed()
        return answer

    @property
    def listens(self) -> bool:
        return True

    @property
    def speaks(self) -> bool:
        """Whether sound comes from the page; music is better company than silence."""
        return self._no_sound_since is None

    def talking(self) -> None:
        """From now on sound and page are watched: one that accepted and never sends must not hold the customer."""
        self._talks = True
        if self.media is None:
            self._sound_is_missing(0.0)
        self._watch_on()

    def hang_up(self, *, elsewhere: bool = False) -> None:
        """Close the page's transport; the page learns why from its feed."""
        del elsewhere
        self._over = True
        self._stop_timer()
        if self.media is None:
            return
        if self._silencing is None:
            self.media.close()
        else:
            self._silencing.do(self.media.close)

    # -- sound

    def _told(self, media: MediaLeg, event: MediaEvent) -> None:
        if media is not self.media or self._over:
            return
        match event:
            case WebRtcChanged(state) if state is not WebRtcState.CONNECTED:
                self.media = None
                media.close()
                self._sound_is_missing(0.0)
            case MediaLost(seconds):
                self._sound_is_missing(seconds)
            case MediaBack():
                self._no_sound_since = None
                self._changed()
            case _:
                pass

    def _sound_is_missing(self, seconds: float) -> None:
        """It ended so long ago. A reload brings it back within a second or two."""
        if self._no_sound_since is None:
            self._no_sound_since = asyncio.get_running_loop().time() - seconds
        self._changed()
        if self._talks:
            self._page.ask()
            self._watch_on()
        elif self.media is None:
            self._stop_timer()
            self._timer = asyncio.get_running_loop().call_later(GRACE, self._is_lost)

    # -- the watch of a talk

    def _watch(self) -> None:
        """Look at the signs; ask the page when it has not said anything for a while."""
        signs = Signs(self._no_sound(), self._page.silence())
        if is_lost(signs):
            self._is_lost()
            return
        if (found := troubles(signs)) != self._troubles:
            self._troubles = found
            self._warned(found)
        if signs.silence is None or signs.silence >= ASKED_AFTER:
            self._page.ask()
        self._watch_on()

    def _watch_on(self) -> None:
        """Look again in a second, or exactly when the page would be lost."""
        self._stop_timer()
        no_sound = self._no_sound()
        due = WATCHED_EVERY
        if no_sound is not None and no_sound < LOST:
            due = min(due, LOST - no_sound)
        self._timer = asyncio.get_running_loop().call_later(due, self._watch)

    def _no_sound(self) -> float | None:
        since = self._no_sound_since
        return None if since is None else asyncio.get_running_loop().time() - since

    def _is_lost(self) -> None:
        self._stop_timer()
        self._lost()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
