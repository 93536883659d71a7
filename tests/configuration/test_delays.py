"""`delays`: read, written, applied, exported, tried, changed by form, brought back, taken by the Floor."""

from pathlib import Path

import pytest

from support.configured import configuration_on, sources
from switchboard.channels.voice.directory import Vault
from switchboard.configuration.document import read_document
from switchboard.configuration.going_back import GoingBack
from switchboard.configuration.items import Edit, Items
from switchboard.configuration.sections.delays import write_delays
from switchboard.configuration.service import described
from switchboard.configuration.yaml_text import read_yaml
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.routing.model import Delays
from switchboard.storage.database import Database

S = 1_000_000
HEAD = "organization: {key: acme, name: Acme}\n"
USUAL = {
    "rejected": "5s",
    "no_answer": "5s",
    "busy": "10s",
    "unreachable": "30s",
    "set_up_failed": "5s",
    "misses": 1,
}


def text(delays: str) -> bytes:
    return f"{HEAD}delays: {delays}\n".encode()


def test_what_is_left_out_has_its_default_and_what_is_written_reads_the_same() -> None:
    document, problems = read_document(read_yaml(text("{busy: 1m30s, unreachable: 0, misses: 3}")))
    assert problems == []
    entry = document.sections["delays"]["delays"]
    assert entry.delays == Delays(busy=90 * S, unreachable=0, misses=3)
    assert write_delays(entry) == USUAL | {"busy": "1m30s", "unreachable": "0s", "misses": 3}


@pytest.mark.parametrize(
    ("delays", "message"),
    [
        ("{busy: 1h1s}", "delays.busy: must be at most 1h, not 1h1s"),
        ("{busy: -1}", "delays.busy: must be from 0 to 3600"),
        ("{rejected: soon}", "delays.rejected: must be a duration"),
        ("{misses: 0}", "delays.misses: must be from 1 to 20"),
        ("{misses: 21}", "delays.misses: must be from 1 to 20"),
        ("{patience: 5s}", "delays"),
        ("[]", "delays"),
    ],
)
def test_a_fault_is_named_by_its_field(delays: str, message: str) -> None:
    [problem] = [str(one) for one in read_document(read_yaml(text(delays)))[1]]
    assert problem.startswith(message), problem


async def test_they_apply_are_tried_first_and_come_back(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    organization = (await configuration.apply(HEAD.encode(), sources(tmp_path))).organization or ""
    assert "delays:" in await configuration.export(organization)
    assert not (await configuration.apply(text("{}"), sources(tmp_path))).difference.changes
    longer = text("{busy: 20s, misses: 3}")
    dry = await configuration.apply(longer, sources(tmp_path), dry_run=True)
    assert described(dry.difference) == "~ setting delays: busy 10s -> 20s, misses 1 -> 3"
    await configuration.apply(longer, sources(tmp_path))
    assert not (await configuration.apply(longer, sources(tmp_path), prune=True)).difference.changes
    exported = await configuration.export(organization)
    assert "busy: 20s" in exported
    assert not (await configuration.apply(exported.encode(), sources(tmp_path), prune=True)).difference.changes
    number = await configuration.versions.last(organization)
    await configuration.apply(text("{busy: 40s}"), sources(tmp_path))
    back = await GoingBack(configuration).one(organization, number, "delays", "delays", by="ada")
    assert described(back.difference) == "~ setting delays: busy 40s -> 20s, misses 1 -> 3"
    whole = await GoingBack(configuration).whole(organization, 1, by="ada")
    assert described(whole.difference) == "~ setting delays: busy 20s -> 10s, misses 3 -> 1"


async def test_the_form_changes_them_and_nobody_retires_them(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    organization = (await configuration.apply(HEAD.encode(), sources(tmp_path))).organization or ""
    items = Items(configuration, Vault(tmp_path / "kept"), iter(map(str, range(9))).__next__)
    [item] = await items.section(organization, "delays")
    assert (item.key, item.written) == ("delays", USUAL)
    here, edit = sources(tmp_path), Edit("ada", item.revision)
    saved = await items.put(organization, "delays", "delays", USUAL | {"rejected": "0s"}, here, edit)
    assert saved.item is not None
    assert saved.item.written == USUAL | {"rejected": "0s"}
    edit = Edit("ada", saved.item.revision)
    with pytest.raises(Invalid) as refused:
        await items.put(organization, "delays", "delays", USUAL | {"busy": "2h"}, here, edit)
    assert [field for field, _ in refused.value.faults] == ["busy"]
    with pytest.raises(NotFound):
        await items.put(organization, "delays", "others", USUAL, here, Edit("ada", None))
    with pytest.raises(Conflict):
        await items.retire(organization, "delays", "delays", edit)
