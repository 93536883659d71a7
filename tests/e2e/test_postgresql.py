"""The whole center on PostgreSQL: a call from end to end, and everything still there after a restart."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from support.center import ENVIRONMENT, PASSWORD, center, serving
from support.databases import PostgresqlServer
from support.desk import Desk
from support.evidence import assert_sound
from support.sound import hears
from support.telephones import AGENT_TONE, CALLER_TONE, anns_phone, customer
from switchboard.storage.journal import JournalEntry

pytestmark = pytest.mark.postgres

ORGANIZATION = Path(__file__).with_name("organization.yaml")


@pytest.fixture
async def url(postgresql_server: PostgresqlServer) -> AsyncIterator[str]:
    """An empty database."""
    made = await postgresql_server.empty()
    yield made
    await postgresql_server.drop(made)


async def journal(url: str) -> list[JournalEntry]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(
            "SELECT organization, seq, at, rules, input, decisions FROM journal ORDER BY seq"
        )
    finally:
        await connection.close()
    return [JournalEntry(*row) for row in found]


async def test_a_call_on_postgresql_and_its_record_after_a_restart(url: str, tmp_path: Path) -> None:
    place = ["--data", str(tmp_path / "data"), "--database", url]
    await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "switchboard", "apply", str(ORGANIZATION), *place],
        check=True,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
    )
    serve = [*serving(tmp_path / "data"), "--database", url]
    async with (
        center(serve, log=tmp_path / "center.log", environment=ENVIRONMENT) as running,
        Desk(running.ready["web"], "ann", PASSWORD) as ann,
        Desk(running.ready["web"], "boss", PASSWORD) as boss,
        anns_phone(running, tmp_path / "desk") as desk_phone,
        customer(running, tmp_path / "caller") as caller,
    ):
        await ann.available()
        await caller.dial(f"sip:100@{running.ready['sip']}")
        await desk_phone.until("CALL_INCOMING")
        await desk_phone.accept()
        await ann.until(
            "/api/desk", lambda _: hears(caller.heard(), AGENT_TONE) and hears(desk_phone.heard(), CALLER_TONE)
        )
        await caller.hang_up()
        desk = await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "wrap-up")
        note = {"disposition": "solved", "note": "It was the fuse.", "finish": True}
        await ann.post(f"/api/desk/engagements/{desk['engagement']['engagement']}/wrap-up", note)
        await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
        page = await boss.get("/api/contacts")
        (contact,) = page["contacts"]
        record = await boss.get(f"/api/contacts/{contact['id']}")
    assert record["how"] == "answered"
    assert record["engagements"][0]["note"] == "It was the fuse."
    assert record["engagements"][0]["closed_at"] is not None
    assert not (tmp_path / "data" / "switchboard.db").exists()

    async with (
        center(serve, log=tmp_path / "center.log", environment=ENVIRONMENT) as again,
        Desk(again.ready["web"], "boss", PASSWORD) as boss,
    ):
        assert await boss.get("/api/contacts") == page
        assert await boss.get(f"/api/contacts/{contact['id']}") == record
        board = await boss.get("/api/board")
        assert [agent["name"] for agent in board["agents"]] == ["Ann Agent"]
    assert_sound(await journal(url))
