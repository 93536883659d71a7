"""Every change is a version, and one thing or everything goes back to any of them, by the rules of a change."""

import itertools
from pathlib import Path

import pytest

from support.configured import configuration_on, sources
from switchboard.channels.voice.vault import Vault
from switchboard.configuration.going_back import GoingBack
from switchboard.configuration.items import Edit, Items
from switchboard.configuration.service import Configuration
from switchboard.configuration.sources import Sources
from switchboard.configuration.versions import Version
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.storage.database import Database

SMALL = """
organization: {key: acme, name: Acme}
clients: [{key: brand, name: Brand, time_zone: Europe/Berlin, region: DE}]
skills: [{key: english}, {key: french}]
queues:
  - {key: support, client: brand, requires: {english: 1}}
  - {key: sales, client: brand, max_wait: 90s}
people:
  - {key: boss, name: Boss, roles: [administrator], password: {env: SWITCHBOARD_DEMO_ADMIN_PASSWORD}}
  - {key: anna, name: Anna, roles: [agent], agent: {queues: [sales, support], skills: {english: 3}}}
phones:
  - {key: hall, password: {env: SWITCHBOARD_DEMO_PHONE_PASSWORD}}
"""
WEB = Sources({}, None)


class Office:
    """An administrator who changes things and wants them back."""

    def __init__(self, configuration: Configuration, items: Items, organization: str) -> None:
        self.configuration = configuration
        self.items = items
        self.organization = organization
        self.back = GoingBack(configuration)

    async def written(self, section: str, key: str) -> dict[str, object] | None:
        found = await self.items.section(self.organization, section)
        return next((dict(one.written) for one in found if one.key == key), None)

    async def change(self, section: str, key: str, **fields: object) -> None:
        now = await self.items.section(self.organization, section)
        item = next((one for one in now if one.key == key), None)
        written = {**(item.written if item else {"key": key}), **fields}
        edit = Edit("boss", item.revision if item else None)
        await self.items.put(self.organization, section, key, written, WEB, edit)

    async def retire(self, section: str, key: str) -> None:
        now = await self.items.section(self.organization, section)
        edit = Edit("boss", next(one.revision for one in now if one.key == key))
        await self.items.retire(self.organization, section, key, edit)

    async def versions(self, **of: str) -> list[Version]:
        return list((await self.configuration.versions.page(self.organization, **of)).rows)


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    configuration = configuration_on(database, tmp_path)
    applied = await configuration.apply(SMALL.encode(), sources(tmp_path))
    names = map(str, itertools.count())
    items = Items(configuration, Vault(tmp_path / "secrets"), lambda: next(names))
    return Office(configuration, items, applied.organization or "")


async def test_every_change_is_numbered_with_who_and_what(office: Office) -> None:
    await office.change("queues", "support", strategy="round robin", wrap_up="30s")
    await office.change("skills", "german")
    first, second, third = reversed(await office.versions())
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert (first.by, second.by) == ("system", "boss")
    assert {one.section for one in first.changes} == {
        "organization", "clients", "skills", "queues", "people", "phones",
    }  # fmt: skip
    (changed,) = [one.change() for one in second.changes]
    assert [(one.name, one.before, one.after) for one in changed.fields] == [
        ("wrap_up", "0s", "30s"),
        ("strategy", "longest idle", "round robin"),
    ]
    assert [one.change().what for one in third.changes] == ["created"]


async def test_what_changes_nothing_is_no_version(office: Office) -> None:
    await office.change("queues", "support")
    assert len(await office.versions()) == 1


async def test_the_versions_of_one_thing(office: Office) -> None:
    await office.change("queues", "support", wrap_up="30s")
    await office.change("queues", "sales", wrap_up="40s")
    found = await office.versions(section="queues", key="sales")
    assert [one.number for one in found] == [3, 1]
    assert [kept.key for one in found for kept in one.changes] == ["sales", "sales"]


