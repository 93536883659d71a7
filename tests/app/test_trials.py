"""A change is tried on a day out of the ledger: simulated elsewhere, kept, stopped, begun anew, or refused."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest

from support.tried import CENTER, DATE, Office
from switchboard.app.rooms import Rooms
from switchboard.app.trial_work import ATTEMPTS, KIND, Ordered
from switchboard.kit.clock import MICROSECONDS, SystemClock
from switchboard.kit.errors import Invalid, NotFound, Refused
from switchboard.routing.simulation.trial import Task
from switchboard.settings import Settings
from switchboard.storage.jobs import LEASE, Job
from switchboard.web.messages.trials import ChangeTrial, TrialAsked


class Ahead(SystemClock):
    """Can be put forward."""

    by = 0

    def now(self) -> int:
        return super().now() + self.by


@pytest.fixture
def clock() -> Ahead:
    return Ahead()


@pytest.fixture
async def office(settings: Settings, clock: Ahead) -> AsyncIterator[Office]:
    rooms = await Rooms.open(settings, clock)
    yield await Office.open(rooms)
    await rooms.close()


async def test_a_change_is_tried_on_a_day_and_kept(office: Office) -> None:
    begun = await office.trials.begin(office.who, office.asked(requires={"german": 3}))
    assert (begun.state, begun.result, begun.by_name) == ("running", None, "Ann")
    with pytest.raises(Refused, match="running already, of queues support"):
        await office.trials.begin(office.who, office.asked(wrap_up="30s"))
    running = (await office.trials.kept(office.who, "queues", "other")).running
    assert running is not None
    assert (running.id, running.section, running.key) == (begun.id, "queues", "support")
    done = await office.over(begun)
    assert done.state == "done", done.error
    assert done.result is not None
    assert done.result.date == "2026-03-02"
    assert done.result.agents == 2
    assert [part.queue for part in done.result.parts] == ["support", None]
    kept = await office.trials.kept(office.who, "queues", "support")
    assert [(one.by_name, one.version, one.result) for one in kept.trials] == [("Ann", 1, done.result)]
    assert kept.running is None
    assert (await office.trials.kept(office.who, "queues", "other")).trials == []


async def test_a_trial_is_stopped_here_and_from_another_node(office: Office) -> None:
    for at in (office, Office(office.rooms, office.who)):
        begun = await office.trials.begin(office.who, office.asked(wrap_up="30s"))
        await at.trials.stop(office.who, begun.id)
        assert (await office.over(begun)).state == "stopped"
        # A late stop changes nothing, and the way is free.
        await at.trials.stop(office.who, begun.id)
    with pytest.raises(NotFound):
        await office.trials.stop(office.who, "another")
    assert (await office.trials.kept(office.who, "queues", "support")).trials == []


async def test_a_trial_outlives_a_restart(office: Office, clock: Ahead) -> None:
    begun = await office.trials.begin(office.who, office.asked(wrap_up="30s"))
    noted, note = asyncio.Event(), office.work._note

    async def noting(*one: Any, **values: Any) -> bool:
        noted.set()
        return await note(*one, **values)

    office.work._note = noting  # type: ignore[method-assign]
    first = office.worker()
    await first.round()
    async with asyncio.timeout(30):
        await noted.wait()
    await first._tasks.close()
    left = await Office(office.rooms, office.who).trials.look(office.who, begun.id)
    assert (left.state, left.again) == ("running", False)
    clock.by = round((LEASE + 1) * MICROSECONDS)
    done = await office.over(begun)
    assert (done.state, done.again) == ("done", True), done.error


async def test_a_trial_that_never_comes_to_its_end_is_told_to_be_over(office: Office) -> None:
    begun = await office.trials.begin(office.who, office.asked(wrap_up="30s"))
    claimed: Job = (await office.rooms.jobs.claim("a process", [KIND], 1))[0]
    await office.work.do(claimed._replace(attempt=ATTEMPTS + 1))
    found = await office.trials.look(office.who, begun.id)
    assert (found.state, found.error) == ("failed", "the server stopped each time it ran; begin it again")
    # Whoever takes the job over finds nothing to do any more.
    await office.work.do(claimed)
    assert (await office.trials.look(office.who, begun.id)).state == "failed"


async def test_a_simulation_that_fails_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchboard.app.trial_work.PROGRAM", ("false",))
    found = await office.over(await office.trials.begin(office.who, office.asked(wrap_up="30s")))
    assert (found.state, found.error) == ("failed", "the simulation failed; the log of the server says why")


async def ordered(office: Office) -> Task:
    """What the job will simulate."""
    claimed: Job = (await office.rooms.jobs.claim("a process", [KIND], 1))[0]
    return msgspec.json.decode(msgspec.json.decode(claimed.payload, type=Ordered).task, type=Task)


async def test_the_whole_file_is_tried(office: Office) -> None:
    file = CENTER.replace(b"name: Support}", b"name: Support, wrap_up: 1m}") + b"reasons: [{key: lunch}]\n"
    with pytest.raises(Invalid, match=r"line 5: queues\.support\.strategy"):
        await office.trials.begin_file(
            office.who, CENTER.replace(b"name: Support}", b"strategy: nope}"), prune=False, date=DATE
        )
    with pytest.raises(Refused, match="nothing to try"):
        await office.trials.begin_file(office.who, CENTER, prune=True, date=DATE)
    begun = await office.trials.begin_file(office.who, file, prune=False, date=DATE)
    assert (begun.section, begun.key) == ("file", "file")
    task = await ordered(office)
    assert task.notes == ("What else would change is not simulated: reason lunch.",)
    assert task.concerned == ("support",)
    assert [one.queues[0].wrap_up for one in (task.before, task.after)] == [0, 60 * MICROSECONDS]
    assert (await office.rooms.configuration.in_force(office.who.organization))[1].get("reasons") == {}


async def test_who_is_not_in_the_file_is_missing_in_the_trial_when_it_prunes(office: Office) -> None:
    await office.trials.begin_file(office.who, CENTER.replace(b"  - {key: ben", b"  # - {key"), prune=True, date=DATE)
    task = await ordered(office)
    assert [[one.key for one in side.workers] for side in (task.before, task.after)] == [["ann", "ben"], ["ann"]]


def week(*spans: str) -> TrialAsked:
    item = {"key": "office", "name": "Office", "client": "shop", "week": {"monday": list(spans)}}
    return TrialAsked(section="hours", key="office", item=item, date=DATE)


async def test_opening_hours_are_tried_on_the_calls_that_met_closed_doors(office: Office) -> None:
    with pytest.raises(Refused, match="no call asked for opening hours on 2026-03-02"):
        await office.trials.begin(office.who, week("09:00-19:00"))
    await office.met_closed_doors(17.5, 18.25, 21)
    with pytest.raises(Refused, match="would have let in and turned away the same calls on 2026-03-02"):
        await office.trials.begin(office.who, week("08:00-17:00"))
    # All day long, and the calls in line never asked: the past of this office knows no doors.
    done = await office.over(await office.trials.begin(office.who, week("09:00-19:00")))
    assert done.result is not None, done.error
    assert "2 more callers would have come in line." in done.result.says
    assert done.result.notes[0].startswith("2 calls that came while closed would have entered the line; their talk")
    assert [part.queue for part in done.result.parts] == ["support", None]
    away = next(row for row in done.result.parts[-1].rows if row.name == "turned away")
    assert (away.real, away.clear) == (3, True)
    assert [None if one is None else one.mean for one in (away.before, away.after)] == [3, 1]


@pytest.mark.parametrize(
    ("ask", "error", "text"),
    [
        (lambda office: office.asked(), Refused, "nothing to try"),
        (lambda office: office.asked(music="silence", strategy="nope"), Invalid, "no strategy"),
        (lambda office: office.asked(wrap_up="1m", date=dt.date(2026, 1, 1)), Refused, "nobody was in line"),
        (lambda office: office.asked(wrap_up="1m", date=dt.date(2199, 1, 1)), Invalid, "today or an earlier day"),
        (lambda office: office.asked(section="clients"), Invalid, "one of: hours, people"),
    ],
)
async def test_what_cannot_be_tried_is_said(
    office: Office, ask: Callable[[Office], TrialAsked], error: type[Exception], text: str
) -> None:
    begin: Awaitable[ChangeTrial] = office.trials.begin(office.who, ask(office))
    with pytest.raises(error, match=text):
        await begin
