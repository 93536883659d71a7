"""A recorded call from the first word to the record's page: real phone, real browser, played by Chromium."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Page

from support.axe import clean
from support.baresip import Baresip
from support.browser import Ears, chromium
from support.center import PASSWORD, Center
from support.desk import Desk
from support.pages import sign_in
from support.sound import RATE, hears, level_db
from support.spoken import sound_of, until_likeness
from switchboard.flows.phrases import Phrases
from switchboard.flows.speech import Voice

CUSTOMER_TONE, AGENT_TONE = 440, 1000

LOUD, SILENT = -40.0, -55.0
"""dB of full scale."""


@pytest.fixture
async def agent_page(running: Center, tmp_path: Path) -> AsyncIterator[Ears]:
    """Ben's desk, signed in and available."""
    async with chromium(tmp_path / "agent", tone=AGENT_TONE) as ears:
        await ears.page.goto(running.ready["web"])
        await sign_in(ears.page, "ben", PASSWORD)
        await ears.page.get_by_test_id("desk-sign-in").click()
        await ears.page.get_by_test_id("state-menu").wait_for()
        yield ears
        assert ears.errors == []


@pytest.fixture
async def recorded(running: Center, agent_page: Ears, ben: Desk, boss: Desk, caller: Baresip) -> dict[str, Any]:
    """The recording of a call: talk, a pause of two seconds, talk again."""
    page = agent_page.page
    await ben.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    await caller.dial(f"sip:106@{running.ready['sip']}")
    await page.get_by_test_id("offer-accept").click()
    control = page.get_by_test_id("recording-control")
    await control.wait_for()
    assert await control.get_attribute("data-recording") == "on"
    await agent_page.until_heard(CUSTOMER_TONE)
    await asyncio.sleep(2)
    await page.get_by_test_id("recording-toggle").click()
    await ben.until("/api/desk", lambda desk: desk["engagement"]["recording"] == "paused")
    await asyncio.sleep(2)
    await page.get_by_test_id("recording-toggle").click()
    await ben.until("/api/desk", lambda desk: desk["engagement"]["recording"] == "on")
    await asyncio.sleep(2)
    await caller.hang_up()
    await page.get_by_test_id("wrapup-finish").click()
    [contact] = (await boss.until("/api/contacts", lambda found: found["contacts"]))["contacts"]
    path = f"/api/contacts/{contact['id']}/recordings"
    listed = await boss.until(path, lambda found: found["recordings"] and found["recordings"][0]["state"] == "kept")
    return {"contact": contact["id"], **listed["recordings"][0]}


async def test_a_recorded_call_is_played_in_the_page_of_its_record(
    running: Center, recorded: dict[str, Any], boss: Desk, ben: Desk, tmp_path: Path
) -> None:
    await exported(boss, recorded)
    await refused(ben, recorded)
    async with chromium(tmp_path / "boss", tone=0) as ears:
        await played(ears, running.ready["web"], recorded)
        assert ears.errors == []


async def played(ears: Ears, web: str, recorded: dict[str, Any]) -> None:
    """The record's page shows both sides, plays, seeks, and is for everyone."""
    page = ears.page
    await page.goto(web)
    await sign_in(page, "boss", PASSWORD)
    await page.get_by_test_id("person-menu").wait_for()
    await page.goto(f"{web}/contacts/{recorded['contact']}")
    for side in ("customer", "agent"):
        drawn = await page.get_by_test_id(f"waveform-{side}").get_attribute("d")
        heights = {part.split("v")[1].split("h")[0] for part in (drawn or "").split("M") if part}
        assert len(heights) > 1, "a waveform with a tone and a pause has high and low bars"
    assert "paused" in (await page.get_by_test_id("recording-gaps").text_content() or "")
    await clean(page)
    await page.get_by_test_id("recording-play").click()
    await audio_is(page, "currentTime > 0.5")
    lanes = page.get_by_test_id("recording-lanes")
    await lanes.focus()
    await page.keyboard.press("Home")
    await audio_is(page, "currentTime < 0.5")
    box = await lanes.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + 20)
    await audio_is(page, f"currentTime > {0.75 * recorded['seconds']}")
    await page.get_by_role("button", name="2×").click()
    assert await page.evaluate("document.querySelector('audio').playbackRate") == 2
    await audio_is(page, "ended")


