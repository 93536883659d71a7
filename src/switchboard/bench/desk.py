"""`switchboard bench desk`: how long an agent at the browser waits for sound, and how soon his loss is noticed.

A whole center runs as its own process. Two pages of a headless Chromium are the agent and the customer, whose
microphones hear a tone; each page notes the moment of the first loud sample it hears. Needs Playwright and a
Chromium, which are no dependencies of the product.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import wave
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from switchboard.app.rooms import Rooms
from switchboard.configuration.service import Sources
from switchboard.kit.clock import Clock, SystemClock
from switchboard.kit.errors import Unavailable
from switchboard.settings import Settings

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

INSTALL: Final = "bench desk needs a browser: pip install playwright, and Chromium (playwright install chromium)"
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
LOSSES: Final = 3
"""Most times that the agent's page is lost: each takes several seconds."""
PATIENCE: Final = 30_000
"""Milliseconds that anything may take before the bench gives up."""
READY: Final = 60.0
"""Seconds within which the center must be there."""
LOOK: Final = 0.02
"""Seconds between two looks at the line."""

_RATE: Final = 8_000
_TONE: Final = 440.0

LISTEN: Final = """
(() => {
  const Native = window.RTCPeerConnection;
  const listen = (stream) => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, {fftSize: 256});
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      if (!samples.some((one) => Math.abs(one) > 0.02)) return;
      clearInterval(timer);
      window.firstSound = performance.timeOrigin + performance.now();
      void context.close();
    }, 2);
  };
  window.firstSound = null;
  window.asked = null;
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      this.addEventListener('track', ({track, streams}) => listen(streams[0] ?? new MediaStream([track])));
    }
  };
  addEventListener('keydown', ({code, altKey}) => {
    if (altKey && code === 'KeyA') window.asked = performance.timeOrigin + performance.now();
  }, {capture: true});
})();
"""
"""Notes when Alt+A was pressed and when the first loud sample was heard, in milliseconds of one clock for all pages."""


FIRST_SOUND: Final = """
() => new Promise((done) => {
  const look = () => (window.firstSound === null ? setTimeout(look, 20) : done(window.firstSound));
  look();
})
"""


async def run(repetitions: int) -> dict[str, Any]:
    """Measure; milliseconds. Returns accept_to_sound (at the agent), accept_to_voice (at the customer),
    reload_to_sound, loss_noticed (page killed until the caller is back in line), each {p50, p95, max, of}.

    Raises Unavailable with what to install when there is no browser.
    """
    launch = _browser()
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="switchboard-bench-")))
        web = await stack.enter_async_context(_center(folder, clock))
        browser = await stack.enter_async_context(launch(folder))
        # A context each, or both pages live in one process and die together.
        agent, customer = [await _context(browser, web) for _ in range(2)]
        bench = _Bench(agent, customer, clock)
        await bench.open()
        for _ in range(repetitions):
            await bench.call()
        for _ in range(min(LOSSES, repetitions)):
            await bench.lose()
        return {"browser": browser.version, **bench.result()}


class _Bench:
    """The agent's and the customer's page, and what was measured so far."""

    def __init__(self, agent: "BrowserContext", customer: "BrowserContext", clock: Clock) -> None:
        self._contexts = (agent, customer)
        self._clock = clock
        self._agent: Page
        self._customer: Page
        self._measured: dict[str, list[float]] = {
            name: [] for name in ("accept_to_sound", "accept_to_voice", "reload_to_sound", "loss_noticed")
        }

    async def open(self) -> None:
        """Sign in and start work."""
        # The customer's page is signed in as well, to ask how the agent fares when his own page is dead.
        self._agent, self._customer = [await _signed_in(context) for context in self._contexts]
        await self._agent.goto("/desk")
        await self._agent.get_by_test_id("desk-sign-in").click()
        await self._available()

    async def call(self) -> None:
        """One call: accepted, heard on both sides, loaded anew, ended."""
        await self._talk()
        asked = float(await self._agent.evaluate("asked"))
        self._measured["accept_to_sound"].append(await _first_sound(self._agent) - asked)
        self._measured["accept_to_voice"].append(await _first_sound(self._customer) - asked)
        await self._agent.reload()
        opened = float(await self._agent.evaluate("performance.timeOrigin"))
        self._measured["reload_to_sound"].append(await _first_sound(self._agent) - opened)
        await self._agent.keyboard.press("Alt+x")
        await self._customer.get_by_test_id("try-call").wait_for(timeout=PATIENCE)
        await self._available()

    async def lose(self) -> None:
        """One call whose agent's page dies without a word."""
        await self._talk()
        await _first_sound(self._agent)
        session = await self._contexts[0].new_cdp_session(self._agent)
        killed = self._clock.monotonic()
        dying = asyncio.ensure_future(session.send("Page.crash"))  # noqa: TID251 - ends with the page
        # Nobody answers: the page that would is what dies.
        dying.add_done_callback(lambda told: told.cancelled() or told.exception())
        while not await self._waiting():
            if self._clock.monotonic() - killed > PATIENCE / 1_000:
                raise Unavailable("the loss of the agent's page was not noticed")
            await asyncio.sleep(LOOK)
        self._measured["loss_noticed"].append((self._clock.monotonic() - killed) * 1_000)
        dying.cancel()
        await self._customer.get_by_test_id("try-hang-up").click()
        await self._agent.close()
        self._agent = await self._contexts[0].new_page()
        await self._agent.goto("/desk")
        await self._agent.get_by_role("button", name="I am back").first.click(timeout=PATIENCE)
        await self._available()

    def result(self) -> dict[str, Any]:
        return {name: _summary(values) for name, values in self._measured.items()}

    async def _talk(self) -> None:
        await self._customer.evaluate("firstSound = null")
        await self._customer.get_by_test_id("try-call").click()
        await self._agent.get_by_test_id("offer-accept").wait_for()
        # The ring is heard by nobody here, but the leg is ready by then, as it is for a person.
        await self._agent.wait_for_timeout(500)
        await self._customer.evaluate("firstSound = null")
        await self._agent.keyboard.press("Alt+a")
        await self._agent.get_by_test_id("call-panel").wait_for()

    async def _available(self) -> None:
        await self._agent.get_by_test_id("state-menu").filter(has_text="Available").wait_for()

    async def _waiting(self) -> bool:
        """Whether the caller is no longer with the agent, as the center tells any page of his."""
        desk: Mapping[str, Any] = await self._customer.evaluate("fetch('/api/desk').then((answer) => answer.json())")
        return desk["engagement"] is None


