"""A carrier's gateway on a call: it hears, and says keys by SIP INFO and as tones, which no packaged phone does."""

import asyncio
import contextlib
import re
import struct
from collections.abc import AsyncIterator
from typing import Final

import numpy as np

from support.sound import Samples, key_tones
from support.stranger import Stranger, audio, stranger
from switchboard.audio.g711 import MU_DECODE, encode_mu

FRAME: Final = 160
HEADER: Final = 12


class GatewayCall(asyncio.DatagramProtocol):
    """One mu-law call. Speaks silence, every 20 ms, and what it is told to in between."""

    def __init__(self, carrier: Stranger) -> None:
        self._carrier = carrier
        self._heard: list[np.ndarray] = []
        self._to_say = np.zeros(0)

    async def dial(self, number: str) -> None:
        """Returns when it is answered."""
        loop = asyncio.get_running_loop()
        self._sound, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self._carrier.address, 0))
        port = self._sound.get_extra_info("sockname")[1]
        self._invite = self._carrier.request("INVITE", number, body=audio(self._carrier.address, "0", port))
        self._answer = await self._carrier.answer(self._invite)
        assert self._answer.status == 200, self._answer.text
        said = re.search(r"^m=audio (\d+)", self._answer.text, re.MULTILINE)
        assert said is not None, self._answer.text
        self._target = (self._carrier.target.rpartition(":")[0], int(said[1]))
        self._speaking = loop.create_task(self._speak())

    def datagram_received(self, data: bytes, address: object) -> None:
        del address
        self._heard.append(MU_DECODE[np.frombuffer(data[HEADER:], np.uint8)])

    def heard(self) -> Samples:
        """Everything so far, 8 kHz."""
        return np.concatenate(self._heard).astype(float) if self._heard else np.zeros(0)

    async def info(self, key: str) -> None:
        """A key by SIP INFO, as Cisco's gateways write it."""
        said = f"Signal={key}\r\nDuration=160\r\n"
        request = self._carrier.request(
            "INFO", body=said, content_type="application/dtmf-relay", of=self._invite, answered=self._answer
        )
        self._invite.sequence += 1
        assert (await self._carrier.answer(request)).status == 200

    def tones(self, key: str) -> None:
        """A key as sound."""
        self._to_say = np.concatenate([self._to_say, key_tones(key)])

    async def hang_up(self) -> None:
        await self._carrier.answer(self._carrier.request("BYE", of=self._invite, answered=self._answer))

    def close(self) -> None:
        self._speaking.cancel()
        self._sound.close()

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for count in range(1 << 16):
            await asyncio.sleep(max(began + count * 0.02 - loop.time(), 0))
            frame, self._to_say = self._to_say[:FRAME], self._to_say[FRAME:]
            frame = np.concatenate([frame, np.zeros(FRAME - len(frame))])
            header = struct.pack("!BBHII", 0x80, 0, count, count * FRAME, 7)
            self._sound.sendto(header + encode_mu(frame.astype(np.int16)).tobytes(), self._target)


@contextlib.asynccontextmanager
async def gateway(address: str, target: str, number: str) -> AsyncIterator[GatewayCall]:
    """An answered call that is over with the block. target: the center's SIP address."""
    with stranger(address, target) as carrier:
        call = GatewayCall(carrier)
        await call.dial(number)
        try:
            yield call
        finally:
            call.close()
