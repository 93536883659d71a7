"""The beat of a worker: absolute deadlines, failures that do not stop it, too many that do."""

import asyncio

import structlog

from switchboard.channels.voice.media.ticker import BROKEN, Ticker


async def test_ticks_come_at_their_deadlines_and_are_measured() -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    total = 0

    def tick(count: int) -> None:
        nonlocal total
        total += count
        if total >= 50:
            done.set()

    ticker = Ticker(0.002, tick, lambda: None)
    began = loop.time()
    ticker.start()
    await asyncio.wait_for(done.wait(), 10)
    ticker.stop()
    assert loop.time() - began >= 0.099
    fared = ticker.fared()
    assert 0 <= fared.late_p50 <= fared.late_p99 <= fared.late_worst
    assert 0 < fared.busy < 1


async def test_what_was_missed_for_long_is_left_out_and_counted() -> None:
    loop = asyncio.get_running_loop()
    counts: list[int] = []
    enough = asyncio.Event()

    def tick(count: int) -> None:
        counts.append(count)
        if len(counts) == 1:
            end = loop.time() + 0.1
            while loop.time() < end:
                pass
        if len(counts) == 10:
            enough.set()

    ticker = Ticker(0.002, tick, lambda: None)
    ticker.start()
    await asyncio.wait_for(enough.wait(), 10)
    ticker.stop()
    assert max(counts) >= 40
    assert ticker.skipped == sum(counts) - len(counts)


async def test_a_failing_tick_does_not_stop_the_next_but_many_in_a_row_do() -> None:
    broken = asyncio.Event()
    calls = 0

    def tick(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls != 5:
            raise RuntimeError("planted")

    ticker = Ticker(0.0005, tick, broken.set)
    # Printing fifty tracebacks takes longer than the ticks.
    with structlog.testing.capture_logs() as logged:
        ticker.start()
        await asyncio.wait_for(broken.wait(), 10)
    assert {entry["event"] for entry in logged} == {"tick_failed"}
    assert calls == 5 + BROKEN
    ticker.stop()


async def test_a_tick_may_stop_the_beat_which_may_begin_again() -> None:
    stopped = asyncio.Event()
    ticks = 0

    def tick(_: int) -> None:
        nonlocal ticks
        ticks += 1
        if ticks % 3 == 0:
            ticker.stop()
            stopped.set()

    ticker = Ticker(0.002, tick, lambda: None)
    for total in (3, 6):
        assert not ticker.running
        ticker.start()
        assert ticker.running
        async with asyncio.timeout(10):
            await stopped.wait()
        stopped.clear()
        assert not ticker.running
        assert ticks == total
