"""Real Chromium with a tone for a microphone; what the page hears is measured by Fourier transform."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import ConsoleMessage, Error, Page, async_playwright

from support.sound import tone_file

KEEP_STREAMS = """
(() => {
  const Native = window.RTCPeerConnection;
  window.heardStreams = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      this.addEventListener('track', (event) => {
        window.heardStreams.push(event.streams[0] ?? new MediaStream([event.track]));
      });
    }
  };
})();
"""

LEVEL = """
async (frequency) => {
  const stream = window.heardStreams.at(-1);
  if (!stream) return -200;
  const context = new AudioContext({ sampleRate: 48000 });
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(stream).connect(analyser);
  await new Promise((done) => setTimeout(done, 400));
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  await context.close();
  const bin = Math.round((frequency * 8192) / 48000);
  return Math.max(...levels.slice(bin - 2, bin + 3));
}
"""

SPOKEN = -60.0
"""dB (Blackman window, full scale 0) above which a tone counts as heard; silence is below -100."""


class Ears:
    """A page with a microphone and ears. `errors`: what its console complained of; must stay empty."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        # Asking who is signed in is answered 401 when nobody is, which Chromium writes down as an error.
        address = message.location.get("url", "")
        asked_who = address.endswith("/api/session") and "401" in message.text
        if message.type == "error" and not asked_who:
            self.errors.append(f"{address}: {message.text}")

    async def level(self, frequency: float) -> float:
        """How loud the tone is in what the page hears now, dB."""
        return float(await self.page.evaluate(LEVEL, frequency))

    async def until_heard(self, frequency: float, *, seconds: float = 30) -> None:
        """Wait until the tone is heard."""
        level = -200.0
        try:
            async with asyncio.timeout(seconds):
                while (level := await self.level(frequency)) < SPOKEN:
                    pass
        except TimeoutError:
            raise AssertionError(f"{frequency} Hz not heard: {level:.0f} dB") from None


@contextlib.asynccontextmanager
async def chromium(folder: Path, *, tone: float) -> AsyncIterator[Ears]:
    """A headless Chromium whose microphone is that tone."""
    program = shutil.which("chromium")
    assert program is not None, "chromium is not installed: run make test, which installs it"
    folder.mkdir(parents=True, exist_ok=True)
    sound = tone_file(folder / "microphone.wav", tone, seconds=60)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--autoplay-policy=no-user-gesture-required",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={sound}",
            ],
        )
        context = await browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900})
        await context.grant_permissions(["microphone"])
        page = await context.new_page()
        await page.add_init_script(KEEP_STREAMS)
        try:
            yield Ears(page)
        except Exception as error:
            with contextlib.suppress(Error):
                error.add_note(f"{page.url} showed: {await page.locator('body').inner_text(timeout=5_000)}")
            raise
        finally:
            await browser.close()
