"""Menus with a real phone: keys in three forms while a tone plays, wrong and missing ones, sub-menus, closed, out of
the line, and an emergency announcement that the next caller hears."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from support.baresip import Baresip
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving
from support.desk import Desk
from support.gateway import GatewayCall, gateway
from support.sound import hears, keeps_on, key_file, tone_file
from support.telephones import CALLER_TONE, anns_phone, customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARRIER = "127.0.0.2"
PIN = "2468"
SECRETS = {**ENVIRONMENT, "E2E_PIN": PIN}
FILE = Path(__file__).with_name("menu.yaml")
TONES = {
    # Name of the sound: frequency in Hz, length in seconds.
    "main": (600, 3),
    "inner": (500, 3),
    "wrong": (750, 1),
    "info": (850, 2),
    "closed": (950, 2),
    "thanks": (700, 2),
    "default": (1100, 2),
    "emergency": (1300, 2),
}


def tone(name: str) -> int:
    return TONES[name][0]


@pytest.fixture(scope="module")
def menus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in whose `data` the organization is."""
    folder = tmp_path_factory.mktemp("menus")
    for name, (frequency, seconds) in TONES.items():
        tone_file(folder / f"{name}.wav", frequency, seconds=seconds)
    shutil.copy(FILE, folder / "menu.yaml")
    subprocess.run(
        [sys.executable, "-m", "switchboard", "apply", str(folder / "menu.yaml"), "--data", str(folder / "data")],
        check=True,
        env={**os.environ, **SECRETS},
        capture_output=True,
    )
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def center_with_menus(menus: Path) -> AsyncIterator[Center]:
    async with center(serving(menus / "data"), log=menus / "center.log", environment=SECRETS) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def boss(center_with_menus: Center) -> AsyncIterator[Desk]:
    async with Desk(center_with_menus.ready["web"], "boss", PASSWORD) as desk:
        yield desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(center_with_menus: Center, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Baresip]:
    async with customer(center_with_menus, tmp_path_factory.mktemp("caller")) as it:
        yield it


class Calling:
    """A call of the phone: what it has heard since it last looked, and the keys it presses."""

    def __init__(self, running: Center, boss: Desk, caller: Baresip) -> None:
        self.running = running
        self.boss = boss
        self.caller = caller
        self._seen = len(caller.events)
        self._from = 0

    async def dial(self, number: str) -> None:
        await self.caller.dial(f"sip:{number}@{self.running.ready['sip']}")
        await self.caller.until("CALL_ESTABLISHED", after=self._seen)

    async def press(self, key: str) -> None:
        """From here on only what comes after the key is listened to."""
        self.listen()
        await self.caller.command("sndcode", key)

    def listen(self) -> None:
        """From here on only what comes from now on is listened to."""
        self._from = len(self.caller.heard())

    async def hears(self, name: str, *, seconds: float = 0.5, within: float = 30) -> None:
        """So much of that tone without a break, in what came since the last key."""
        await until_heard(self.boss, self.caller, name, after=self._from, seconds=seconds, within=within)

    async def ended(self) -> dict[str, Any]:
        """The record, when the center has hung up."""
        await self.caller.until("CALL_CLOSED", after=self._seen, seconds=60)
        return await self.record()

    async def hang_up(self) -> dict[str, Any]:
        await self.caller.hang_up()
        await self.caller.until("CALL_CLOSED", after=self._seen)
        return await self.record()

    async def record(self) -> dict[str, Any]:
        page = await self.boss.until(
            "/api/contacts", lambda page: page["contacts"] and page["contacts"][0]["closed_at"]
        )
        return dict(await self.boss.get(f"/api/contacts/{page['contacts'][0]['id']}"))


async def until_heard(
    boss: Desk, ear: Baresip | GatewayCall, name: str, *, after: int = 0, seconds: float = 0.5, within: float = 30
) -> int:
    """Wait until the tone was heard for so long after that many samples; returns how many there are now."""
    await boss.until("/api/board", lambda _: keeps_on(ear.heard()[after:], tone(name), seconds=seconds), seconds=within)
    return len(ear.heard())


