"""What a call says of its recordings: when they begin, pause and end, and what becomes of them when things break."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from support.taped import CLIENT, ORGANIZATION, Quality, write
from switchboard.channels.voice.media.control import RecordingClosed, RecordingFailed
from switchboard.channels.voice.recording import CallTape, TapeDesk
from switchboard.kit.errors import Conflict
from switchboard.kit.tasks import Tasks
from switchboard.protocols.recording.chunks import Header, Kind
from switchboard.quality.model import RecordingState, Tape
from switchboard.routing.events import EngagementOpened
from switchboard.routing.model import Notice, RecordingRule
from switchboard.storage.database import Database

OPENED = EngagementOpened("eng", "con", "ann", "support", 1, "con.v1", 0)


class Leg:
    def __init__(self, number: int) -> None:
        self.id = number


class Worker:
    """A media worker that keeps what it is told of recordings."""

    id = 7

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.headers: list[Header] = []
        self.told: Callable[[Any], None] = lambda _: None

    def record(self, header: Header, path: str, left: Any, right: Any, told: Callable[[Any], None]) -> None:
        self.headers.append(header)
        self.path = Path(path)
        self.said.append(("record", left.id, right.id if right is not None else None))
        self.told = told

    def pause_recording(self, recording: str, gap: Kind | None) -> None:
        del recording
        self.said.append(("gap", gap))

    def stop_recording(self, recording: str) -> None:
        del recording
        self.said.append(("stop",))


class Scene:
    """A call of queue `support`, whose talks are recorded, beside the room of quality."""

    def __init__(self, quality: Quality, tasks: Tasks, rule: RecordingRule | None) -> None:
        self.quality = quality
        self.tasks = tasks
        self.worker = Worker()
        self.changed: list[tuple[str, str]] = []
        self.desk = TapeDesk(quality.taping, tasks)
        self.desk.changed = lambda *who: self.changed.append(who)
        worker: Any = self.worker
        self.tape = CallTape(self.desk, worker, ORGANIZATION, CLIENT, lambda _: rule)

    def talk(self, *, agent: int | None = 2, held: bool = False) -> None:
        legs: Any = (Leg(1), None if agent is None else Leg(agent))
        self.tape.hears(*legs, held=held)

    async def states(self) -> list[RecordingState]:
        await self.quality.saved()
        return [line.state for line in await self.quality.shelf.of_contact(ORGANIZATION, [CLIENT], "con")]


@pytest.fixture
async def scene(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with Tasks("test") as tasks:
        quality = Quality(sqlite_database, tmp_path)
        yield Scene(quality, tasks, RecordingRule())
        await quality.writer.close()


async def test_a_talk_is_recorded_from_its_legs_until_it_ends(scene: Scene) -> None:
    scene.tape.begin(OPENED)
    scene.talk()
    scene.talk()
    assert scene.tape.state is Tape.ON
    scene.tape.end()
    scene.tape.end()
    assert scene.worker.said == [("record", 1, 2), ("stop",)]
    scene.worker.told(RecordingClosed(scene.worker.headers[0].recording, 8_000, 100))
    assert await scene.states() == [RecordingState.KEPT]
    assert scene.desk.live == set()


async def test_an_agents_new_leg_goes_on_in_the_same_recording(scene: Scene) -> None:
    scene.tape.begin(OPENED)
    scene.talk(agent=None)
    scene.talk(agent=2)
    scene.talk(agent=3)
    assert [one[1:] for one in scene.worker.said] == [(1, None), (1, 2), (1, 3)]
    assert len({header.recording for header in scene.worker.headers}) == 1


async def test_every_engagement_has_a_recording_of_its_own(scene: Scene) -> None:
    for number in (1, 2):
        scene.tape.begin(EngagementOpened(f"e{number}", "con", f"agent{number}", "support", number, "v", 0))
        scene.talk(agent=number + 1)
        scene.tape.end()
    assert [header.engagement for header in scene.worker.headers] == ["e1", "e2"]


async def test_hold_and_pause_are_gaps_and_the_pause_wins(scene: Scene) -> None:
    scene.tape.begin(OPENED)
    scene.talk()
    scene.talk(held=True)
    scene.tape.pause(True, "ann")
    assert scene.tape.state is Tape.PAUSED
    scene.talk(held=False)
    scene.tape.pause(False, "ann")
    gaps = [one[1] for one in scene.worker.said if one[0] == "gap"]
    assert gaps == [Kind.HELD, Kind.PAUSED, None]


async def test_a_talk_that_is_not_recorded_says_so(scene: Scene, sqlite_database: Database) -> None:
    quiet = Scene(scene.quality, scene.tasks, None)
    quiet.tape.begin(OPENED)
    quiet.talk()
    assert (quiet.tape.state, quiet.worker.said) == (Tape.OFF, [])
    with pytest.raises(Conflict):
        quiet.tape.pause(True, "ann")


async def test_a_low_disk_stops_what_is_recorded_and_says_so_and_the_next_talk_is_recorded_again(scene: Scene) -> None:
    scene.tape.begin(OPENED)
    scene.talk()
    scene.quality.free = 0
    scene.quality.disk.look()
    assert (scene.tape.state, scene.worker.said[-1]) == (Tape.DISK_LOW, ("stop",))
    assert scene.changed == [(ORGANIZATION, "ann")]
    scene.tape.end()
    scene.tape.begin(OPENED)
    assert scene.tape.state is Tape.DISK_LOW
    scene.quality.free = 10**12
    scene.quality.disk.look()
    scene.tape.begin(OPENED)
    assert scene.tape.state is Tape.ON


async def test_a_file_that_cannot_be_written_stops_the_recording_and_keeps_what_there_is(scene: Scene) -> None:
    scene.tape.begin(OPENED)
    scene.talk()
    header = scene.worker.headers[0]
    write(scene.worker.path, header, (Kind.SOUND, 1.6), ended=False)
    await scene.quality.saved()
    scene.worker.told(RecordingFailed(header.recording, "No space left on device"))
    assert scene.tape.state is Tape.FAILED
    assert scene.changed == [(ORGANIZATION, "ann")]
    await until(scene, RecordingState.KEPT)


async def test_a_worker_that_dies_leaves_what_is_on_the_disk(scene: Scene) -> None:
    scene.tape.begin(OPENED)
    scene.talk()
    write(scene.worker.path, scene.worker.headers[0], (Kind.SOUND, 2.4), ended=False)
    await scene.quality.saved()
    scene.desk.worker_died(8)
    assert scene.desk.live == {scene.tape}
    scene.desk.worker_died(7)
    await until(scene, RecordingState.KEPT)


async def until(scene: Scene, state: RecordingState) -> None:
    """Wait until the only recording is in that state."""
    async with asyncio.timeout(10):
        while await scene.states() != [state]:  # noqa: ASYNC110  # rows come without a word
            await asyncio.sleep(0)


@pytest.mark.parametrize("announced", [True, False])
async def test_what_has_to_be_announced_is_recorded_only_if_it_was(
    sqlite_database: Database, tmp_path: Path, announced: bool
) -> None:
    async with Tasks("test") as tasks:
        quality = Quality(sqlite_database, tmp_path)
        scene = Scene(quality, tasks, RecordingRule(announce=(Notice("Recorded."),)))
        scene.tape.announced = announced
        scene.tape.begin(OPENED)
        scene.talk()
        assert scene.tape.state is (Tape.ON if announced else Tape.OFF)
        assert len(scene.worker.headers) == int(announced)
        scene.tape.end()
        await quality.writer.close()
