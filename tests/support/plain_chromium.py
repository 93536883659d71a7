"""Chromium without a driver's help: its hidden tabs are throttled as anybody's are.

Playwright tells every page that it is seen and has the focus, so that no tab is ever hidden. Here one speaks the
DevTools protocol to the browser oneself: https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import contextlib
import itertools
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect


class Tab:
    """One tab, by the session that is attached to it."""

    def __init__(self, browser: "PlainChromium", target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session

    async def ask(self, method: str, **parameters: Any) -> Any:
        return await self._browser.ask(method, session=self._session, **parameters)

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression; a promise is waited for."""
        answer = await self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, expression: str, *, seconds: float = 60) -> Any:
        """The expression's value once it is true."""
        async with asyncio.timeout(seconds):
            while not (value := await self.evaluate(expression)):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        return value

    async def press(self, key: str, *, alt: bool = False) -> None:
        """A key of the keyboard, as the page with the focus gets it."""
        said = {"key": key, "code": f"Key{key.upper()}", "modifiers": 1 if alt else 0}
        for kind in ("rawKeyDown", "keyUp"):
            await self.ask("Input.dispatchKeyEvent", type=kind, windowsVirtualKeyCode=ord(key.upper()), **said)

    async def to_front(self) -> None:
        """The tab that is seen; the others of the window are hidden."""
        await self._browser.ask("Target.activateTarget", targetId=self._target)


class PlainChromium:
    """The browser's connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def ask(self, method: str, *, session: str | None = None, **parameters: Any) -> Any:
        """The answer to a command. Raises AssertionError with the browser's words when it refuses."""
        number = next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        await self._connection.send(json.dumps(message | ({"sessionId": session} if session else {})))
        return await asyncio.wait_for(answer, 60)

    async def _read(self) -> None:
        async for text in self._connection:
            message = json.loads(text)
            if (answer := self._asked.pop(message.get("id"), None)) is None:
                continue
            if "error" in message:
                answer.set_exception(AssertionError(message["error"]))
            else:
                answer.set_result(message["result"])

    async def open(self, url: str = "about:blank", *, first: str = "") -> Tab:
        """A new tab of the same window. first: a script that runs before the page's own."""
        target = (await self.ask("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.ask("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        tab = Tab(self, target, session)
        await tab.ask("Page.enable")
        if first:
            await tab.ask("Page.addScriptToEvaluateOnNewDocument", source=first)
        await tab.ask("Page.navigate", url=url)
        return tab

    async def close(self) -> None:
        self._reading.cancel()
        await self._connection.close()


@contextlib.asynccontextmanager
async def plain_chromium(folder: Path, *, microphone: Path, flags: Sequence[str] = ()) -> AsyncIterator[PlainChromium]:
    """A browser whose microphone is that WAV, and that ends with the block."""
    program = shutil.which("chromium")
    assert program is not None, "chromium is not installed: run make test, which installs it"
    process = await asyncio.create_subprocess_exec(
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--ignore-certificate-errors",
        "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={microphone}",
        "--remote-debugging-port=0", f"--user-data-dir={folder}", *flags, "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = folder / "DevToolsActivePort"
        async with asyncio.timeout(60):
            while not port.exists() or len(port.read_text().splitlines()) < 2:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        number, path = port.read_text().splitlines()[:2]
        async with connect(f"ws://127.0.0.1:{number}{path}", max_size=None) as connection:
            browser = PlainChromium(connection)
            yield browser
            await browser.close()
    finally:
        process.kill()
        await process.wait()
