"""Browsers as telephones: a lost page has a few seconds to come back, then its call is over."""

import asyncio
from typing import Any

import pytest

from switchboard.channels.voice import browser
from switchboard.channels.voice.browser import BrowserAgent, BrowserCaller
from switchboard.channels.voice.media.pool import WebRtcChanged, WebRtcState

CLOSED = WebRtcChanged(WebRtcState.CLOSED)


class Media:
    """A browser's leg."""

    on_event: Any

    def __init__(self, number: int) -> None:
        self.id = number
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


class Worker:
    """Opens browsers' legs."""

    def __init__(self) -> None:
        self.legs: list[Media] = []

    async def open_webrtc(self, sdp: str, addresses: Any) -> tuple[Media, str]:
        self.legs.append(Media(len(self.legs)))
        return self.legs[-1], f"answer to {sdp} from {addresses}"


class Told:
    """What an agent's side said."""

    def __init__(self) -> None:
        self.changes = 0
        self.lost = asyncio.Event()

    def changed(self) -> None:
        self.changes += 1


def an_agent() -> tuple[BrowserAgent, Worker, Told]:
    worker, told = Worker(), Told()
    opened: Any = worker
    return BrowserAgent(opened, changed=told.changed, lost=told.lost.set), worker, told


async def test_a_page_is_answered_and_connected() -> None:
    side, worker, told = an_agent()
    assert await side.attach("sdp", ["127.0.0.1"]) == "answer to sdp from ['127.0.0.1']"
    assert side.media is worker.legs[0]
    assert told.changes == 1


async def test_a_reloaded_page_takes_over_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "GRACE", 60.0)
    side, worker, told = an_agent()
    await side.attach("one", [])
    worker.legs[0].on_event(CLOSED)
    assert side.media is None
    await side.attach("two", [])
    assert side.media is worker.legs[1]
    worker.legs[0].on_event(CLOSED)
    assert side.media is worker.legs[1]
    assert not told.lost.is_set()
    side.hang_up()


async def test_a_page_that_does_not_come_back_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "GRACE", 0.0)
    side, worker, told = an_agent()
    await side.attach("one", [])
    worker.legs[0].on_event(CLOSED)
    await asyncio.wait_for(told.lost.wait(), 5)


async def test_a_page_that_accepts_and_never_speaks_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "GRACE", 0.0)
    side, _, told = an_agent()
    side.talking()
    await asyncio.wait_for(told.lost.wait(), 5)


async def test_a_page_that_comes_too_late_gets_no_leg() -> None:
    side, worker, told = an_agent()
    side.hang_up()
    await side.attach("late", [])
    assert worker.legs[0].closed == 1
    assert side.media is None
    assert told.changes == 0


async def test_a_customers_page_that_closes_has_left_once() -> None:
    media: Any = Media(1)
    caller = BrowserCaller(media)
    left: list[str] = []
    caller.on_left = lambda: left.append("left")
    media.on_event(WebRtcChanged(WebRtcState.CONNECTED))
    assert left == []
    media.on_event(CLOSED)
    media.on_event(CLOSED)
    assert left == ["left"]


async def test_hanging_up_on_a_customers_page_is_not_his_leaving() -> None:
    media: Any = Media(1)
    caller = BrowserCaller(media)
    left: list[str] = []
    caller.on_left = lambda: left.append("left")
    caller.hang_up()
    media.on_event(CLOSED)
    assert left == []
    assert media.closed == 1
