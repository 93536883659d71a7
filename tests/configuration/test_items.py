"""One thing at a time, by the rules of a file: faults by field, older revisions refused, nobody left hanging."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from support.configured import configuration_on, sources
from switchboard.channels.voice.directory import load_directory
from switchboard.channels.voice.model import REALM
from switchboard.channels.voice.vault import Vault
from switchboard.configuration.items import Edit, Item, Items, Stale
from switchboard.configuration.sources import Sources
from switchboard.kit.errors import Conflict, Invalid, NotFound, Refused
from switchboard.protocols.sip.digest import ha1
from switchboard.storage.database import Database
from switchboard.storage.schema import metadata

SMALL = """
organization: {key: acme, name: Acme}
clients: [{key: brand, name: Brand, time_zone: Europe/Berlin, region: DE}]
skills: [{key: english}, {key: french}]
queues:
  - {key: support, client: brand, requires: {english: 1}}
  - {key: sales, client: brand, max_wait: 90s}
flows:
  - {key: welcome, client: brand, steps: [{say: {text: Hello}}, {enqueue: {queue: support}}, hangup]}
numbers: [{number: 100, client: brand, flow: welcome}]
people:
  - {key: boss, name: Boss, roles: [administrator], password: {env: SWITCHBOARD_DEMO_ADMIN_PASSWORD}}
  - {key: anna, name: Anna, roles: [agent], agent: {queues: [sales, support], skills: {english: 3, french: 1}}}
