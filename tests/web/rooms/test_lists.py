"""Lists and sounds on the real rooms."""

import io
import random
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from support.web_center import WebCenter, web_center
from switchboard.agents.model import Profile, Team
from switchboard.flows.library import SoundLibrary
from switchboard.flows.service import Flows
from switchboard.kit.errors import Invalid
from switchboard.kit.ids import IdSource
from switchboard.routing.model import SkillItem
from switchboard.storage.database import Database
from switchboard.web.rooms.lists import ConfiguredLists, FlowSounds


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        yield opened


def flows_of(center: WebCenter, folder: Path) -> Flows:
    ids = IdSource(center.clock, random.Random(5))
    # Nothing here speaks.
    silent = cast("Any", None)
    return Flows(center.database, center.clock, ids, center.tenancy.audit, SoundLibrary(folder), silent)


def tone() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(16_000))
    return file.getvalue()


async def test_what_is_configured_is_listed(center: WebCenter, tmp_path: Path):
    lists = ConfiguredLists(
        center.database, center.tenancy, center.agents, center.queues, center.names, flows_of(center, tmp_path)
    )
    sue = next(one for one in await center.tenancy.people(center.organization) if one.key == "sue")
    assert [(one.key, one.name) for one in await lists.clients(sue)] == [("brand", "Brand")]
    [queue] = await lists.queues(sue)
    assert (queue.id, queue.key, queue.client) == (center.queue, "support", "Brand")
    people = await lists.people(sue)
    assert [(one.user_name, [role.value for role in one.roles]) for one in people] == [
        ("ada", ["agent"]),
        ("bob", ["agent"]),
        ("sue", ["supervisor"]),
    ]
    assert await lists.flows(sue) == []
    async with center.database.transaction() as connection:
        await center.agents.teams.put(connection, center.organization, Team("day", "Day", center.client))
        day = (await center.agents.teams.ids(connection, center.organization))["day"]
        of_ada = Profile(center.people["ada"], "ada", (center.queue,), team=day)
        await center.agents.profiles.put(connection, center.organization, of_ada)
    assert [(one.id, one.name, one.client) for one in await lists.teams(sue)] == [(day, "Day", "Brand")]
    assert [one.team for one in await lists.people(sue)] == [day, None, None]
    async with center.database.transaction() as connection:
        for item in (SkillItem("welding", "Welding"), SkillItem("german", "German")):
            await center.skills.put(connection, center.organization, item)
    center.names.forget(center.organization)
    assert [(one.key, one.name) for one in await lists.skills(sue)] == [("german", "German"), ("welding", "Welding")]
    async with center.database.transaction() as connection:
        await center.queues.retire(connection, center.organization, "support")
    assert await lists.queues(sue) == []


async def test_a_sound_is_converted_and_listed_and_a_broken_one_refused(center: WebCenter, tmp_path: Path):
    sounds = FlowSounds(center.database, flows_of(center, tmp_path))
    sue = next(one for one in await center.tenancy.people(center.organization) if one.key == "sue")
    kept = await sounds.upload(sue, "hello", "Hello", tone())
    assert (kept.key, kept.seconds) == ("hello", pytest.approx(1.0, abs=0.05))
    assert await sounds.sounds(sue) == [kept]
    with pytest.raises(Invalid):
        await sounds.upload(sue, "broken", "Broken", b"RIFF....WAVEjunk")
