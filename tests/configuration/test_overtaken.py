"""Two administrations save at one moment, on two nodes: one is first, the other decides again from what it left."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from support.configured import configuration_on, rooms_on, sources
from switchboard.channels.voice.vault import Vault
from switchboard.configuration.items import Edit, Items, Stale
from switchboard.configuration.service import TRIES, Configuration
from switchboard.configuration.sources import Sources
from switchboard.configuration.versions import Version
from switchboard.kit.errors import Conflict
from switchboard.storage.database import Database

SMALL = """
organization: {key: acme, name: Acme}
clients: [{key: brand, name: Brand, time_zone: Europe/Berlin, region: DE}]
skills: [{key: english}]
queues: [{key: support, client: brand}]
people:
  - {key: boss, name: Boss, roles: [administrator], password: {env: SWITCHBOARD_DEMO_ADMIN_PASSWORD}}
"""
ONE_MORE = """
organization: {{key: acme, name: Acme}}
skills: [{{key: {key}}}]
"""


class Nodes:
    """Several of them on one database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._rooms = rooms_on(database, folder)

    def one(self) -> Configuration:
        return configuration_on(self._database, self._folder, self._rooms)

    async def add_skill(self, on: Configuration, key: str) -> None:
        await on.apply(ONE_MORE.format(key=key).encode(), sources(self._folder))

    async def versions(self, organization: str) -> list[Version]:
        return list((await self.one().versions.page(organization)).rows)[::-1]


@pytest.fixture
def nodes(database: Database, tmp_path: Path) -> Nodes:
    return Nodes(database, tmp_path)


def interrupted(configuration: Configuration, meanwhile: Any, times: int) -> None:
    """Let `meanwhile(n)` happen after each of so many looks at what is in force."""
    look, left = configuration._read, list(range(times))

    async def read(organization: Any) -> Any:
        raw = await look(organization)
        if left:
            await meanwhile(left.pop(0))
        return raw

    configuration._read = read  # type: ignore[method-assign]  # the moment between looking and saving


async def test_who_is_overtaken_decides_again_and_both_changes_are_there(nodes: Nodes, tmp_path: Path) -> None:
    first, second = nodes.one(), nodes.one()
    applied = await first.apply(SMALL.encode(), sources(tmp_path))
    interrupted(second, lambda _: nodes.add_skill(first, "german"), 1)
    await nodes.add_skill(second, "french")
    found = await nodes.versions(applied.organization or "")
    assert [one.number for one in found] == [1, 2, 3]
    assert [[kept.key for kept in one.changes] for one in found[1:]] == [["german"], ["french"]]


async def test_who_is_overtaken_at_the_same_thing_is_told(nodes: Nodes, tmp_path: Path) -> None:
    first, second = nodes.one(), nodes.one()
    organization = (await first.apply(SMALL.encode(), sources(tmp_path))).organization or ""
    pages = [Items(one, Vault(tmp_path / "secrets"), lambda: "n") for one in (first, second)]
    (before,) = await pages[0].section(organization, "queues")

    async def save(page: Items, wrap_up: str) -> None:
        written = {**before.written, "wrap_up": wrap_up}
        await page.put(organization, "queues", "support", written, Sources({}, None), Edit("boss", before.revision))

    # Its pages look once before they save, to find the organization.
    interrupted(second, lambda number: save(pages[0], "20s") if number else asyncio.sleep(0), 2)
    with pytest.raises(Stale) as told:
        await save(pages[1], "30s")
    assert told.value.present is not None
    assert told.value.present.written["wrap_up"] == "20s"
    assert [one.number for one in await nodes.versions(organization)] == [1, 2]


async def test_who_is_overtaken_again_and_again_is_told_to_try_again(nodes: Nodes, tmp_path: Path) -> None:
    first, second = nodes.one(), nodes.one()
    applied = await first.apply(SMALL.encode(), sources(tmp_path))
    interrupted(second, lambda number: nodes.add_skill(first, f"s{number}"), TRIES)
    with pytest.raises(Conflict, match="try again"):
        await nodes.add_skill(second, "french")
    found = await nodes.versions(applied.organization or "")
    assert [one.number for one in found] == list(range(1, TRIES + 2))


async def test_several_at_once_make_as_many_versions(nodes: Nodes, tmp_path: Path) -> None:
    applied = await nodes.one().apply(SMALL.encode(), sources(tmp_path))
    await asyncio.gather(*(nodes.add_skill(nodes.one(), f"s{number}") for number in range(4)))
    found = await nodes.versions(applied.organization or "")
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert {kept.key for one in found[1:] for kept in one.changes} == {"s0", "s1", "s2", "s3"}


async def test_two_files_that_make_one_organization_make_it_once(nodes: Nodes, tmp_path: Path) -> None:
    made = await asyncio.gather(*(nodes.one().apply(SMALL.encode(), sources(tmp_path)) for _ in range(2)))
    assert len({one.organization for one in made}) == 1
    assert [one.number for one in await nodes.versions(made[0].organization or "")] == [1]
