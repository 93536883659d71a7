"""The first administrator and the demo's passwords."""

import dataclasses
import random
import sys

import pytest

from switchboard.__main__ import _ask_administrator
from switchboard.app.rooms import Rooms
from switchboard.app.running import DEMO, _demo_passwords, _first_administrator
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Invalid
from switchboard.kit.ids import IdSource
from switchboard.settings import Settings

CLOCK = SystemClock()
PASSWORD = "correct-horse-battery"


def nobody_is_asked() -> tuple[str, str]:
    raise AssertionError("asked although it was known")


async def test_the_settings_name_the_first_administrator(settings: Settings) -> None:
    named = dataclasses.replace(settings, administrator="root", administrator_password=PASSWORD)
    await _first_administrator(named, CLOCK, nobody_is_asked)
    await _first_administrator(settings, CLOCK, nobody_is_asked)
    rooms = await Rooms.open(settings, CLOCK)
    try:
        signed_in = await rooms.tenancy.sign_in(None, "root", PASSWORD, "127.0.0.1")
        assert [role.value for role in signed_in.person.roles] == ["administrator"]
        assert [one.key for one in await rooms.tenancy.organizations()] == ["main"]
    finally:
        await rooms.close()


async def test_the_terminal_is_asked_and_an_organization_that_is_there_gets_him(settings: Settings) -> None:
    rooms = await Rooms.open(settings, CLOCK)
    await rooms.tenancy.ensure_organization("acme", "Acme")
    await rooms.close()
    await _first_administrator(settings, CLOCK, lambda: ("root", PASSWORD))
    rooms = await Rooms.open(settings, CLOCK)
    try:
        assert [one.key for one in await rooms.tenancy.organizations()] == ["acme"]
        assert await rooms.tenancy.has_administrator()
    finally:
        await rooms.close()


async def test_a_password_that_is_too_easy_is_refused_and_the_folder_is_free_again(settings: Settings) -> None:
    named = dataclasses.replace(settings, administrator="root", administrator_password="123")
    with pytest.raises(Invalid):
        await _first_administrator(named, CLOCK, nobody_is_asked)
    await _first_administrator(settings, CLOCK, lambda: ("root", PASSWORD))


def test_without_a_terminal_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(Invalid, match="set SWITCHBOARD_ADMINISTRATOR and SWITCHBOARD_ADMINISTRATOR_PASSWORD"):
        _ask_administrator()


def test_every_secret_of_the_demo_has_a_value() -> None:
    passwords = _demo_passwords(None)
    assert passwords == _demo_passwords(None)
    content = DEMO.read_text()
    assert {name for name in passwords if f"{{env: {name}}}" in content} == set(passwords)
    assert passwords["SWITCHBOARD_DEMO_ANNA_PHONE_PASSWORD"] == "anna-phone-at-the-demo"


def test_on_the_network_they_are_fresh_and_unguessable() -> None:
    ids = IdSource(CLOCK, random.SystemRandom())
    one, other = _demo_passwords(ids), _demo_passwords(ids)
    assert set(one) == set(other)
    assert not set(one.values()) & set(other.values())
    assert all(len(password) == 16 for password in one.values())
