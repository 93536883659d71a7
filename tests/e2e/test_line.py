"""Callers in line and agents who are lost, with real phones and browsers: what is heard, and how long it takes."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Error, WebSocket

from support.baresip import Baresip
from support.browser import Ears, chromium
from support.center import PASSWORD, Center
from support.desk import Desk
from support.evidence import rows
from support.sound import RATE, Samples, hears, level_db, likeness
from support.spoken import SAME, sound_of, until_likeness
from support.telephones import AGENT_TONE, CALLER_TONE
from switchboard.channels.voice.wording import FALLBACK
from switchboard.flows.phrases import Phrases
from switchboard.flows.speech import Voice

PAGE_TONE = 1_500
"""Hz that the agent at the browser speaks."""


def measured(text: str) -> None:
    """For `pytest -s`: what is printed is looked at, what is asserted has generous deadlines."""
    sys.stdout.write(f"\n{text}\n")


async def until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    """Look at a file that another process writes until it is so."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - there is nobody who could tell
            await asyncio.sleep(0.1)


@pytest.fixture
def phrases(data: Path) -> Phrases:
    """Where the center keeps what it says."""
    return Phrases(data / "sounds" / "spoken", Voice())


@pytest.fixture
async def page(running: Center, tmp_path: Path) -> AsyncIterator[Ears]:
    """Ben's desk in Chromium, signed in and available."""
    async with chromium(tmp_path / "agent", tone=PAGE_TONE) as ears:
        it = ears.page
        await it.goto(running.ready["web"])
        await it.get_by_label("User name").fill("ben")
        await it.get_by_label("Password").fill(PASSWORD)
        await it.get_by_role("button", name="Sign in").click()
        await it.get_by_test_id("desk-sign-in").click()
        await it.get_by_test_id("state-menu").wait_for()
        yield ears
        assert ears.errors == []


async def talk(running: Center, caller: Baresip, ben: Desk, page: Ears) -> None:
    """The caller talks to Ben in his browser, both heard."""
    await ben.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    await caller.dial(f"sip:104@{running.ready['sip']}")
    await page.page.get_by_test_id("offer-accept").click()
    await page.until_heard(CALLER_TONE)
    await ben.until("/api/desk", lambda _: hears(caller.heard(), PAGE_TONE))


def music(samples: Samples) -> bool:
    """Whether the last second has something to hear, and it is no agent's tone."""
    last = samples[-RATE:]
    loud = len(samples) > 2 * RATE and float(np.sqrt(np.mean(last**2))) > 100
    return loud and not any(level_db(last, tone) > -30 for tone in (PAGE_TONE, AGENT_TONE))


async def test_a_caller_hears_his_place_in_line_between_stretches_of_music(
    running: Center, caller: Baresip, phrases: Phrases
) -> None:
    next_one, second = [await sound_of(phrases, FALLBACK.position(place)) for place in (1, 2)]
    await caller.dial(f"sip:104@{running.ready['sip']}")
    found = await until_likeness(caller, next_one)
    heard = caller.heard()
    measured(f"announcement in line: {found:.2f} like what was rendered, another one {likeness(heard, second):.2f}")
    assert likeness(heard, second) < SAME
    await until(lambda: music(caller.heard()[len(heard) :]))
    await caller.hang_up()


async def test_an_agents_page_that_is_killed_gives_his_caller_to_the_next_agent(
    running: Center,
    caller: Baresip,
    ben: Desk,
    ann: Desk,
    data: Path,
    page: Ears,
    desk_phone: Baresip,
    phrases: Phrases,
) -> None:
    lost = await sound_of(phrases, FALLBACK.agent_lost)
    await talk(running, caller, ben, page)
    await ann.available("phone")
    session = await page.page.context.new_cdp_session(page.page)
    killed = time.monotonic()
    crash = asyncio.get_running_loop().create_task(session.send("Page.crash"))
    await desk_phone.until("CALL_INCOMING", seconds=60)
    measured(f"page killed -> the next agent's phone rings: {time.monotonic() - killed:.1f} s")
    state = (await ben.get("/api/desk"))["agent"]
    assert (state["state"], state["reason"]) == ("not responding", "agent lost")
    measured(f"the caller was told: {await until_likeness(caller, lost):.2f} like what was rendered")
    before = len(caller.heard())
    await desk_phone.accept()
    await ann.until("/api/desk", lambda _: hears(caller.heard()[before:], AGENT_TONE))
    assert [visit["how"] for visit in rows(data, "SELECT how FROM queue_visit ORDER BY left_at")] == ["answered"] * 2
    (first, *_) = rows(data, "SELECT ended_by FROM engagement ORDER BY opened_at")
    assert first["ended_by"] == "agent lost"
    await caller.hang_up()
    crash.cancel()
    with suppress(Error, asyncio.CancelledError):
        await crash


async def test_a_page_loaded_anew_in_a_call_has_its_sound_back_while_the_caller_hears_music(
    running: Center, caller: Baresip, ben: Desk, page: Ears
) -> None:
    await talk(running, caller, ben, page)
    before = len(caller.heard())
    started = time.monotonic()
    await page.page.reload(wait_until="commit")
    await page.until_heard(CALLER_TONE)
    # `until_heard` listens for 0.4 s at a time.
    measured(f"reload -> sound in the page again: {time.monotonic() - started:.1f} s (0.4 s of it are the measuring)")
    await ben.until("/api/desk", lambda _: hears(caller.heard()[-RATE:], PAGE_TONE))
    since = caller.heard()[before:]
    spoken = [level_db(since[at : at + RATE // 5], PAGE_TONE) > -30 for at in range(0, len(since), RATE // 5)]
    measured(f"the caller was without the agent for about {spoken.count(False) / 5:.1f} s")
    desk = await ben.get("/api/desk")
    assert (desk["engagement"]["state"], desk["engagement"]["troubles"]) == ("talking", [])
    await page.page.get_by_test_id("call-hang-up").click()
    assert time.monotonic() - started < 60


async def test_a_tab_whose_timers_stand_still_answers_and_takes_a_call(
    running: Center, caller: Baresip, ben: Desk, page: Ears
) -> None:
    """A hidden tab's timers run once a minute after five minutes; here they do not run at all."""
    answered = asyncio.Semaphore(0)

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: answered.release() if '"beat"' in str(frame) else None)

    page.page.on("websocket", watch)
    await page.page.clock.install()
    await page.page.reload()
    await page.page.get_by_test_id("state-menu").wait_for()
    await page.page.clock.pause_at(time.time() + 1)
    # A page that does not answer counts as lost after three beats.
    for _ in range(4):
        await asyncio.wait_for(answered.acquire(), 30)
    assert (await ben.get("/api/desk"))["agent"]["reachable"]
    await caller.dial(f"sip:104@{running.ready['sip']}")
    await page.page.get_by_test_id("offer-accept").click()
    await ben.until("/api/desk", lambda desk: desk["engagement"] and desk["engagement"]["state"] == "talking")
    await ben.until("/api/desk", lambda _: hears(caller.heard(), PAGE_TONE))
    await caller.hang_up()
