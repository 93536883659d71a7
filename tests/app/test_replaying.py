"""`replay`: a folder's journal is decided anew, also while somebody serves it."""

import json
from pathlib import Path

import pytest

from support.floor import Centre, agent
from switchboard.app.replaying import DIFFERENT, replay
from switchboard.app.rooms import Rooms
from switchboard.kit.errors import Invalid, NotFound, Unavailable
from switchboard.routing.model import RULES
from switchboard.settings import Settings
from switchboard.storage.journal import JournalEntry
from switchboard.storage.writer import Batch


@pytest.fixture
async def entries(rooms: Rooms) -> list[JournalEntry]:
    """A short journal in the database of a folder whose lock is held."""
    organization = await rooms.tenancy.ensure_organization("acme", "Acme")
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    for _ in range(3):
        centre.call()
    entries = [one._replace(organization=organization.id, rules=RULES) for one in centre.entries]
    for entry in entries:
        await rooms.writer.append(Batch(organization.id, entry.at, entry))
    return entries


async def spoil(rooms: Rooms, decisions: str, seq: int) -> None:
    async with rooms.database.transaction() as connection:
        await connection.exec_driver_sql(f"UPDATE journal SET decisions = {decisions} WHERE seq = {seq}")


async def test_nothing_differs(
    entries: list[JournalEntry], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await replay(settings, None, recent=False, as_json=False) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"acme: {len(entries)} entries with 3 contacts decided anew, from the beginning, in ")
    assert f"rules {RULES} (today's): {len(entries)} entries, 0 differences" in said
    assert await replay(settings, "acme", recent=False, as_json=True) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["organization"], found["entries"], found["differences"]) == ("acme", len(entries), 0)


async def test_a_difference_is_shown_and_the_exit_code_says_it(
    rooms: Rooms, entries: list[JournalEntry], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await spoil(rooms, "(SELECT decisions FROM journal WHERE seq = 3)", 4)
    # The third entry's contact is there already: what comes after it is decided on other ground.
    assert await replay(settings, None, recent=False, as_json=False) == DIFFERENT
    said = capsys.readouterr().out
    assert "  entry 4:\n    then: ContactRegistered(contact='c1'" in said
    assert "    now:  ContactRegistered(contact='c2'" in said
    assert await replay(settings, None, recent=False, as_json=True) == DIFFERENT
    (found,) = json.loads(capsys.readouterr().out)
    assert found["first_differences"][0]["entry"] == 4


async def test_what_cannot_be_replayed_ends_in_one_line(
    rooms: Rooms, entries: list[JournalEntry], settings: Settings, tmp_path: Path
) -> None:
    await spoil(rooms, "x'c1'", 4)
    # Decided as it always was, but what was decided then is not readable any more.
    with pytest.raises(Invalid, match="journal entry 4: its decisions cannot be read"):
        await replay(settings, None, recent=False, as_json=False)
    with pytest.raises(NotFound, match="there is no organization 'other'; there are: acme"):
        await replay(settings, "other", recent=False, as_json=False)
    with pytest.raises(NotFound, match="there is no database"):
        await replay(Settings(data=tmp_path / "nowhere"), None, recent=False, as_json=False)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "switchboard.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Unavailable, match="damaged or of another version"):
        await replay(Settings(data=tmp_path / "odd"), None, recent=False, as_json=False)
