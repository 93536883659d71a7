"""Emergency announcements: on at once, off by hand or by themselves, still on after a restart, and in the audit."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from support.configured import Rooms, TestVoice, rooms_on, tone, wav
from support.flow_data import document
from switchboard.conversations.model import VisitEnd
from switchboard.flows.decide import advance, start
from switchboard.flows.model import (
    Action,
    BreakOut,
    Digit,
    Given,
    HangUp,
    Interrupted,
    LeftQueue,
    Note,
    Published,
    Run,
    SoundEnded,
    Speak,
    Spoken,
)
from switchboard.flows.service import Emergency, Wanted
from switchboard.flows.steps.announcement import AnnouncementStep
from switchboard.kit.errors import Invalid, NotFound
from switchboard.storage.database import Database

DOWN = Wanted(text="The network is down.", minutes=60)


@pytest.fixture
def rooms(database: Database, tmp_path: Path) -> Rooms:
    return rooms_on(database, tmp_path)


async def test_it_is_on_for_all_numbers_until_somebody_switches_it_off(rooms: Rooms) -> None:
    emergencies = rooms.flows.emergencies
    assert emergencies.at("acme", "100") is None
    one = await emergencies.switch_on("acme", DOWN, by="sue")
    assert emergencies.at("acme", "100") == emergencies.at("acme", "+4930") == one
    assert emergencies.at("other", "100") is None
    assert Path(one.path).exists()
    await emergencies.switch_off("acme", one.id, by="ada")
    assert emergencies.at("acme", "100") is None
    (shown,) = await emergencies.all("acme")
    assert (shown.by, shown.off_by) == ("sue", "ada")
    await emergencies.switch_off("acme", one.id)
    with pytest.raises(NotFound):
        await emergencies.switch_off("other", one.id)


async def test_it_ends_by_itself(rooms: Rooms) -> None:
    emergencies = rooms.flows.emergencies
    await emergencies.switch_on("acme", DOWN)
    clock = emergencies._clock
    clock.jump(3_599)  # type: ignore[attr-defined]  # the test's clock
    assert emergencies.at("acme", "100") is not None
    clock.jump(1)  # type: ignore[attr-defined]
    assert emergencies.at("acme", "100") is None
    assert not (await emergencies.all("acme"))[0].on(clock.now())


async def test_a_restart_changes_nothing(rooms: Rooms, database: Database, tmp_path: Path) -> None:
    one = await rooms.flows.emergencies.switch_on("acme", DOWN)
    again = rooms_on(database, tmp_path).flows.emergencies
    assert again.at("acme", "100") is None
    await again.load("acme")
    assert again.at("acme", "100") == one


async def test_one_for_the_number_comes_before_one_for_all_and_the_latest_before_earlier_ones(rooms: Rooms) -> None:
    emergencies = rooms.flows.emergencies
    some = await emergencies.switch_on("acme", Wanted(text="Only 100.", minutes=5, numbers=["100"]))
    emergencies._clock.jump(1)  # type: ignore[attr-defined]  # the test's clock
    everywhere = await emergencies.switch_on("acme", DOWN)
    assert emergencies.at("acme", "100") == some
    assert emergencies.at("acme", "101") == everywhere
    emergencies._clock.jump(1)  # type: ignore[attr-defined]
    later = await emergencies.switch_on("acme", Wanted(text="Still down.", minutes=5))
    assert emergencies.at("acme", "101") == later


async def test_those_who_called_before_can_be_told(rooms: Rooms) -> None:
    told: list[object] = []
    rooms.flows.emergencies.on_switched = lambda *what: told.append(what)
    one = await rooms.flows.emergencies.switch_on("acme", DOWN)
    await rooms.flows.emergencies.switch_off("acme", one.id)
    assert told == [("acme", one)]


async def test_who_did_it_is_in_the_audit(rooms: Rooms) -> None:
    one = await rooms.flows.emergencies.switch_on("acme", DOWN, by="sue")
    await rooms.flows.emergencies.switch_off("acme", one.id, by="ada")
    entries = (await rooms.tenancy.audit.entries("acme", subject=one.id)).rows
    assert {(entry.action, entry.by) for entry in entries} == {("switched on", "sue"), ("switched off", "ada")}


async def test_an_uploaded_sound_may_be_used(rooms: Rooms) -> None:
    await rooms.flows.sounds.upload("acme", "alarm", "Alarm", wav(tone(0.2, 8_000), 8_000))
    one = await rooms.flows.emergencies.switch_on("acme", Wanted(sound="alarm", minutes=5))
    assert Path(one.path).exists()
    with pytest.raises(Invalid, match="no sound has this key") as refused:
        await rooms.flows.emergencies.switch_on("acme", Wanted(sound="gone", minutes=5))
    assert refused.value.field == "sound"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(minutes=5), "text"),
        (Wanted(text="a", sound="b", minutes=5), "text"),
        (Wanted(text=" ", minutes=5), "text"),
        (Wanted(text="a" * 2_001, minutes=5), "text"),
        (Wanted(text="a", minutes=0), "minutes"),
        (Wanted(text="a", minutes=10_081), "minutes"),
        (Wanted(text="a", minutes=5, numbers=[]), "numbers"),
        (Wanted(text="a", minutes=5, language="xx"), "language"),
    ],
)
async def test_bad_wishes_are_refused_by_field(rooms: Rooms, wanted: Wanted, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await rooms.flows.emergencies.switch_on("acme", wanted)
    assert refused.value.field == field
    assert rooms.flows.emergencies.at("acme", "100") is None


async def test_a_voice_that_fails_switches_nothing_on(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    async def dead(*_: object) -> None:
        raise RuntimeError("the program died")

    monkeypatch.setattr(TestVoice, "say", dead)
    with pytest.raises(RuntimeError):
        await rooms.flows.emergencies.switch_on("acme", DOWN)
    assert await rooms.flows.emergencies.all("acme") == []


def announced(*, ends: bool) -> Published:
    one = Emergency("e1", None, "Down.", None, "en", "/down.ul", ends, 0, 10, "sue")
    return one.before(Published(document({"enqueue": {"queue": "support"}}), 3, {}))


def test_the_call_ends_after_it_or_goes_on_with_its_flow() -> None:
    given = Given(0)
    run, actions = start(announced(ends=True).document, given)
    assert actions == (Note("announcement", "Down.", "steps[0].announcement"), Speak((Spoken("Down.", "en"),), 1))
    assert announced(ends=True).paths(actions[1]) == ("/down.ul",)  # type: ignore[arg-type]  # it is a Speak
    assert advance(run, SoundEnded(1), given)[1] == (HangUp("announcement"),)
    run, _ = start(announced(ends=False).document, given)
    assert advance(run, SoundEnded(1), given)[0].place == "steps[1].enqueue"


DOWN_NOW = Interrupted(AnnouncementStep(Spoken("Down.", "en"), "Down.", ends=False), ends=False)
DOWN_FOR_GOOD = Interrupted(AnnouncementStep(Spoken("Down.", "en"), "Down.", ends=True), ends=True)
GIVEN = Given(0)
MENU = {"menu": {"text": "Press one.", "keys": {"1": [{"enqueue": {"queue": "support", "keys": {"0": ["back"]}}}]}}}


def noted(actions: Sequence[Action]) -> list[Action]:
    return [action for action in actions if not isinstance(action, Note)]


def test_who_is_in_a_menu_hears_it_at_once_and_the_menu_again() -> None:
    run, _ = start(document(MENU), GIVEN)
    run, actions = advance(run, DOWN_NOW, GIVEN)
    assert noted(actions) == [Speak((Spoken("Down.", "en"),), run.mark)]
    assert advance(run, SoundEnded(run.mark - 1), GIVEN) == (run, ())
    run, actions = advance(run, SoundEnded(run.mark), GIVEN)
    assert run.place == "steps[0].menu"
    assert noted(actions) == [Speak((Spoken("Press one.", "en"),), run.mark)]


def test_a_key_pressed_meanwhile_is_for_the_menu() -> None:
    run, _ = start(document(MENU), GIVEN)
    run, _ = advance(run, DOWN_NOW, GIVEN)
    run, _ = advance(run, Digit("1"), GIVEN)
    run, _ = advance(run, SoundEnded(run.mark), GIVEN)
    assert run.place == "steps[0].menu.keys.1[0].enqueue"


def test_one_that_ends_the_call_ends_it_from_anywhere() -> None:
    run, _ = start(document(MENU), GIVEN)
    run, actions = advance(run, DOWN_FOR_GOOD, GIVEN)
    assert noted(actions) == [Speak((Spoken("Down.", "en"),), run.mark)]
    assert advance(run, SoundEnded(run.mark), GIVEN)[1] == (HangUp("announcement"),)


def in_line() -> Run:
    run, _ = start(document(MENU), GIVEN)
    return advance(run, Digit("1"), GIVEN)[0]


def test_who_waits_hears_it_and_stays() -> None:
    before = in_line()
    run, actions = advance(before, DOWN_NOW, GIVEN)
    assert noted(actions) == [Speak((Spoken("Down.", "en"),), run.mark)]
    assert run.frames == before.frames
    assert advance(run, SoundEnded(run.mark), GIVEN) == (run, ())
    run, actions = advance(run, Digit("0"), GIVEN)
    assert noted(actions) == [BreakOut()]


@pytest.mark.parametrize("how", [VisitEnd.BROKE_OUT, VisitEnd.MAX_WAIT])
def test_who_waits_leaves_the_line_for_one_that_ends_the_call(how: VisitEnd) -> None:
    run, actions = advance(in_line(), DOWN_FOR_GOOD, GIVEN)
    assert actions == (BreakOut(),)
    run, actions = advance(run, LeftQueue(how), GIVEN)
    assert noted(actions) == [Speak((Spoken("Down.", "en"),), run.mark)]
    assert advance(run, SoundEnded(run.mark), GIVEN)[1] == (HangUp("announcement"),)


def test_whom_an_agent_took_first_talks() -> None:
    run, _ = advance(in_line(), DOWN_FOR_GOOD, GIVEN)
    run, actions = advance(run, LeftQueue(VisitEnd.ANSWERED), GIVEN)
    assert (run.place, actions) == ("steps[0].menu.keys.1[0].enqueue", ())