@pytest.fixture
def calling(center_with_menus: Center, boss: Desk, caller: Baresip) -> Calling:
    return Calling(center_with_menus, boss, caller)


async def waiting(boss: Desk, number: int) -> None:
    await boss.until("/api/board", lambda board: board["queues"][0]["waiting"] == number)


async def test_a_key_while_the_prompt_plays_leads_into_a_sub_menu_and_back(calling: Calling) -> None:
    await calling.dial("100")
    await calling.hears("main")
    await calling.press("2")
    await calling.hears("inner")
    await calling.press("5")
    await calling.hears("info")
    # Back in the sub-menu by itself, from there up to the main one.
    await calling.hears("inner")
    await calling.press("*")
    await calling.hears("main")
    assert not hears(calling.caller.heard()[-4_000:], tone("inner"), seconds=0.4)
    record = await calling.hang_up()
    assert record["how"] == "left"


async def test_keys_that_are_sounds_are_heard_and_one_in_two_forms_counts_once(
    calling: Calling, tmp_path: Path
) -> None:
    await calling.dial("100")
    await calling.hears("main")
    # The phone's own keys are RFC 4733; the same key comes in its sound, as with a gateway that lets tones through.
    await calling.caller.speak(key_file(tmp_path / "2.wav", "2"))
    await calling.press("2")
    # Uninterrupted: a second 2 would be a wrong key of the sub-menu, and be told so.
    await calling.hears("inner", seconds=1.5)
    await calling.caller.speak(key_file(tmp_path / "5.wav", "5"))
    await calling.hears("info")
    await calling.hears("inner")
    # Its next calls begin with the sound of this one's end.
    await calling.caller.speak(tone_file(tmp_path / "tone.wav", CALLER_TONE))
    await calling.hang_up()


async def test_keys_by_sip_info_choose_and_one_that_comes_as_sound_too_counts_once(
    center_with_menus: Center, boss: Desk
) -> None:
    async with gateway(CARRIER, center_with_menus.ready["sip"], "100") as call:
        main = await until_heard(boss, call, "main")
        call.tones("2")
        await call.info("2")
        inner = await until_heard(boss, call, "inner", after=main, seconds=1.5)
        await call.info("5")
        info = await until_heard(boss, call, "info", after=inner)
        await until_heard(boss, call, "inner", after=info)
        await call.hang_up()


async def test_a_wrong_key_is_told_so_and_too_many_lead_to_the_default(calling: Calling) -> None:
    await calling.dial("100")
    await calling.hears("main")
    await calling.press("8")
    await calling.hears("wrong")
    await calling.hears("main")
    await calling.press("8")
    await calling.hears("default")
    assert (await calling.ended())["how"] == "finished"


async def test_who_presses_nothing_is_asked_again_and_gets_the_default(calling: Calling) -> None:
    await calling.dial("100")
    await calling.hears("main")
    await calling.hears("default")
    await calling.ended()


async def test_who_is_in_line_leaves_it_by_a_key_and_is_not_abandoned(calling: Calling, boss: Desk) -> None:
    await calling.dial("100")
    await calling.hears("main")
    await calling.press("1")
    await waiting(boss, 1)
    await calling.press("0")
    await waiting(boss, 0)
    await calling.hears("main")
    await calling.press("1")
    await waiting(boss, 1)
    await calling.press("#")
    await calling.hears("thanks")
    record = await calling.ended()
    assert record["how"] == "finished"
    assert [visit["how"] for visit in record["visits"]] == ["broke out", "broke out"]


async def test_an_agents_phone_that_rings_stops_when_the_caller_leaves_the_line(
    center_with_menus: Center, calling: Calling, tmp_path: Path
) -> None:
    async with (
        anns_phone(center_with_menus, tmp_path / "desk") as desk_phone,
        Desk(center_with_menus.ready["web"], "ann", PASSWORD) as ann,
    ):
        await ann.available()
        await calling.dial("100")
        await calling.hears("main")
        await calling.press("1")
        await desk_phone.until("CALL_INCOMING")
        await calling.press("0")
        await desk_phone.until("CALL_CLOSED")
        await calling.hears("main")
        await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
        record = await calling.hang_up()
        assert [offer["end"] for offer in record["offers"]] == ["withdrawn"]
        await ann.post("/api/desk/sign-out")


