"""A browser's stand-in: an aiortc peer connection that speaks a tone and listens."""

import asyncio
import fractions
from collections.abc import Awaitable, Callable

import aioice.ice
import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from switchboard.audio.tones import levels

LEVEL = 6_000
RATE = 8_000
FRAME = 160

PRINT = ":".join(["AB"] * 32)

# Shortened from Chromium 131: audio and video, mDNS and plain candidates.
CHROMIUM = f"""v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS stream
m=audio 51472 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 192.168.1.5
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2113937151 0b4c9a6e-2d6e-4d0a-9d70-d12ff4d7e0a4.local 51472 typ host generation 0
a=candidate:2 1 udp 2113939711 192.168.1.5 51473 typ host generation 0 network-id 1
a=candidate:3 1 tcp 1518280447 192.168.1.5 9 typ host tcptype active
a=ice-ufrag:Rz8N
a=ice-pwd:Vt2nA8ZZ0KcZtxTq7Yp0qrm1
a=ice-options:trickle
a=fingerprint:sha-256 {PRINT}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
a=mid:1
a=rtpmap:96 VP8/90000
""".replace("\n", "\r\n")


class _Tone(MediaStreamTrack):
    """Speaks one tone in real time."""

    kind = "audio"

    def __init__(self, frequency: int) -> None:
        super().__init__()
        self._frequency = frequency
        self._at = 0
        self._began: float | None = None

    async def recv(self) -> av.AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(self._began + self._at / RATE - loop.time(), 0))
        times = (self._at + np.arange(FRAME)) / RATE
        samples = (LEVEL * np.sin(2 * np.pi * self._frequency * times)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, fractions.Fraction(1, RATE)
        self._at += FRAME
        return frame


class Peer:
    """Offers audio, takes an answer, keeps what it hears."""

    def __init__(self, frequency: int, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        # aioice never offers 127.0.0.1 by itself.
        monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.track = _Tone(frequency)
        self.connection.addTrack(self.track)
        self.connection.on("track", self._track)
        self._heard: list[np.ndarray] = []
        self._listening: asyncio.Task[None] | None = None
        self._enough = asyncio.Condition()

    async def call(self, answer: Callable[[str], Awaitable[str]]) -> None:
        """Offer, and take the answer that the function gives."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        sdp = await answer(self.connection.localDescription.sdp)
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def hears(self, frequency: int, *, seconds: float = 0.4) -> bool:
        """Wait until the tone was there, at its level within 3 dB, for so long; never gives up by itself."""
        count = round(seconds * RATE)
        async with self._enough:
            while True:
                sound = np.concatenate(self._heard)[-count:] if self._heard else np.zeros(0)
                if len(sound) >= count and 0.7 < levels(sound, [frequency])[0] / LEVEL < 1.4:
                    return True
                await self._enough.wait()

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        self.track.stop()
        await self.connection.close()

    def _track(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.get_running_loop().create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            sound = frame.to_ndarray().ravel().astype(np.int16)
            async with self._enough:
                self._heard = [*self._heard[-100:], sound]
                self._enough.notify_all()
