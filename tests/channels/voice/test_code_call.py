"""A phone switches an emergency announcement: PIN, keys, what is said, and who guesses."""

from pathlib import Path
from typing import Any

import pytest

from support.clock import SetClock
from support.configured import rooms_on
from support.voice import KeptCaller
from switchboard.channels.voice.code_call import PARDON, CodeCalls, Says, texts
from switchboard.channels.voice.model import Code, Phone, SecretPlace, SecretReference
from switchboard.kit.tasks import Tasks
from switchboard.storage.database import Database

PHONE = Phone("desk", "desk", id="p1")
CODE = Code("outage", "*91", SecretReference(SecretPlace.ENVIRONMENT, "PIN"), ("desk",), 60, text="Down.")
PATHS = {text: f"/{text.text}" for text in texts()}


class Desk:
    """A phone that dials the code as often as it likes."""

    def __init__(self, database: Database, folder: Path, environment: dict[str, str]) -> None:
        self.emergencies = rooms_on(database, folder).flows.emergencies
        self.clock = SetClock()
        self.tasks = Tasks("codes")
        made: Any = CodeCalls
        self.codes: CodeCalls = made(self.emergencies, self.tasks, self.clock, environment)

    def dial(self, paths: Any = PATHS) -> KeptCaller:
        caller = KeptCaller()
        side: Any = caller
        self.codes.take("acme", CODE, PHONE, side, paths, by="ann")
        return caller

    async def press(self, caller: KeptCaller, keys: str) -> None:
        for key in keys:
            caller.on_digit(key)
            assert await self.tasks.drain(30)


def said(caller: KeptCaller) -> list[str]:
    return [entry[1][1:] for entry in caller.media.said if entry[0] == "play"]


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    return Desk(sqlite_database, tmp_path, {"PIN": "2468"})


async def test_on_and_off_with_a_spoken_confirmation(desk: Desk) -> None:
    caller = desk.dial()
    assert caller.answered
    await desk.press(caller, "2468#1")
    assert said(caller) == [Says.PIN.value, Says.IS_OFF.value, Says.NOW_ON.value]
    one = desk.emergencies.at("acme", "100")
    assert one is not None
    assert (one.text, one.code, one.by) == ("Down.", "outage", "ann")
    assert caller.hung_up == []
    caller.media.finish()
    assert caller.hung_up == [480]

    again = desk.dial()
    await desk.press(again, "2468#2")
    assert said(again) == [Says.PIN.value, Says.IS_ON.value, Says.NOW_OFF.value]
    assert desk.emergencies.at("acme", "100") is None


async def test_keys_may_be_pressed_faster_than_they_are_looked_at(desk: Desk) -> None:
    caller = desk.dial()
    for key in "2468#1":
        caller.on_digit(key)
    for _ in ("the PIN", "the switch"):
        await desk.tasks.drain(30)
    assert said(caller)[-1] == Says.NOW_ON.value
    assert desk.emergencies.at("acme", "100") is not None


async def test_a_wrong_pin_switches_nothing_and_ends_the_third_time(desk: Desk) -> None:
    caller = desk.dial()
    await desk.press(caller, "1#2469##1")
    assert said(caller) == [Says.PIN.value, Says.WRONG.value, Says.WRONG.value, Says.REFUSED.value]
    assert desk.emergencies.at("acme", "100") is None
    caller.media.finish()
    assert caller.hung_up == [480]


async def test_a_phone_that_guesses_is_refused_for_a_while(desk: Desk) -> None:
    for _ in range(3):
        assert not desk.codes.guessing(PHONE)
        await desk.press(desk.dial(), "1#2#3#")
    assert desk.codes.guessing(PHONE)
    desk.clock.pass_seconds(PARDON)
    assert not desk.codes.guessing(PHONE)


async def test_a_pin_that_cannot_be_read_lets_nobody_in(sqlite_database: Database, tmp_path: Path) -> None:
    for environment in ({}, {"PIN": ""}):
        desk = Desk(sqlite_database, tmp_path, environment)
        caller = desk.dial()
        await desk.press(caller, "#1")
        assert said(caller)[1:] in ([Says.FAILED.value], [Says.WRONG.value])
        assert desk.emergencies.at("acme", "100") is None


async def test_keys_work_where_there_is_no_voice(desk: Desk) -> None:
    caller = desk.dial(paths={})
    await desk.press(caller, "2468#1")
    assert desk.emergencies.at("acme", "100") is not None
    assert caller.hung_up == [480]


async def test_who_hangs_up_or_says_nothing_is_gone(desk: Desk) -> None:
    caller = desk.dial()
    caller.on_left()
    await desk.press(caller, "2468#1")
    assert desk.emergencies.at("acme", "100") is None
    silent = desk.dial()
    desk.codes.close()
    assert silent.hung_up == [480]