async def test_out_of_hours_the_closed_announcement_is_heard(calling: Calling) -> None:
    await calling.dial("101")
    await calling.hears("closed")
    record = await calling.ended()
    assert (record["how"], record["visits"]) == ("finished", [])


async def test_an_emergency_announcement_is_heard_by_the_next_caller(calling: Calling, boss: Desk) -> None:
    one = await boss.post("/api/emergency", {"sound": "emergency", "numbers": ["100"], "minutes": 10})
    switched = asyncio.get_running_loop().time()
    await calling.dial("100")
    await calling.hears("emergency")
    # The promise is ten seconds from the switch to the caller's ear.
    assert asyncio.get_running_loop().time() - switched < 10
    assert (await calling.ended())["how"] == "finished"
    assert not hears(calling.caller.heard(), tone("main"), seconds=0.5)
    await boss.post(f"/api/emergency/{one['id']}/off")
    again = Calling(calling.running, boss, calling.caller)
    await again.dial("100")
    await again.hears("main")
    await again.hang_up()


async def test_those_in_a_menu_and_in_line_hear_it_at_once(calling: Calling, boss: Desk) -> None:
    async def switched(*, ends: bool) -> None:
        wanted = {"sound": "emergency", "numbers": ["100"], "minutes": 10, "ends": ends}
        one = await boss.post("/api/emergency", wanted)
        calling.listen()
        # The promise is ten seconds from the switch to the caller's ear.
        await calling.hears("emergency", within=10)
        await boss.post(f"/api/emergency/{one['id']}/off")

    await calling.dial("100")
    await calling.hears("main")
    await switched(ends=False)
    await calling.hears("main")
    await calling.press("1")
    await waiting(boss, 1)
    await switched(ends=False)
    assert (await boss.get("/api/board"))["queues"][0]["waiting"] == 1
    await switched(ends=True)
    record = await calling.ended()
    assert (record["how"], [visit["how"] for visit in record["visits"]]) == ("finished", ["broke out"])


async def test_the_built_in_voice_speaks_an_emergency_and_the_call_goes_on(calling: Calling, boss: Desk) -> None:
    asked = {"text": "Our network is down.", "minutes": 10, "ends": False}
    one = await boss.post("/api/emergency", asked)
    await calling.dial("100")
    await calling.hears("main")
    await calling.hang_up()
    before = calling.caller.heard()
    first = next(at for at in range(0, len(before), 800) if hears(before[at : at + 4_000], tone("main"), seconds=0.5))
    assert np.abs(before[:first]).max() > 1_000
    await boss.post(f"/api/emergency/{one['id']}/off")


async def test_a_phone_switches_it_with_a_code_and_a_pin(
    center_with_menus: Center, calling: Calling, boss: Desk, tmp_path: Path
) -> None:
    async with anns_phone(center_with_menus, tmp_path / "desk") as phone:
        code = Calling(center_with_menus, boss, phone)
        for key, on in (("1", True), ("2", False)):
            seen = len(phone.events)
            await phone.dial(f"sip:*91@{center_with_menus.ready['sip']}")
            await phone.until("CALL_ESTABLISHED", after=seen)
            for pressed in f"{PIN}#":
                await code.press(pressed)
            await code.press(key)
            await boss.until(
                "/api/emergency",
                lambda page, on=on: any(one["on"] for one in page["announcements"]) is on,
            )
            await phone.until("CALL_CLOSED", after=seen, seconds=30)
            if on:
                await calling.dial("100")
                await calling.hears("emergency")
                await calling.ended()
    shown = (await boss.get("/api/emergency"))["announcements"][0]
    assert (shown["by"], shown["off_by"]) == ("Ann Agent", "Ann Agent")
