"""The browsers' legs of a worker: from an offer to a row of the engine."""

import ipaddress
import random
import socket
from collections.abc import Callable, Sequence
from typing import Final

from switchboard.channels.voice.media import control
from switchboard.channels.voice.media.engine import Engine
from switchboard.channels.voice.media.events import WebRtcChanged, WebRtcState
from switchboard.channels.voice.media.offer import Offer, OfferError, Ours, read_offer, write_answer
from switchboard.channels.voice.media.ports import PortBook
from switchboard.channels.voice.media.webrtc import (
    BrowserTransport,
    Certificate,
    fingerprint_of,
    make_certificate,
)
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks

CERTIFICATE_LIFE: Final = 7 * 86_400.0
"""Seconds after which new legs get another certificate."""


class Browsers:
    """Opens and closes them. report: called with what goes up the control line."""

    def __init__(
        self,
        engine: Engine,
        book: PortBook,
        clock: Clock,
        entropy: random.Random,
        tasks: Tasks,
        report: Callable[[control.Report], None],
    ) -> None:
        self._engine = engine
        self._book = book
        self._clock = clock
        self._entropy = entropy
        self._tasks = tasks
        self._report = report
        self._ports: dict[int, int] = {}
        self._certificate = make_certificate()
        self._renew_at = clock.monotonic() + CERTIFICATE_LIFE

    @property
    def busy(self) -> bool:
        """Whether an offer is being answered, or a browser is there."""
        return bool(self._ports)

    def open(self, command: control.OpenWebRtc) -> None:
        """Answer an offer; see `control.OpenWebRtc`."""
        try:
            offer = read_offer(command.offer)
            sockets = self._bind(command.leg, _addresses(command.addresses))
        except OfferError as error:
            self._report(control.WebRtcRefused(command.leg, str(error)))
            return
        except Unavailable as error:
            self._report(control.WebRtcRefused(command.leg, error.text, busy=True))
            return
        self._tasks.start(self._answer(command.leg, offer, sockets), name="answer to a browser")

    def close(self, leg: int) -> None:
        """The leg has ended: its port may be used again after a while."""
        if (port := self._ports.pop(leg, None)) is not None:
            self._book.rest(port)

    async def _answer(self, leg: int, offer: Offer, sockets: Sequence[socket.socket]) -> None:
        if leg not in self._ports:
            # Closed before we began.
            for one in sockets:
                one.close()
            return
        ssrc = self._entropy.getrandbits(32)
        transport = BrowserTransport(
            self._current_certificate(),
            self._engine.intake,
            self._tasks,
            on_state=lambda state: self._changed(leg, transport, offer, ssrc, state),
            on_rtcp=lambda data: self._engine.take_rtcp(row, data),
            on_stranger=self._engine.count_stranger,
        )
        row = self._engine.open_browser(leg, transport)
        await transport.gather(sockets)
        if leg not in self._ports:
            # Closed while we gathered.
            return
        addresses = [one.getsockname()[:2] for one in sockets]
        ours = Ours(
            addresses=addresses,
            ufrag=transport.ufrag,
            password=transport.password,
            fingerprint=fingerprint_of(self._certificate),
            ssrc=ssrc,
            cname=f"{self._entropy.getrandbits(64):016x}",
            session=self._entropy.getrandbits(62),
        )
        self._report(control.WebRtcAnswer(leg, write_answer(offer, ours), *addresses[0]))
        transport.start(offer)

    def _changed(self, leg: int, transport: BrowserTransport, offer: Offer, ssrc: int, state: WebRtcState) -> None:
        if leg not in self._ports:
            return
        if state == WebRtcState.CONNECTED:
            transport.carry(self._engine.row(leg))
            self._engine.browser_connected(
                leg, transport.send, ssrc=ssrc, codec=offer.codec, telephone_event=offer.telephone_event
            )
        else:
            self._engine.browser_gone(leg)
        self._report(control.Told(leg, WebRtcChanged(state)))

    def _bind(self, leg: int, addresses: Sequence[str]) -> list[socket.socket]:
        """One port on each of our addresses. Raises Unavailable when there is none."""
        found = self._book.bind_shared(addresses)
        if found is None:
            raise Unavailable("all media ports are in use; try again in a moment")
        self._ports[leg], sockets = found
        return sockets

    def _current_certificate(self) -> Certificate:
        now = self._clock.monotonic()
        if now > self._renew_at:
            self._certificate, self._renew_at = make_certificate(), now + CERTIFICATE_LIFE
        return self._certificate


def _addresses(given: Sequence[str]) -> Sequence[str]:
    """The addresses as the operating system knows them. Raises Unavailable when one is no IP address."""
    if not given:
        raise Unavailable("no address is configured under which a browser could reach this server")
    try:
        return [str(ipaddress.ip_address(address)) for address in given]
    except ValueError as error:
        raise Unavailable(f"an address of this server is no IP address: {error}") from error