"""
WEB = Sources({}, None)


async def everything(database: Database) -> list[Any]:
    """Every row of every table."""
    async with database.reading() as connection:
        return [(await connection.execute(select(table))).all() for table in metadata.sorted_tables]


class Desk:
    """An administrator at work. folder: where typed secrets are kept."""

    def __init__(self, items: Items, organization: str, folder: Path) -> None:
        self.items = items
        self.folder = folder
        self.organization = organization

    async def all(self, section: str) -> dict[str, Item]:
        return {one.key: one for one in await self.items.section(self.organization, section)}

    async def put(
        self, section: str, key: str, item: Mapping[str, Any], revision: str | None = None, dry_run: bool = False
    ):
        edit = Edit("boss", revision, dry_run)
        return await self.items.put(self.organization, section, key, item, WEB, edit)

    async def retire(self, section: str, key: str, revision: str | None = None, dry_run: bool = False):
        if revision is None:
            found = (await self.all(section)).get(key)
            revision = found.revision if found else None
        return await self.items.retire(self.organization, section, key, Edit("boss", revision, dry_run))


@pytest.fixture
async def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    configuration = configuration_on(sqlite_database, tmp_path)
    applied = await configuration.apply(SMALL.encode(), sources(tmp_path))
    names = map(str, itertools.count())
    items = Items(configuration, Vault(tmp_path / "secrets"), lambda: next(names))
    return Desk(items, applied.organization or "", tmp_path / "secrets")


async def test_a_thing_is_read_as_a_file_says_it_changed_and_read_again(desk: Desk) -> None:
    support = (await desk.all("queues"))["support"]
    assert support.written["requires"] == {"english": 1}
    saved = await desk.put("queues", "support", {**support.written, "ring_time": "25s"}, support.revision)
    change = saved.applied.difference.changes[0]
    assert [(one.name, one.before, one.after) for one in change.fields] == [("ring_time", "20s", "25s")]
    again = (await desk.all("queues"))["support"]
    assert again == saved.item
    assert again.revision != support.revision
    assert (await desk.all("people"))["anna"].written["agent"]["queues"] == ["sales", "support"]


async def test_a_new_thing_needs_no_revision_and_a_dry_run_makes_none(desk: Desk) -> None:
    tried = await desk.put("queues", "billing", {"client": "brand"}, dry_run=True)
    assert tried.item is not None
    assert "billing" not in await desk.all("queues")
    made = await desk.put("queues", "billing", {"client": "brand"})
    assert made.item == tried.item
    assert made.applied.difference.changes[0].what == "created"


async def test_every_fault_is_named_by_its_field(desk: Desk) -> None:
    wrong = {
        "ring_time": "soon",
        "requires": {"englisch": 2, "french": 99},
        "dispositions": [{"key": "a"}, {"key": "B!"}],
        "color": "red",
    }
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "billing", wrong)
    faults = dict(refused.value.faults)
    assert set(faults) == {"client", "color", "ring_time", "requires.french", "dispositions.1.key"}
    assert faults["client"] == "the field 'client' is missing"
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "billing", {"client": "brnd", "requires": {"englisch": 2}, "strategy": "best"})
    faults = dict(refused.value.faults)
    assert set(faults) == {"client", "requires.englisch", "strategy"}
    assert "did you mean 'english'" in faults["requires.englisch"]


async def test_who_is_wanted_is_read_from_a_text_and_names_what_there_is(desk: Desk) -> None:
    queue = {"client": "brand", "who": "english and", "look_for": [{"who": "english", "for": "0s"}, {"for": "5s"}]}
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "billing", queue)
    faults = dict(refused.value.faults)
    assert faults["who"] == "expected a skill, 'not' or '(', at character 12"
    assert set(faults) == {"who", "look_for.0.for", "look_for.1.who"}
    named = {"client": "brand", "who": "englisch and team:a and agent:b"}
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "billing", named)
    told = refused.value.text
    assert all(nobody in told for nobody in ("'englisch'", "no team has the key 'a'", "no person has the key 'b'"))
    steps = [{"who": "ENGLISH>=4", "for": 30}, {"who": "(english)", "for": "1m"}]
    made = await desk.put("queues", "billing", {"client": "brand", "look_for": steps, "afterwards": "stay"})
    assert made.item.written["look_for"] == [{"who": "english >= 4", "for": "30s"}, {"who": "english", "for": "1m"}]
    assert made.item.written["afterwards"] == "stay"


async def test_how_a_queue_ranks_is_kept_and_checked(desk: Desk) -> None:
    ranking = {"scheme": "minutes", "rank": 2, "weight": 3, "short_first": True}
    made = await desk.put("queues", "billing", {"client": "brand", "strategy": "least cost", "ranking": ranking})
    assert made.item.written["ranking"] == ranking
    wrong = {"client": "brand", "ranking": {"scheme": "dice", "rank": 101, "weight": 0, "shortest": True}}
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "other", wrong)
    fields = ("scheme", "rank", "weight", "shortest")
    assert set(dict(refused.value.faults)) == {f"ranking.{field}" for field in fields}


async def test_a_queue_of_work_that_may_wait(desk: Desk) -> None:
    ranking = {"scheme": "due", "due_in": "4h", "offer_paused": True}
    item = {"client": "brand", "ranking": ranking, "longest_pause": "3d"}
    made = await desk.put("queues", "mail", item)
    assert (made.item.written["ranking"], made.item.written["longest_pause"]) == (ranking, "72h")
    assert (await desk.all("queues"))["mail"] == made.item
    usual = await desk.put("queues", "usual", item | {"longest_pause": "7d"})
    assert "longest_pause" not in usual.item.written
    for wrong in ("0s", "91d", "ever"):
        with pytest.raises(Invalid) as refused:
            await desk.put("queues", "other", item | {"longest_pause": wrong})
        assert refused.value.field == "longest_pause"


async def test_where_a_queue_overflows_is_kept_and_checked(desk: Desk) -> None:
    made = await desk.put("queues", "night", {"client": "brand"})
    night = made.item.revision
    rules = [{"queue": "night", "when": ["full", "nobody"]}]
    made = await desk.put("queues", "billing", {"client": "brand", "max_length": 0, "overflow": rules})
    assert (made.item.written["max_length"], made.item.written["overflow"]) == (0, rules)
    usual = await desk.put("queues", "usual", {"client": "brand", "overflow": {"queue": "billing"}})
    assert usual.item.written["overflow"] == [{"queue": "billing", "when": ["full", "max_wait"]}]
    with pytest.raises(Conflict) as used:
        await desk.retire("queues", "night")
    assert "in use by queue billing" in used.value.text
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "wrong", {"client": "brand", "max_length": -1, "overflow": [{"when": ["ever"]}]})
    assert set(dict(refused.value.faults)) == {"max_length", "overflow.0.queue", "overflow.0.when.0"}
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "night", {"client": "brand", "overflow": [{"queue": "usual"}]}, night)
    ((field, text),) = refused.value.faults
    assert field == "overflow.0.queue"
    assert text.startswith("leads in a circle: night -> usual -> billing -> night; ")
    with pytest.raises(Invalid) as refused:
        await desk.put("queues", "own", {"client": "brand", "overflow": {"queue": "own"}})
    assert "circle: own -> own" in refused.value.text


async def test_a_flow_names_the_step_that_is_wrong(desk: Desk) -> None:
    steps = [{"say": {"text": "Hi"}}, {"enqueue": {"queue": "nowhere"}}]
    with pytest.raises(Invalid) as refused:
        await desk.put("flows", "new", {"steps": steps})
    assert refused.value.field == "steps.1.enqueue.queue"


async def test_what_another_administrator_changed_is_not_undone(desk: Desk) -> None:
    seen = (await desk.all("skills"))["english"]
    first = await desk.put("skills", "english", {"name": "English"}, seen.revision)
    with pytest.raises(Stale) as refused:
        await desk.put("skills", "english", {"name": "Inglese"}, seen.revision)
    assert refused.value.present == first.item
    with pytest.raises(Stale, match="already"):
        await desk.put("skills", "english", {"name": "Inglese"})
    with pytest.raises(Stale, match="retired meanwhile"):
        await desk.put("skills", "gone", {"name": "Gone"}, "0123")
    with pytest.raises(Stale):
        await desk.retire("skills", "french", "0123")


async def test_a_key_stays_what_it_is(desk: Desk) -> None:
    with pytest.raises(Invalid, match="make a new skill instead") as refused:
        await desk.put("skills", "english", {"key": "inglese"}, (await desk.all("skills"))["english"].revision)
    assert refused.value.field == "key"


async def test_what_is_needed_cannot_be_retired(desk: Desk) -> None:
    with pytest.raises(Conflict, match="flow welcome"):
        await desk.retire("queues", "support")
    with pytest.raises(Conflict, match="queue support"):
        await desk.retire("skills", "english")
    with pytest.raises(Conflict, match="number 100"):
        await desk.retire("flows", "welcome")
    with pytest.raises(Conflict, match="in use by queue sales, queue support"):
        await desk.retire("clients", "brand")
    with pytest.raises(NotFound):
        await desk.retire("queues", "nowhere")
    with pytest.raises(NotFound):
        await desk.all("nothing")
    with pytest.raises(Refused, match="nobody would be left"):
        await desk.retire("people", "boss")


async def test_agents_lose_a_queue_or_skill_that_goes(desk: Desk) -> None:
    tried = await desk.retire("queues", "sales", dry_run=True)
    told = [(one.what, one.kind, one.key) for one in tried.applied.difference.changes]
    assert told == [("changed", "person", "anna"), ("retired", "queue", "sales")]
    assert "sales" in await desk.all("queues")
    await desk.retire("queues", "sales")
    await desk.retire("skills", "french")
    agent = (await desk.all("people"))["anna"].written["agent"]
    assert agent["queues"] == ["support"]
    assert agent["skills"] == {"english": 3}
    assert "sales" not in await desk.all("queues")
    back = await desk.put("queues", "sales", {"client": "brand"})
    assert back.applied.difference.changes[0].what == "created"


async def test_nothing_of_this_machine_can_be_named(desk: Desk) -> None:
    phone = {"password": {"env": "PATH"}}
    for section, item in (("phones", phone), ("sounds", {"file": "/etc/passwd"})):
        with pytest.raises(Invalid):
            await desk.put(section, "new", item)


async def test_who_uses_a_thing_is_told(desk: Desk) -> None:
    users = await desk.items.users(desk.organization, "queues", "support")
    assert users == [("people", "anna"), ("flows", "welcome")]
    assert await desk.items.users(desk.organization, "skills", "english") == [("queues", "support"), ("people", "anna")]


def carrier(password: Mapping[str, str]) -> dict[str, Any]:
    return {"register": {"registrar": "sip:carrier.example", "user_name": "4930", "password": password}}


async def test_a_typed_secret_is_kept_outside_the_database_and_never_shown(
    desk: Desk, sqlite_database: Database
) -> None:
    await desk.put("trunks", "carrier", carrier({"new": "hunter2"}), dry_run=True)
    assert not desk.folder.exists()
    made = await desk.put("trunks", "carrier", carrier({"new": "hunter2"}))
    assert made.item is not None
    kept = made.item.written["register"]["password"]
    assert set(kept) == {"kept"}
    assert Vault(desk.folder).read(kept["kept"]) == "hunter2"
    rows = await everything(sqlite_database)
    assert "hunter2" not in repr(rows)
    # Without typing it again it stays; typed again it is another, and the old one is forgotten.
    same = await desk.put("trunks", "carrier", {**made.item.written, "name": "Ours"}, made.item.revision)
    assert same.item is not None
    assert same.item.written["register"]["password"] == kept
    again = await desk.put("trunks", "carrier", carrier({"new": "hunter3"}), same.item.revision)
    assert again.item is not None
    assert [path.read_text() for path in desk.folder.iterdir()] == ["hunter3"]
    await desk.retire("trunks", "carrier")
    assert not list(desk.folder.iterdir())


async def test_a_refused_change_keeps_no_secret(desk: Desk) -> None:
    with pytest.raises(Invalid, match="brnd"):
        await desk.put("trunks", "carrier", {**carrier({"new": "hunter2"}), "client": "brnd"})
    assert not list(desk.folder.iterdir())


@pytest.mark.parametrize("password", [{"env": "PATH"}, {"file": "/etc/passwd"}, {"kept": "another-1"}, {"new": ""}])
async def test_a_registration_cannot_send_a_secret_of_this_machine_away(desk: Desk, password: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.put("trunks", "carrier", carrier(password))
    assert (refused.value.field or "").startswith("register")


async def test_a_phone_signs_in_with_what_was_typed(desk: Desk, sqlite_database: Database) -> None:
    await desk.put("phones", "desk", {"user_name": "desk", "password": {"new": "hunter2"}})
    async with sqlite_database.reading() as connection:
        phone = (await load_directory(connection, desk.organization)).phone_named("desk")
    assert phone is not None
    assert phone.digest is not None
    assert phone.digest.ha1 == ha1("desk", REALM, "hunter2")
    assert not desk.folder.exists()
    item = (await desk.all("phones"))["desk"]
    await desk.put("phones", "desk", {**item.written, "may_call": True}, item.revision)
    async with sqlite_database.reading() as connection:
        assert (await load_directory(connection, desk.organization)).phone_named("desk") != phone


async def test_the_pin_of_a_code_may_be_typed(desk: Desk) -> None:
    await desk.put("phones", "desk", {"password": {"new": "hunter2"}})
    code = {"dial": "*91", "phones": ["desk"], "lasts": "1h", "text": "Fire."}
    made = await desk.put("codes", "fire", {**code, "pin": {"new": "4711"}})
    assert made.item is not None
    assert Vault(desk.folder).read(made.item.written["pin"]["kept"]) == "4711"
    with pytest.raises(Invalid) as refused:
        await desk.put("codes", "fire", {**code, "pin": {"env": "PATH"}}, made.item.revision)
    assert refused.value.field == "pin"
    await desk.put("codes", "fire", {**made.item.written, "text": "Fire!"}, made.item.revision)
    assert [path.read_text() for path in desk.folder.iterdir()] == ["4711"]


BEN: Mapping[str, Any] = {"name": "Ben", "roles": ["agent"], "agent": {"queues": ["sales"]}}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"user_name": "Anna"}, "user_name"),
        ({"name": ""}, "name"),
        ({"roles": ["owner"]}, "roles.0"),
        ({"agent": {"skills": {"latin": 3}}}, "agent.skills.latin"),
        ({"agent": {"skills": {"english": 11}}}, "agent.skills.english"),
        ({"agent": {"skills": {"english": 0}}}, "agent.skills.english"),
        ({"agent": {"queues": ["nowhere"]}}, "agent.queues"),
        ({"agent": {"team": "night"}}, "agent.team"),
        ({"agent": {"reach": "phone"}}, "agent.reach"),
    ],
)
async def test_a_wrong_person_is_refused_by_field(desk: Desk, changed: Mapping[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        await desk.put("people", "ben", {**BEN, **changed})
    assert raised.value.field == field


async def test_nobody_gets_the_key_of_somebody_who_left(desk: Desk) -> None:
    await desk.retire("people", "anna")
    with pytest.raises(Invalid, match="of the past has this key") as raised:
        await desk.put("people", "anna", {"name": "Anna Other"})
    assert raised.value.field == "key"
    edit = Edit("boss", None, returning=True)
    saved = await desk.items.put(desk.organization, "people", "anna", {"name": "Anna"}, WEB, edit)
    assert saved.applied.applied


async def test_the_last_administrator_stays_one(desk: Desk) -> None:
    with pytest.raises(Refused, match="nobody would be left"):
        await desk.retire("people", "boss")
    boss = (await desk.all("people"))["boss"]
    with pytest.raises(Refused, match="nobody would be left"):
        await desk.put("people", "boss", {**boss.written, "roles": ["supervisor"]}, boss.revision)
