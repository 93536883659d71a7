"""A trial call over a trunk: is there an address, does the host answer, does it take the call, does sound come.

    diagnosis = await TrialCall(stack, pool, ...).made(trunk, "+49301234567", secret)

It takes as long as it takes: some ten seconds when all is well, because that is how often sound is counted.
"""

import asyncio
import ipaddress
from dataclasses import replace
from typing import Final

from switchboard.channels.voice.diagnosis import Diagnosis, Seen, diagnose
from switchboard.channels.voice.media.pool import MediaLeg, MediaPool
from switchboard.channels.voice.model import Trunk
from switchboard.channels.voice.session import Session
from switchboard.channels.voice.sip.asking import outside_headers
from switchboard.channels.voice.sip.stack import (
    Answered,
    Credentials,
    Ended,
    Failed,
    LegEvent,
    Ringing,
    SipStack,
)
from switchboard.kit.errors import Invalid
from switchboard.protocols.sdp.description import SdpError
from switchboard.protocols.sdp.negotiation import NoCommonCodec
from switchboard.protocols.sip.uri import Uri, UriError

OPTIONS_LIMIT: Final = 4.0
"""Seconds the host may take to answer a question: a few repetitions over UDP (RFC 3261 timer E)."""
SIGN_LIMIT: Final = 8.0
"""Seconds until the first sign of life after the INVITE."""
RING_LIMIT: Final = 30.0
"""Seconds the number may ring."""
SOUND_LIMIT: Final = 12.0
"""Seconds of the talk: a little more than what lies between two counts of the sound (see `MediaLeg.quality`)."""


def target(trunk: Trunk, number: str) -> str | None:
    """The URI that reaches a number over a trunk; None when the trunk has no address to call."""
    if trunk.register is not None:
        registrar = Uri.parse(trunk.register.registrar)
        return str(Uri(registrar.scheme, number, registrar.host, registrar.port, registrar.parameters))
    single = [network for network in trunk.networks() if network.num_addresses == 1]
    if not single:
        return None
    host = single[0].network_address
    return f"sip:{number}@[{host}]" if host.version == 6 else f"sip:{number}@{host}"


class TrialCall:
    """Makes trial calls. music: path of the sound that whoever answers hears."""

    def __init__(self, stack: SipStack, pool: MediaPool, *, music: str, public_host: str = "") -> None:
        self._stack = stack
        self._pool = pool
        self._music = music
        self._public_host = public_host

    async def made(self, trunk: Trunk, number: str, credentials: Credentials | None) -> Diagnosis:
        """Call `number` over the trunk and say what came of it. Raises Unavailable without a media worker."""
        uri = target(trunk, number)
        if uri is None:
            return diagnose(Seen(way=False))
        if not await _has_address(Uri.parse(uri).host):
            return diagnose(Seen(host=False))
        options = await self._asked(uri.partition(":")[0] + ":" + uri.rpartition("@")[2])
        media = self._pool.choose().open_leg()
        try:
            return diagnose(
                await _Attempt(self._stack, media, self._music, self._public_host).seen(uri, credentials, options)
            )
        finally:
            media.close()

    async def _asked(self, uri: str) -> int | None:
        """The status of an OPTIONS, None when nothing answers."""
        answered: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

        def conclude(status: int | None) -> None:
            if not answered.done():
                answered.set_result(status)

        node = self._stack.node
        try:
            flow = node.route(uri)
            own = str(Uri("sip", "", flow.sent_by.rpartition(":")[0].strip("[]")))
            headers = outside_headers(node, flow, method="OPTIONS", own=own, to=uri, call_id=node.layer.token(), cseq=1)
            self._stack.ask(
                "OPTIONS",
                uri,
                lambda response: conclude(response.status),
                lambda _: conclude(None),
                headers=headers,
                flow=flow,
            )
        except UriError:
            return None
        return await _within(OPTIONS_LIMIT, answered)


class _Attempt:
    """One INVITE and what follows it."""

    def __init__(self, stack: SipStack, media: MediaLeg, music: str, public_host: str) -> None:
        self._stack = stack
        self._media = media
        self._music = music
        self._session = Session.offering(media, public_host=public_host)
        self._sign = asyncio.Event()
        self._over = asyncio.Event()
        self._failed: Failed | None = None
        self._rang = False
        self._answer: bytes | None = None

    async def seen(self, uri: str, credentials: Credentials | None, options: int | None) -> Seen:
        seen = Seen(options=options, credentials=credentials is not None)
        try:
            leg = self._stack.dial(
                uri,
                from_user=credentials.user if credentials is not None else "anonymous",
                sdp=self._session.ours,
                credentials=credentials,
                ring_limit=SIGN_LIMIT + RING_LIMIT,
            )
        except Invalid:
            return seen
        leg.on_event = self._happened
        try:
            await self._concluded()
            seen = replace(seen, rang=self._rang)
            if self._failed is not None:
                return replace(seen, status=self._failed.status, reason=self._failed.reason)
            return seen if self._answer is None else await self._talked(seen, self._answer)
        finally:
            leg.hangup()

    def _happened(self, event: LegEvent) -> None:
        match event:
            case Ringing():
                self._rang = True
            case Failed():
                self._failed = event
            case Answered(sdp):
                self._answer = sdp
            case Ended():
                pass
            case _:
                return
        self._sign.set()
        if not isinstance(event, Ringing):
            self._over.set()

    async def _concluded(self) -> None:
        """Wait for the final answer: briefly until something comes, then as long as a phone may ring."""
        if await _happens(SIGN_LIMIT, self._sign):
            await _happens(RING_LIMIT, self._over)

    async def _talked(self, seen: Seen, answer: bytes) -> Seen:
        """Exchange sound for a while and count it."""
        try:
            self._session.answered(answer)
        except (SdpError, NoCommonCodec):
            return replace(seen, answered=True, codec=False)
        self._over.clear()
        self._session.connect(self._media)
        self._media.play(self._music)
        cut_short = await _happens(SOUND_LIMIT, self._over)
        quality = self._media.quality
        if quality is None:
            return replace(seen, answered=True, cut_short=cut_short)
        reported = quality.far_jitter is not None
        return replace(seen, answered=True, received=quality.received, reported=reported)


async def _happens(seconds: float, event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def _within(seconds: float, answered: "asyncio.Future[int | None]") -> int | None:
    try:
        async with asyncio.timeout(seconds):
            return await answered
    except TimeoutError:
        return None


async def _has_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        return True
    try:
        return bool(await asyncio.get_running_loop().getaddrinfo(host, None))
    except OSError:
        return False