async def test_pages_of_versions(office: Office) -> None:
    for number in range(4):
        await office.change("skills", f"s{number}")
    versions = office.configuration.versions
    first = await versions.page(office.organization, limit=3)
    rest = await versions.page(office.organization, before=int(first.after or 0), limit=3)
    assert [one.number for one in (*first.rows, *rest.rows)] == [5, 4, 3, 2, 1]
    assert rest.after is None


async def test_one_thing_goes_back_as_a_new_version(office: Office) -> None:
    await office.change("queues", "support", wrap_up="30s")
    await office.change("queues", "support", wrap_up="50s", strategy="round robin")
    tried = await office.back.one(office.organization, 2, "queues", "support", by="boss", dry_run=True)
    assert not tried.applied
    assert {one.name for one in tried.difference.changes[0].fields} == {"wrap_up", "strategy"}
    await office.back.one(office.organization, 2, "queues", "support", by="boss")
    written = await office.written("queues", "support")
    assert written is not None
    assert (written["wrap_up"], written["strategy"]) == ("30s", "longest idle")
    newest = (await office.versions())[0]
    assert (newest.number, newest.back_to) == (4, 2)


async def test_everything_goes_back_new_things_retired_and_old_ones_there_again(office: Office) -> None:
    before = await office.configuration.export(office.organization)
    await office.change("queues", "support", wrap_up="30s")
    await office.change("skills", "german")
    await office.change("people", "anna", agent={"queues": ["support"], "skills": {"german": 2, "english": 3}})
    await office.retire("queues", "sales")
    await office.back.whole(office.organization, 1, by="boss")
    assert await office.configuration.export(office.organization) == before


async def test_what_is_missing_now_is_named(office: Office) -> None:
    await office.change("queues", "sales", requires={"french": 1})
    await office.change("queues", "sales", requires={})
    await office.retire("skills", "french")
    with pytest.raises(Invalid, match=r"queue sales: requires\.french: no skill has the key 'french'"):
        await office.back.one(office.organization, 2, "queues", "sales", by="boss")
    with pytest.raises(NotFound, match="no version 9"):
        await office.back.whole(office.organization, 9, by="boss")
    with pytest.raises(NotFound, match="did not change this"):
        await office.back.one(office.organization, 2, "queues", "support", by="boss")


async def test_what_is_needed_now_does_not_go(office: Office) -> None:
    await office.change("clients", "other", name="Other", time_zone="Europe/Berlin", region="DE")
    await office.change("queues", "support", client="other")
    with pytest.raises(Conflict, match="other did not exist then, but queue support needs it now"):
        # Version 1 made no `other`: its change is undone alone.
        await office.back.one(office.organization, await gone(office), "clients", "other", by="boss")


async def gone(office: Office) -> int:
    """A version in which the client `other` was retired, made again since."""
    await office.change("queues", "support", client="brand")
    await office.retire("clients", "other")
    number = (await office.versions())[0].number
    await office.change("clients", "other", name="Other", time_zone="Europe/Berlin", region="DE")
    await office.change("queues", "support", client="other")
    return number


async def test_who_has_left_does_not_come_back_and_who_came_stays(office: Office) -> None:
    await office.change("people", "boris", name="Boris", roles=["agent"])
    await office.retire("people", "anna")
    await office.back.whole(office.organization, 1, by="boss")
    assert {one.key for one in await office.items.section(office.organization, "people")} == {"boss", "boris"}
    with pytest.raises(Conflict, match="does not come back"):
        await office.back.one(office.organization, 1, "people", "anna", by="boss")


async def test_secrets_are_in_no_version_and_stay_as_they_are(office: Office) -> None:
    await office.change("phones", "hall", password={"new": "hunter2"}, may_call=True)
    newest = (await office.versions())[0]
    assert "hunter2" not in repr(newest)
    secret = await office.written("phones", "hall")
    await office.back.one(office.organization, 1, "phones", "hall", by="boss")
    now = await office.written("phones", "hall")
    assert now is not None
    assert secret is not None
    assert now["password"] == secret["password"]
