"""A real browser: headless Chromium with a tone for a microphone talks to a phone, both ways."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from support.media import Phone
from support.media_pool import Watched, watched_pool
from support.sound import tone_file
from switchboard.channels.voice.media.pool import WebRtcChanged, WebRtcState

OFFER = """
async () => {
  const connection = window.connection = new RTCPeerConnection({iceServers: []});
  const microphone = await navigator.mediaDevices.getUserMedia({audio: {
    echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
  const transceiver = connection.addTransceiver(microphone.getAudioTracks()[0], {streams: [microphone]});
  const known = RTCRtpReceiver.getCapabilities("audio").codecs;
  const wanted = known.filter(codec => ["audio/PCMU", "audio/telephone-event"].includes(codec.mimeType));
  transceiver.setCodecPreferences(wanted);
  connection.ontrack = event => {
    const player = new Audio();
    player.srcObject = event.streams[0];
    player.play();
    const context = window.context = new AudioContext();
    window.analyser = context.createAnalyser();
    window.analyser.fftSize = 8192;
    context.createMediaStreamSource(event.streams[0]).connect(window.analyser);
  };
  await connection.setLocalDescription(await connection.createOffer());
  await new Promise(done => {
    if (connection.iceGatheringState === "complete") done();
    connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && done();
  });
  return connection.localDescription.sdp;
}
"""

HEARD = """
async frequency => {
  const loudest = () => {
    const levels = new Float32Array(window.analyser.frequencyBinCount);
    window.analyser.getFloatFrequencyData(levels);
    const at = levels.indexOf(Math.max(...levels));
    return [at * window.context.sampleRate / window.analyser.fftSize, levels[at]];
  };
  for (;;) {
    const [hertz, level] = window.analyser ? loudest() : [0, -200];
    if (Math.abs(hertz - frequency) < 15 && level > -40) return [hertz, level];
    await new Promise(requestAnimationFrame);
  }
}
"""

pytestmark = pytest.mark.e2e


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    tone = tone_file(tmp_path / "microphone.wav", 440)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={tone}",
                "--autoplay-policy=no-user-gesture-required",
                "--no-sandbox",
            ],
        )
        page = await browser.new_page()
        await page.route("**/*", lambda route: route.fulfill(body="<p>desk", content_type="text/html"))
        await page.goto("http://localhost/")
        yield page
        await browser.close()


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    async with watched_pool(webrtc=True) as pool:
        yield pool


async def test_chromium_and_a_phone_hear_each_other(page: Page, watched: Watched) -> None:
    worker = watched.pool.choose()
    leg, answer = await worker.open_webrtc(await page.evaluate(OFFER), ["127.0.0.1"])
    watched.watch(leg)
    await page.evaluate(f"() => window.connection.setRemoteDescription({{type: 'answer', sdp: {json.dumps(answer)}}})")
    assert (await watched.next(leg, WebRtcChanged)).state == WebRtcState.CONNECTED
    phone = Phone(700)
    other = worker.open_leg()
    other.connect(phone.address, 0)
    worker.set_matrix("call", {leg.id: [(other.id, 1.0)], other.id: [(leg.id, 1.0)]})
    talking = asyncio.create_task(watched.talk(phone, other))
    async with asyncio.timeout(30):
        hertz, level = await page.evaluate(HEARD, 700)
        while phone.hears([440])[440] < -20 or phone.hears([1_330])[1_330] > -45:
            await watched.frame()
    assert hertz == pytest.approx(700, abs=15)
    assert level > -40
    await page.evaluate("() => window.connection.close()")
    assert (await watched.next(leg, WebRtcChanged)).state == WebRtcState.CLOSED
    talking.cancel()
