"""Browsers as telephones: a lost page has a few seconds to come back, then its call is over."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from support.clock import LoopClock, run
from switchboard.channels.voice import browser
from switchboard.channels.voice.browser import BrowserAgent, BrowserCaller
from switchboard.channels.voice.condition import Trouble
from switchboard.channels.voice.media.pool import MediaBack, MediaLost, WebRtcChanged, WebRtcState
from switchboard.channels.voice.turns import SHARE, Turns

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
    """What an agent's side said, and what is known of his page. answers: its loop time when it answered last;
    while `there`, it answers whatever it is asked."""

    def __init__(self) -> None:
        self.changes = 0
        self.lost = asyncio.Event()
        self.lost_at = 0.0
        self.warned: list[frozenset[Trouble]] = []
        self.there = True
        self.answered = asyncio.get_running_loop().time()
        self.asked = 0

    def changed(self) -> None:
        self.changes += 1

    def is_lost(self) -> None:
        self.lost_at = asyncio.get_running_loop().time()
        self.lost.set()

    def silence(self) -> float | None:
        return asyncio.get_running_loop().time() - self.answered

    def ask(self) -> None:
        self.asked += 1
        if self.there:
            self.answered = asyncio.get_running_loop().time()


def an_agent() -> tuple[BrowserAgent, Worker, Told]:
    worker, told = Worker(), Told()
    opened: Any = worker
    return (
        BrowserAgent(opened, told, changed=told.changed, lost=told.is_lost, warned=told.warned.append),
        worker,
        told,
    )


async def talking() -> tuple[BrowserAgent, Worker, Told]:
    side, worker, told = an_agent()
    await side.attach("sdp", [])
    side.talking()
    return side, worker, told


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


def test_a_killed_page_is_lost_five_seconds_after_its_last_sign() -> None:
    async def story(_: LoopClock) -> None:
        side, worker, told = await talking()
        await asyncio.sleep(100)
        killed = asyncio.get_running_loop().time()
        told.there = False
        await asyncio.sleep(2.4)
        worker.legs[0].on_event(MediaLost(2.4))
        assert not side.speaks
        await asyncio.wait_for(told.lost.wait(), 60)
        assert 5.0 <= told.lost_at - killed < 6.0
        assert told.warned[-1] == {Trouble.NO_SOUND}
        side.hang_up()

    run(story)


def test_a_page_that_accepts_and_never_speaks_is_a_warning_and_given_up_after_a_minute() -> None:
    async def story(_: LoopClock) -> None:
        side, _worker, told = an_agent()
        side.talking()
        await asyncio.sleep(10)
        assert told.warned == [{Trouble.NO_SOUND}]
        assert not told.lost.is_set()
        await asyncio.sleep(51)
        assert told.lost.is_set()
        side.hang_up()

    run(story)


def test_a_page_that_does_not_answer_but_sends_sound_is_a_warning_until_it_answers() -> None:
    async def story(_: LoopClock) -> None:
        side, _worker, told = await talking()
        told.there = False
        await asyncio.sleep(600)
        assert not told.lost.is_set()
        assert told.warned == [{Trouble.PAGE_SILENT}]
        assert told.asked > 500
        told.there = True
        await asyncio.sleep(3)
        assert told.warned[-1] == frozenset()
        side.hang_up()

    run(story)


def test_sound_that_pauses_is_music_for_the_customer_and_no_loss_while_the_page_answers() -> None:
    async def story(_: LoopClock) -> None:
        side, worker, told = await talking()
        changes = told.changes
        worker.legs[0].on_event(MediaLost(2.0))
        assert not side.speaks
        await asyncio.sleep(20)
        assert told.warned == [{Trouble.NO_SOUND}]
        worker.legs[0].on_event(MediaBack(22.0))
        assert side.speaks
        assert told.changes == changes + 2
        await asyncio.sleep(2)
        assert told.warned[-1] == frozenset()
        assert not told.lost.is_set()
        side.hang_up()

    run(story)


def test_a_reload_in_a_talk_is_over_before_anybody_is_warned() -> None:
    async def story(_: LoopClock) -> None:
        side, worker, told = await talking()
        await asyncio.sleep(60)
        told.there = False
        worker.legs[0].on_event(CLOSED)
        await asyncio.sleep(1.5)
        told.there = True
        told.ask()
        await side.attach("again", [])
        await asyncio.sleep(30)
        assert side.media is worker.legs[1]
        assert told.warned == []
        assert not told.lost.is_set()
        side.hang_up()

    run(story)


def test_after_the_talk_nothing_is_watched() -> None:
    async def story(_: LoopClock) -> None:
        side, _worker, told = await talking()
        side.hang_up()
        told.there = False
        asked = told.asked
        await asyncio.sleep(300)
        assert (told.asked, told.lost.is_set()) == (asked, False)

    run(story)


async def test_a_page_that_comes_too_late_gets_no_leg() -> None:
    side, worker, told = an_agent()
    side.hang_up()
    await side.attach("late", [])
    assert worker.legs[0].closed == 1
    assert side.media is None
    assert told.changes == 0


def test_the_transports_of_many_that_rang_together_are_closed_a_few_at_a_time() -> None:
    async def story(_: LoopClock) -> None:
        loop: Any = asyncio.get_running_loop()
        silencing, closed = Turns(), list[float]()

        def close() -> None:
            loop._jumping.skipped += SHARE / 2
            closed.append(loop.time())

        for _number in range(5):
            worker: Any = Worker()
            told = Told()
            more = {"lost": told.is_lost, "warned": told.warned.append, "silencing": silencing}
            side = BrowserAgent(worker, told, changed=told.changed, **more)
            await side.attach("sdp", [])
            worker.legs[0].close = close
            side.hang_up()
        seen = [0, len(closed)]
        while len(closed) < 5:
            await asyncio.sleep(0)
            seen.append(len(closed))
        assert max(after - before for before, after in pairwise(seen)) == 2

    run(story)


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
