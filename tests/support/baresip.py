"""A real SIP phone under test control: baresip, speaking a tone and recording what it hears."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np

from support.ports import free_port, free_ports
from support.sound import Samples, read_wave, tone_file

CONFIG = """\
sip_listen 127.0.0.1:{port}
audio_player aubridge,phone{port}
audio_alert aubridge,phone{port}
audio_source aufile,{tone}
audio_channels 1
auplay_channels 1
ausrc_channels 1
auplay_srate 8000
ausrc_srate 8000
rtp_ports {rtp}-{last_rtp}
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {folder}
"""


RTP_PORTS = 8
"""More than the sound of two calls at once takes."""


class Baresip:
    """One phone. Wait for what happens to it with `until`; `heard` is what came out of its speaker."""

    def __init__(self, folder: Path, *, tone: float, account: str) -> None:
        """account: baresip's account line, with `{port}` where the phone's own port belongs."""
        self.port = free_port()
        self._folder = folder
        self._control = free_port()
        self._account = account.replace("{port}", str(self.port))
        self._tone = tone
        self.events: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()
        self._set_aside = itertools.count(1)

    async def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        rtp = free_ports(RTP_PORTS)
        tone = tone_file(self._folder / "tone.wav", self._tone, seconds=90)
        config = CONFIG.format(
            port=self.port,
            tone=tone,
            rtp=rtp,
            last_rtp=rtp + RTP_PORTS - 1,
            control=self._control,
            folder=self._folder,
        )
        (self._folder / "config").write_text(config)
        (self._folder / "accounts").write_text(self._account + "\n")
        (self._folder / "contacts").write_text("")
        self._log = (self._folder / "log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            "stdbuf", "-oL", "baresip", "-n", "127.0.0.1", "-f", str(self._folder), stdout=self._log, stderr=self._log
        )
        reader, self._writer = await self._connect()
        self._reading = asyncio.get_running_loop().create_task(self._read(reader))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in range(200):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self._control)
            await asyncio.sleep(0.05)
        raise AssertionError(f"baresip did not open its control port: {(self._folder / 'log').read_text()[-2000:]}")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Netstrings of JSON, as the ctrl_tcp module writes them."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                length = int((await reader.readuntil(b":"))[:-1])
                message = json.loads(await reader.readexactly(length))
                await reader.readexactly(1)
                async with self._changed:
                    self.events.append(message)
                    self._changed.notify_all()

    async def command(self, command: str, parameters: str = "") -> None:
        text = json.dumps({"command": command, "params": parameters, "token": "t"})
        self._writer.write(f"{len(text)}:{text},".encode())
        await self._writer.drain()

    async def dial(self, target: str) -> None:
        self._begin_to_hear()
        await self.command("dial", target)

    async def accept(self) -> None:
        self._begin_to_hear()
        await self.command("accept")

    def _begin_to_hear(self) -> None:
        """What was heard in earlier calls is not what this one hears. baresip names its files by the second, so that
        the next one may have the name of the one before: that is put aside, even while it is still written."""
        for file in self._sounds():
            file.rename(file.with_name(f"earlier-{next(self._set_aside)}.wav"))

    def _sounds(self) -> list[Path]:
        return sorted(self._folder.glob("dump-*-dec.wav"))

    async def hang_up(self) -> None:
        await self.command("hangup")

    async def speak(self, file: Path) -> None:
        """From now on its microphone is that WAV, from the beginning."""
        await self.command("ausrc", f"aufile,{file}")

    async def until(self, kind: str, *, seconds: float = 30.0, after: int = 0) -> dict[str, Any]:
        """The first event of that type among those after number `after`, waiting for it."""

        def found() -> dict[str, Any] | None:
            return next((event for event in self.events[after:] if event.get("type") == kind), None)

        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(lambda: found() is not None), seconds)
            except TimeoutError:
                seen = [event.get("type") for event in self.events]
                raise AssertionError(f"no {kind} within {seconds} s; the phone saw {seen}") from None
        event = found()
        assert event is not None
        return event

    async def registered(self, *, seconds: float = 20.0) -> None:
        """Wait until it says that it registered: that may be before anybody listens to its events."""
        log = self._folder / "log"
        for _ in range(round(seconds / 0.05)):
            if b"binding" in log.read_bytes():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"not registered: {log.read_text(errors='replace')[-2000:]}")

    def heard(self) -> Samples:
        """Everything heard in the latest call, 8 kHz."""
        files = self._sounds()
        return read_wave(files[-1]) if files else np.zeros(0)

    async def switch_off(self) -> None:
        """Pull the plug: it says nothing to anybody, which it would otherwise wait to be answered."""
        self._process.kill()
        await self._process.wait()

    async def close(self) -> None:
        self._reading.cancel()
        self._writer.close()
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        self._log.close()


@contextlib.asynccontextmanager
async def phone(folder: Path, *, tone: float, account: str) -> AsyncIterator[Baresip]:
    """A started baresip that ends with the block."""
    baresip = Baresip(folder, tone=tone, account=account)
    await baresip.start()
    try:
        yield baresip
    finally:
        await baresip.close()