async def audio_is(page: Page, condition: str) -> None:
    """Wait until it holds of the page's audio element. Not `wait_for_function`, which the pages' policy forbids."""
    async with asyncio.timeout(30):
        while not await page.evaluate(f"document.querySelector('audio').{condition}"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def exported(boss: Desk, recorded: dict[str, Any]) -> None:
    """The WAV has the customer left, the agent right, and silence where it was paused."""
    base = f"/api/recordings/{recorded['id']}"
    await boss.post(f"{base}/exports", {"format": "wav"})
    await boss.until(f"{base}/exports/wav", lambda export: export["state"] == "ready")
    with wave.open(io.BytesIO(await boss.file(f"{base}/exports/wav/file"))) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).astype(float)
    shown = await boss.until(f"{base}/waveform", lambda waveform: waveform["ready"])
    [gap] = [gap for gap in shown["gaps"] if gap["why"] == "paused"]
    assert gap["end"] - gap["begin"] > 1.5
    assert not sound[int(gap["begin"] * 8_000) + 1 : int(gap["end"] * 8_000)].any()
    after = sound[int(gap["end"] * 8_000) + 4_000 :][:8_000]
    assert level_db(after[:, 0], CUSTOMER_TONE) > LOUD
    assert level_db(after[:, 1], AGENT_TONE) > LOUD
    assert level_db(after[:, 0], AGENT_TONE) < SILENT
    assert level_db(after[:, 1], CUSTOMER_TONE) < SILENT


async def refused(ben: Desk, recorded: dict[str, Any]) -> None:
    """The queue does not let agents listen, not even to their own."""
    assert await ben.status(f"/api/recordings/{recorded['id']}/sound") == 403
    [listed] = (await ben.get(f"/api/contacts/{recorded['contact']}/recordings"))["recordings"]
    assert listed["may_listen"] is False


async def test_a_caller_hears_that_talks_are_recorded_before_anybody_is_rung(
    running: Center, data: Path, ann: Desk, boss: Desk, caller: Baresip, desk_phone: Baresip
) -> None:
    notice = await sound_of(Phrases(data / "sounds" / "spoken", Voice()), "This call may be recorded.")
    await ann.available()
    await caller.dial(f"sip:107@{running.ready['sip']}")
    await desk_phone.until("CALL_INCOMING")
    # It was said to its end before her phone rang; the last of it may still be on its way to his ear.
    await until_likeness(caller, notice)
    await desk_phone.accept()
    await ann.until(
        "/api/desk", lambda _: hears(caller.heard(), AGENT_TONE) and hears(desk_phone.heard(), CUSTOMER_TONE)
    )
    await caller.hang_up()
    page = await boss.until("/api/contacts", lambda page: page["contacts"] and page["contacts"][0]["closed_at"])
    contact = f"/api/contacts/{page['contacts'][0]['id']}"
    record = await boss.get(contact)
    [visit], [talk] = record["visits"], record["engagements"]
    # Its sender's clock and ours need not agree to the frame.
    assert visit["entered_at"] - record["arrived_at"] > 0.9 * len(notice) / RATE * 1_000_000
    assert [(step["kind"], step["said"]) for step in record["steps"]] == [("recording", "announced")]
    listed = await boss.until(
        f"{contact}/recordings", lambda found: found["recordings"] and found["recordings"][0]["state"] == "kept"
    )
    # Nothing but the talk is recorded.
    assert listed["recordings"][0]["seconds"] < talk["talk_time"] / 1_000_000 + 1
