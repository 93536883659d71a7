"""Recordings by the web: ranges as players ask for them, access, exports."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.web_recordings import SimulatedSound
from support.web_rooms import Rooms, browser, sign_in
from switchboard.web.ranges import RangeBeyond, range_of

SOUND = "/api/recordings/r1/sound"
WHOLE = SimulatedSound().read(0, 1_000)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("bytes=0-", (0, 100)),
        ("bytes=0-9", (0, 10)),
        ("bytes=90-200", (90, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("seconds=1-2", None),
    ],
)
def test_a_range_as_a_stretch(header: str | None, found: tuple[int, int] | None) -> None:
    assert range_of(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_beyond_the_end(header: str) -> None:
    with pytest.raises(RangeBeyond):
        range_of(header, 100)


@given(st.text() | st.from_regex(r"bytes=\d{0,20}-\d{0,20}"), st.integers(0, 2**40))
def test_any_header_is_a_stretch_inside_or_the_whole(header: str, size: int) -> None:
    try:
        found = range_of(header, size)
    except RangeBeyond:
        return
    assert found is None or 0 <= found[0] < found[1] <= size


async def test_a_player_seeks_by_ranges() -> None:
    async with browser(Rooms().app()) as page:
        await sign_in(page, "sue")
        whole = await page.get(SOUND)
        assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, WHOLE, "bytes")
        part = await page.get(SOUND, headers={"Range": "bytes=100-299"})
        assert (part.status_code, part.content) == (206, WHOLE[100:300])
        assert part.headers["content-range"] == "bytes 100-299/1000"
        assert part.headers["content-type"] == "audio/wav"
        beyond = await page.get(SOUND, headers={"Range": "bytes=1000-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */1000")


async def test_who_may_not_listen_gets_403_everywhere_and_still_sees_that_there_is_one() -> None:
    async with browser(Rooms().app()) as page:
        await sign_in(page, "ada")
        [item] = (await page.get("/api/contacts/c1/recordings")).json()["recordings"]
        assert item["may_listen"] is False
        base = "/api/recordings/r1"
        for path in ("sound", "waveform", "exports/wav", "exports/wav/file"):
            assert (await page.get(f"{base}/{path}")).status_code == 403
        assert (await page.post(f"{base}/exports", json={"format": "wav"})).status_code == 403


async def test_unknown_contacts_and_recordings_are_404() -> None:
    async with browser(Rooms().app()) as page:
        await sign_in(page, "sue")
        for path in ("contacts/nope/recordings", "recordings/nope/sound", "recordings/nope/waveform"):
            assert (await page.get(f"/api/{path}")).status_code == 404


async def test_an_export_is_asked_for_waited_for_and_saved(tmp_path: Path) -> None:
    rooms = Rooms()
    rooms.recordings.folder = tmp_path
    async with browser(rooms.app()) as page:
        await sign_in(page, "sue")
        asked = await page.post("/api/recordings/r1/exports", json={"format": "ogg"})
        assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
        assert (await page.get("/api/recordings/r1/exports/ogg/file")).status_code == 409
        rooms.recordings.ready = True
        assert (await page.get("/api/recordings/r1/exports/ogg")).json()["state"] == "ready"
        file = await page.get("/api/recordings/r1/exports/ogg/file")
        assert file.content == b"sound"
        assert "recording-r1.ogg" in file.headers["content-disposition"]
        wrong = await page.post("/api/recordings/r1/exports", json={"format": "mp3"})
        assert (wrong.status_code, wrong.json()["error"]["field"]) == (422, "format")


async def test_an_agent_pauses_the_recording_of_his_talk() -> None:
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        answer = await page.post("/api/desk/engagements/e1/recording", json={"on": False})
        assert answer.status_code == 204
        assert ("record", "e1", False) in rooms.desk.asked