async def _context(browser: "Browser", web: str) -> "BrowserContext":
    """Somebody's own browser, as it were."""
    context = await browser.new_context(base_url=web)
    context.set_default_timeout(PATIENCE)
    await context.grant_permissions(["microphone"])
    await context.add_init_script(LISTEN)
    return context


async def _signed_in(context: "BrowserContext") -> "Page":
    page = await context.new_page()
    await page.goto("/try-it")
    await page.evaluate(
        """(user) => fetch('/api/session', {method: 'POST', body: JSON.stringify(user),
            headers: {'Content-Type': 'application/json'}})""",
        {"user_name": "agent", "password": "bench-password"},
    )
    return page


async def _first_sound(page: "Page") -> float:
    """When this page heard its first loud sample, milliseconds."""
    async with asyncio.timeout(PATIENCE / 1_000):
        return float(await page.evaluate(FIRST_SOUND))


def _summary(values: Sequence[float]) -> dict[str, float | int | None]:
    """Nearest rank: with few values p95 is the largest."""
    ordered = sorted(values)
    if not ordered:
        return {"p50": None, "p95": None, "max": None, "of": 0}

    def rank(share: float) -> float:
        return round(ordered[max(0, int(np.ceil(share * len(ordered))) - 1)], 1)

    return {"p50": rank(0.5), "p95": rank(0.95), "max": round(ordered[-1], 1), "of": len(ordered)}


def _browser() -> Any:
    """What opens a browser, as a context manager over a folder for its microphone's sound."""
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        raise Unavailable(INSTALL) from None

    @asynccontextmanager
    async def launched(folder: Path) -> "AsyncIterator[Browser]":
        sound = folder / "microphone.wav"
        _write_tone(sound)
        program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
        async with async_playwright() as playwright:
            try:
                browser = await playwright.chromium.launch(executable_path=program, args=_flags(sound))
            except Error:
                raise Unavailable(INSTALL) from None
            try:
                yield browser
            finally:
                await browser.close()

    return launched


def _flags(sound: Path) -> list[str]:
    return [
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--autoplay-policy=no-user-gesture-required",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}",
    ]


def _write_tone(path: Path) -> None:
    """A minute of a loud tone, which the browser repeats."""
    samples = 8_000 * np.sin(2 * np.pi * _TONE * np.arange(_RATE * 60) / _RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.astype("<i2").tobytes())


@asynccontextmanager
async def _center(folder: Path, clock: Clock) -> AsyncIterator[str]:
    """A serving center with one agent; its web address."""
    rooms = await Rooms.open(Settings(data=folder / "data"), clock)
    try:
        await rooms.configuration.apply(orjson.dumps(ORGANIZATION), Sources({"BENCH": "bench-password"}, None))
    finally:
        await rooms.close()
    arguments = ("serve", "--json", "--web-port", "0", "--sip-port", "0", "--media-workers", "1")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", *arguments, "--data", str(folder / "data"),
        stdout=asyncio.subprocess.PIPE, stderr=(folder / "center.log").open("wb"),
        env={**os.environ, "SWITCHBOARD_TRY_IT": "yes"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), READY)
        if not line:
            said = (folder / "center.log").read_text().strip().rpartition("\n")[2]
            raise Unavailable(f"the center did not start: {said}")
        yield str(json.loads(line)["web"])
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


ORGANIZATION: Final[dict[str, Any]] = {
    "organization": {"key": "bench", "name": "Bench"},
    "clients": [{"key": "bench", "name": "Bench", "time_zone": "UTC", "region": "DE"}],
    "queues": [
        {"key": "support", "client": "bench", "name": "Support"}
        | {"ring_time": "60s", "wrap_up": "0s", "music": "silence"}
    ],
    "people": [
        {
            "key": "agent",
            "user_name": "agent",
            "name": "Agent",
            "roles": ["agent", "administrator"],
            "password": {"env": "BENCH"},
        }
        | {"agent": {"queues": ["support"], "reach": "browser"}}
    ],
    "flows": [
        {"key": "support", "client": "bench", "name": "Support", "language": "en"}
        | {"steps": [{"enqueue": {"queue": "support"}}, {"hangup": {}}]}
    ],
    "numbers": [{"number": "100", "client": "bench", "flow": "support"}],
}
"""One queue without announcements, whose music is silence: what is heard first is the other person."""
