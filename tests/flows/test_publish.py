"""Publishing flows: rendered before they are in force, versions kept."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from support.configured import TestVoice, rooms_on
from switchboard.flows import store
from switchboard.flows.model import Speak, Spoken
from switchboard.flows.service import Flows
from switchboard.kit.errors import Invalid, NotFound
from switchboard.storage.database import Database

KNOWN = {"queue": ["support"], "sound": ["music"], "skill": []}


def flow(*texts: str, **more: Any) -> dict[str, Any]:
    return {"key": "welcome", "steps": [{"say": {"text": text}} for text in texts], **more}


@pytest.fixture
def flows(database: Database, tmp_path: Path) -> Flows:
    return rooms_on(database, tmp_path).flows


def said(flows: Flows) -> list[str]:
    voice = flows._voice
    assert isinstance(voice, TestVoice)
    return voice.said


async def test_what_is_published_is_in_force_with_its_sounds(flows: Flows) -> None:
    published = await flows.publish("acme", flow("Hello", "Bye"), KNOWN)
    assert published == await flows.current("acme", "welcome")
    assert published.version == 1
    paths = published.paths(Speak((Spoken("Hello", "en"), Spoken("Bye", "en"))))
    assert [path.endswith(".ul") for path in paths] == [True, True]
    assert len(set(paths)) == 2


async def test_a_text_is_rendered_once(flows: Flows) -> None:
    await flows.publish("acme", flow("Hello", "Bye"), KNOWN)
    again = await flows.publish("acme", flow("Hello", "Good bye"), KNOWN)
    assert again.version == 2
    assert said(flows) == ["Hello", "Bye", "Good bye"]


async def test_publishing_what_is_in_force_makes_no_version(flows: Flows, database: Database) -> None:
    for _ in range(2):
        assert (await flows.publish("acme", flow("Hello"), KNOWN)).version == 1
    await flows.publish("acme", flow("Hi"), KNOWN)
    async with database.reading() as connection:
        rows = await connection.execute(select(store.flow_version.c.version).order_by("version"))
        assert [row.version for row in rows] == [1, 2]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"key": "w"}, "flows.w: the field 'steps' is missing"),
        (flow(), None),
        (flow("x", language="xx"), "there is no voice for the language 'xx'"),
        ({"key": "w", "steps": [{"enqueue": {"queue": "suport"}}]}, "did you mean 'support'"),
    ],
)
async def test_faults_are_told_and_nothing_is_published(
    sqlite_database: Database, tmp_path: Path, raw: Any, message: str | None
) -> None:
    flows = rooms_on(sqlite_database, tmp_path).flows
    if message is None:
        assert (await flows.publish("acme", raw, KNOWN)).document.steps == ()
        return
    with pytest.raises(Invalid, match=message):
        await flows.publish("acme", raw, KNOWN)
    with pytest.raises(NotFound):
        await flows.current("acme", raw["key"])


async def test_a_retired_flow_is_not_found_and_can_come_back(flows: Flows, database: Database) -> None:
    await flows.publish("acme", flow("Hello"), KNOWN)
    async with database.transaction() as connection:
        await flows.retire(connection, "acme", "welcome")
    with pytest.raises(NotFound):
        await flows.current("acme", "welcome")
    assert (await flows.publish("acme", flow("Hello"), KNOWN)).version == 2
    with pytest.raises(NotFound):
        async with database.transaction() as connection:
            await flows.retire(connection, "acme", "other")


async def test_organizations_do_not_see_each_other(flows: Flows) -> None:
    await flows.publish("acme", flow("Hello"), KNOWN)
    assert (await flows.catalogue("umbrella")).flows == {}
