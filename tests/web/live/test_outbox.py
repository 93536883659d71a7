"""A slow page never holds more than its bound, and always ends with the present state."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from switchboard.web.live.outbox import Closing, Due, Outbox, SnapshotDue


async def test_frames_leave_in_order_and_beats_go_first():
    box = Outbox(4)
    box.change("desk", "one")
    box.change("board", "two")
    box.beat("beat")
    assert [await box.next() for _ in range(3)] == ["beat", "one", "two"]


async def test_what_overflows_gives_way_to_a_snapshot_of_its_topic_only():
    box = Outbox(2)
    box.change("board", "kept")
    for frame in ("1", "2", "3", "4"):
        box.change("desk", frame)
    assert await box.next() == SnapshotDue("desk")
    assert await box.next() == "kept"
    box.change("desk", "5")
    assert await box.next() == "5"
    assert box.overflows == 1


async def test_closing_goes_before_everything_and_the_first_reason_stands():
    box = Outbox(2)
    box.change("desk", "1")
    box.close(4401, "ended")
    box.close(1001, "later")
    assert await box.next() == Closing(4401, "ended")


async def test_the_writer_waits_until_there_is_something():
    box = Outbox(2)
    waiting = asyncio.get_running_loop().create_task(box.next())
    await asyncio.sleep(0)
    assert not waiting.done()
    box.change("desk", "now")
    assert await waiting == "now"


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
            box.change("desk", str(present))
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
