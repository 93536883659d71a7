"""A call through the built desk: a second page plays the media worker, so real sound goes both ways.

    npm run build && ../.venv/bin/python checks/call.py

Checks what only a browser can show: the leg is made while it rings, nobody is heard before accept, mute is
silence, keys work, one tab owns the sound, the ring ends with the offer, a lost server is told and comes back.
"""

import sys
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from stage import ROOT, browser_of, mock, running_mock

WORKER = """async (sdp) => {
  const peer = new RTCPeerConnection({iceServers: []})
  const context = new AudioContext()
  const tone = new OscillatorNode(context, {frequency: 440})
  const out = context.createMediaStreamDestination()
  tone.connect(out); tone.start()
  peer.addTrack(out.stream.getAudioTracks()[0], out.stream)
  peer.ontrack = ({streams}) => {
    const audio = new Audio(); audio.srcObject = streams[0]; audio.muted = true; audio.play()
    const analyser = new AnalyserNode(context)
    context.createMediaStreamSource(streams[0]).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    window.loudness = () => {
      analyser.getFloatTimeDomainData(samples)
      return Math.max(...samples.map(Math.abs))
    }
  }
  window.peer = peer
  await peer.setRemoteDescription({type: 'offer', sdp})
  await peer.setLocalDescription(await peer.createAnswer())
  await new Promise((done) => {
    const look = () => peer.iceGatheringState === 'complete' && done()
    peer.onicegatheringstatechange = look; look()
  })
  return peer.localDescription.sdp
}"""


def until(page: Page, true: Callable[[], object], what: str, seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        page.wait_for_timeout(50)


def loudest(worker: Page, seconds: float = 1.2) -> float:
    """How loud the page was heard at most, over more than one beep of the made-up microphone."""
    loud = 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        loud = max(loud, worker.evaluate("window.loudness ? window.loudness() : 0"))
    return loud


def desk_in(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/desk")
    page.get_by_test_id("state-menu").wait_for()
    return page


def serve_media(worker: Page) -> str:
    """Answers the offer that the desk made while ringing; returns that offer."""
    found: list[str] = []

    def offered() -> bool:
        sdp = mock("exchange").json()["sdp"]
        found[:] = [sdp] if sdp else []
        return bool(found)

    until(worker, offered, "the desk offers media while it rings")
    mock("answer", {"sdp": worker.evaluate(WORKER, found[0])})
    return found[0]


def whole_call(page: Page, worker: Page) -> None:
    page.get_by_test_id("state-menu").focus()
    mock("ring")
    expect(page.get_by_test_id("offer-card")).to_be_visible()
    expect(page.get_by_test_id("state-menu")).to_be_focused()
    sdp = serve_media(worker)
    first = sdp.split("m=audio ")[1].split()[2]
    assert first == "0", f"mu-law is not the first codec but {first}"
    until(worker, lambda: worker.evaluate("peer.connectionState") == "connected", "connected while ringing")
    assert loudest(worker) < 0.01, "heard before accept"
    page.keyboard.press("Alt+a")
    expect(page.get_by_test_id("call-panel")).to_be_visible()
    assert loudest(worker) > 0.05, "not heard after accept"
    page.keyboard.press("Alt+m")
    expect(page.get_by_test_id("call-mute")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(400)  # what is under way still arrives
    assert loudest(worker) < 0.01, "heard while muted"
    page.keyboard.press("Alt+m")
    expect(page.get_by_test_id("call-mute")).to_have_attribute("aria-pressed", "false")
    assert loudest(worker) > 0.05, "not heard after unmuting"
    page.keyboard.press("Alt+h")
    expect(page.get_by_test_id("call-panel")).to_have_attribute("data-state", "held")
    page.keyboard.press("Alt+h")
    expect(page.get_by_test_id("call-panel")).to_have_attribute("data-state", "talking")
    page.keyboard.press("Alt+x")
    page.get_by_test_id("wrapup-form").wait_for()
    until(worker, lambda: worker.evaluate("peer.connectionState") != "connected", "the leg closes")
    page.get_by_label("Solved").check()
    page.get_by_test_id("wrapup-note").fill("All well")
    page.keyboard.press("Alt+w")
    expect(page.get_by_test_id("wrapup-form")).to_be_hidden()


def withdrawn(page: Page) -> None:
    mock("ring")
    expect(page.get_by_test_id("offer-card")).to_be_visible()
    mock("set", {"desk": {"offer": None}})
    expect(page.get_by_test_id("offer-card")).to_be_hidden()


def without_media(page: Page) -> None:
    mock("reset")
    mock("ring")
    expect(page.get_by_test_id("offer-card")).to_contain_text("No media worker is free", timeout=6_000)
    page.get_by_test_id("offer-reject").click()
    expect(page.get_by_test_id("offer-card")).to_be_hidden()


def two_tabs(context: BrowserContext, first: Page) -> None:
    mock("reset")
    second = desk_in(context)
    expect(second.get_by_test_id("sound-elsewhere")).to_be_visible()
    second.get_by_role("button", name="Use this tab").click()
    expect(second.get_by_test_id("sound-elsewhere")).to_be_hidden()
    expect(first.get_by_test_id("sound-elsewhere")).to_be_visible()
    second.close()
    expect(first.get_by_test_id("sound-elsewhere")).to_be_hidden()


def tries_it(context: BrowserContext, worker: Page) -> None:
    page = context.new_page()
    page.goto("/try-it")
    page.get_by_test_id("try-call").click()
    serve_media(worker)
    expect(page.get_by_test_id("try-state")).to_have_text("Connected.")
    assert loudest(worker) > 0.05, "the caller is not heard"
    worker.evaluate("peer.close()")
    expect(page.get_by_test_id("try-state")).to_have_text("The call has ended.", timeout=10_000)
    page.get_by_test_id("try-call").click()
    serve_media(worker)
    expect(page.get_by_test_id("try-state")).to_have_text("Connected.")
    page.get_by_test_id("try-hang-up").click()
    expect(page.get_by_test_id("try-state")).to_have_text("The call has ended.")
    page.close()


def main() -> int:
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = browser_of(playwright)
        context = browser.new_context(base_url=ROOT)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        with running_mock():
            context.request.post("/api/session", data={"user_name": "agent", "password": "demo"})
            worker = browser.new_page()
            worker.goto(f"{ROOT}/icon.svg")
            page = desk_in(context)
            stories: dict[str, Callable[[], None]] = {
                "a whole call": lambda: whole_call(page, worker),
                "withdrawn": lambda: withdrawn(page),
                "no media": lambda: without_media(page),
                "two tabs": lambda: two_tabs(context, page),
                "the try-it page": lambda: tries_it(context, worker),
            }
            for name, story in stories.items():
                story()
                sys.stdout.write(f"{name}: fine\n")
        expect(page.get_by_test_id("stale")).to_be_visible()
        with running_mock():
            expect(page.get_by_test_id("stale")).to_be_hidden(timeout=20_000)
        sys.stdout.write("a lost server: fine\n")
        browser.close()
    sys.stdout.writelines(f"  {error}\n" for error in errors)
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
