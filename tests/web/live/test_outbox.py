"""A slow page never holds more than its bound, and always ends with the present state."""

import asyncio
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from switchboard.web.live.direct import Frame
from switchboard.web.live.outbox import Closing, Due, Outbox, SnapshotDue


async def test_frames_leave_in_order_and_beats_go_first():
    box = Outbox(4)
    box.change("desk", Frame("one"))
    box.change("board", Frame("two"))
    box.beat("beat")
    assert [await box.next() for _ in range(3)] == ["beat", "one", "two"]


async def test_what_overflows_gives_way_to_a_snapshot_of_its_topic_only():
    box = Outbox(2)
    box.change("board", Frame("kept"))
    for frame in ("1", "2", "3", "4"):
        box.change("desk", Frame(frame))
    assert await box.next() == SnapshotDue("desk")
    assert await box.next() == "kept"
    box.change("desk", Frame("5"))
    assert await box.next() == "5"
    assert box.overflows == 1


async def test_closing_goes_before_everything_and_the_first_reason_stands():
    box = Outbox(2)
    box.change("desk", Frame("1"))
    box.close(4401, "ended")
    box.close(1001, "later")
    assert await box.next() == Closing(4401, "ended")


async def test_the_writer_waits_until_there_is_something():
    box = Outbox(2)
    waiting = asyncio.get_running_loop().create_task(box.next())
    await asyncio.sleep(0)
    assert not waiting.done()
    box.change("desk", Frame("now"))
    assert await waiting == "now"


@given(
    takes=st.lists(st.booleans(), max_size=40),
    steps=st.lists(st.sampled_from(["change", "again", "beat", "turn"]), max_size=40),
)
def test_what_is_written_at_once_never_overtakes_what_waits(takes: list[bool], steps: list[str]):
    asyncio.run(directly(iter(takes), steps))


async def directly(takes: Iterator[bool], steps: list[str]) -> None:
    """A page that takes frames at once now and then, and otherwise from a writer that is slow."""
    page = _Page(takes)
    writing = asyncio.get_running_loop().create_task(page.write_on())
    page.box.snapshot("desk")
    for step in (*steps, *["turn"] * (3 * len(steps) + 3)):
        await page.meets(step)
    writing.cancel()
    assert page.seen[-1] == page.present
    # A snapshot may say again what is known.
    assert page.seen == sorted(page.seen)


class _Page:
    def __init__(self, takes: Iterator[bool]) -> None:
        self._takes = takes
        self.box = Outbox(3, self._write)
        self.present = 0
        self.seen: list[int] = []

    async def meets(self, step: str) -> None:
        match step:
            case "change":
                self.present += 1
                self.box.change("desk", Frame(str(self.present)))
            case "again":
                self.box.snapshot("desk")
            case "beat":
                self.box.beat("beat")
            case _:
                await asyncio.sleep(0)

    def _write(self, wire: bytes) -> bool:
        if not next(self._takes, True):
            return False
        self.seen.append(int(wire[2:]))
        return True

    async def write_on(self) -> None:
        while True:
            due = await self.box.next()
            state = self.present if due == SnapshotDue("desk") else due
            await asyncio.sleep(0)
            if state != "beat":
                self.seen.append(int(str(state)))


@given(
    steps=st.lists(st.sampled_from(["change", "again", "send"]), max_size=60),
    most=st.integers(1, 4),
)
def test_whatever_the_pace_a_page_ends_with_the_present_state(steps: list[str], most: int):
    asyncio.run(story(steps, Outbox(most), most))


async def story(steps: list[str], box: Outbox, most: int) -> None:
    present, page = 0, -1
    box.snapshot("desk")
    for step in (*steps, *["send"] * len(steps), "send"):
        if step == "change":
            present += 1
            box.change("desk", Frame(str(present)))
        elif step == "again":
            box.snapshot("desk")
        elif box._stale or box._frames:
            page = sent(await box.next(), page, present)
        assert len(box._frames) <= most
    assert page == present


def sent(due: Due, page: int, present: int) -> int:
    """What the page has after this: each change leads to one state and may only follow the one before."""
    if due == SnapshotDue("desk"):
        return present
    assert due == str(page + 1)
    return page + 1
