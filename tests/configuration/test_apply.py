"""Applying a file: all or nothing, again without effect, and back out as a file."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from support.configured import DEMO, SECRETS, configuration_on, rooms_on, sources, tone, wav
from support.tenancy import JumpingClock
from switchboard.channels.voice.directory import load_directory
from switchboard.channels.voice.model import REALM
from switchboard.configuration.model import Change
from switchboard.configuration.service import Configuration, described
from switchboard.configuration.sources import Sources
from switchboard.kit.errors import Invalid, Refused
from switchboard.protocols.sip.digest import ha1
from switchboard.storage.database import Database
from switchboard.storage.schema import metadata

SMALL = """
organization: {key: acme, name: Acme}
clients: [{key: brand, name: Brand, time_zone: Europe/Berlin, region: DE}]
skills: [{key: english}]
queues: [{key: support, client: brand, requires: {english: 1}}, {key: sales, client: brand, max_wait: 90s}]
flows:
  - {key: welcome, client: brand, steps: [{say: {text: Hello}}, {enqueue: {queue: support}}, hangup]}
numbers: [{number: 100, client: brand, flow: welcome}]
people:
  - {key: boss, name: Boss, roles: [administrator], password: {env: SWITCHBOARD_DEMO_ADMIN_PASSWORD}}
  - {key: anna, name: Anna, roles: [agent], agent: {queues: [sales, support], skills: {english: 3}}}
"""


async def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, as text."""
    async with database.reading() as connection:
        return {
            table.name: sorted(map(repr, (await connection.execute(select(table))).all()))
            for table in metadata.sorted_tables
        }


def what(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(change.what, change.kind, change.key) for change in changes]


async def test_the_demo_applies_and_a_second_time_changes_nothing(database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(database, tmp_path)
    first = await configuration.apply(DEMO.read_bytes(), sources(tmp_path))
    assert ("created", "queue", "support") in what(first.difference.changes)
    before = await everything(database)
    second = await configuration.apply(DEMO.read_bytes(), sources(tmp_path), prune=True)
    assert second.difference.changes == ()
    assert second.organization == first.organization
    assert await everything(database) == before


async def test_an_export_applies_without_effect(database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(database, tmp_path)
    (tmp_path / "hello.wav").write_bytes(wav(tone(0.3, 16_000), 16_000))
    file = DEMO.read_text() + "\nsounds: [{key: jingle, name: Jingle, file: hello.wav}]\n"
    file = file.replace("trunks: []", TRUNKS)
    applied = await configuration.apply(file.encode(), sources(tmp_path))
    assert applied.organization is not None
    exported = await configuration.export(applied.organization)
    before = await everything(database)
    again = await configuration.apply(exported.encode(), sources(tmp_path), prune=True)
    assert described(again.difference) == ""
    assert await everything(database) == before
    assert await configuration.export(applied.organization) == exported


TRUNKS = """trunks:
  - key: carrier
    client: lights
    addresses: [192.0.2.7, 198.51.100.0/24]
    register:
      {registrar: "sip:carrier.example", user_name: "4930", password: {env: SWITCHBOARD_DEMO_BORIS_PASSWORD}}
    digest: {user_name: carrier, password: {env: SWITCHBOARD_DEMO_ANNA_PASSWORD}}"""


async def test_yaml_is_read_and_written_in_a_process_of_its_own(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = Configuration(sqlite_database, rooms_on(sqlite_database, tmp_path), JumpingClock())
    applied = await configuration.apply(SMALL.encode(), sources(tmp_path))
    here = configuration_on(sqlite_database, tmp_path)
    assert await configuration.export(applied.organization or "") == await here.export(applied.organization or "")
    with pytest.raises(Invalid, match="line 2: the file is not YAML"):
        await configuration.apply(b"a: 1\nb: [", sources(tmp_path))
    with pytest.raises(Invalid, match=r"line 4: skills\[1\]: the field 'key' is missing"):
        await configuration.apply(b"organization: {key: a}\nskills:\n  - key: b\n  - {}", sources(tmp_path))


async def test_a_dry_run_changes_nothing(database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(database, tmp_path)
    (tmp_path / "hello.wav").write_bytes(wav(tone(0.3, 16_000), 16_000))
    file = SMALL + "sounds: [{key: jingle, file: hello.wav}]\n"
    before = await everything(database)
    planned = await configuration.apply(file.encode(), sources(tmp_path), dry_run=True)
    assert not planned.applied
    assert planned.organization is None
    assert await everything(database) == before
    assert not (tmp_path / "sounds").exists()
    applied = await configuration.apply(file.encode(), sources(tmp_path))
    assert applied.difference == planned.difference
    assert applied.applied


async def test_a_change_is_told_field_by_field(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    await configuration.apply(SMALL.encode(), sources(tmp_path))
    changed = (
        SMALL.replace("max_wait: 90s", "wrap_up: 30s").replace("Hello", "Good day").replace("english: 3", "english: 4")
    )
    applied = await configuration.apply(changed.encode(), sources(tmp_path))
    assert described(applied.difference).splitlines() == [
        "~ queue sales: max_wait 1m30s -> nothing, wrap_up 0s -> 30s",
        "~ person anna: agent.skills {'english': 3} -> {'english': 4}",
        "~ flow welcome: steps",
    ]


async def test_an_agent_belongs_to_a_team(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    teams = "teams: [{key: morning}, {key: evening, name: Evening, client: brand}]\n"
    file = SMALL.replace("skills: {english: 3}", "skills: {english: 3}, team: morning") + teams
    applied = await configuration.apply(file.encode(), sources(tmp_path))
    exported = await configuration.export(applied.organization or "")
    assert "team: morning" in exported
    moved = await configuration.apply(file.replace("team: morning", "team: evening").encode(), sources(tmp_path))
    assert described(moved.difference) == "~ person anna: agent.team morning -> evening"
    with pytest.raises(Invalid, match=r"people\.anna\.agent\.team: no team has the key 'night'"):
        await configuration.apply(file.replace("team: morning", "team: night").encode(), sources(tmp_path))


async def test_missing_things_are_retired_only_when_asked(database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(database, tmp_path)
    await configuration.apply(SMALL.encode(), sources(tmp_path))
    without = SMALL.replace(", {key: sales, client: brand, max_wait: 90s}", "").replace("sales, support", "support")
    kept = await configuration.apply(without.encode(), sources(tmp_path))
    assert what(kept.difference.changes) == [("changed", "person", "anna")]
    assert kept.difference.unmentioned == (("queue", "sales"),)
    pruned = await configuration.apply(without.encode(), sources(tmp_path), prune=True)
    assert what(pruned.difference.changes) == [("retired", "queue", "sales")]
    back = await configuration.apply(SMALL.encode(), sources(tmp_path))
    assert what(back.difference.changes) == [("created", "queue", "sales"), ("changed", "person", "anna")]


async def test_a_section_that_is_absent_says_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    await configuration.apply(SMALL.encode(), sources(tmp_path))
    only = b"organization: {key: acme, name: Acme}\nnumbers: []\n"
    pruned = await configuration.apply(only, sources(tmp_path), prune=True)
    assert what(pruned.difference.changes) == [("retired", "number", "100")]


async def test_people_leave_with_their_work_as_agents(sqlite_database: Database, tmp_path: Path) -> None:
    rooms = rooms_on(sqlite_database, tmp_path)
    configuration = configuration_on(sqlite_database, tmp_path, rooms)
    applied = await configuration.apply(SMALL.encode(), sources(tmp_path))
    promoted = SMALL.replace(
        "roles: [agent], agent: {queues: [sales, support], skills: {english: 3}}", "roles: [supervisor]"
    )
    await configuration.apply(promoted.encode(), sources(tmp_path))
    async with sqlite_database.reading() as connection:
        assert await rooms.agents.profiles.configured(connection, applied.organization or "") == {}
    await configuration.apply(SMALL.encode(), sources(tmp_path))
    gone = "\n".join(line for line in SMALL.splitlines() if "anna" not in line)
    pruned = await configuration.apply(gone.encode(), sources(tmp_path), prune=True)
    assert what(pruned.difference.changes) == [("retired", "person", "anna")]
    async with sqlite_database.reading() as connection:
        assert await rooms.agents.profiles.configured(connection, applied.organization or "") == {}


async def test_nobody_can_lock_everybody_out(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    await configuration.apply(SMALL.encode(), sources(tmp_path))
    gone = "\n".join(line for line in SMALL.splitlines() if "boss" not in line)
    with pytest.raises(Refused, match="nobody would be left"):
        await configuration.apply(gone.encode(), sources(tmp_path), prune=True)
    await configuration.apply(gone.encode(), sources(tmp_path))


async def test_passwords_and_digests_work_and_follow_the_secret(database: Database, tmp_path: Path) -> None:
    rooms = rooms_on(database, tmp_path)
    configuration = configuration_on(database, tmp_path, rooms)
    applied = await configuration.apply(DEMO.read_bytes(), sources(tmp_path))
    signed_in = await rooms.tenancy.sign_in(None, "anna", "secret-of-anna", "127.0.0.1")
    assert signed_in.person.key == "anna"
    async with database.reading() as connection:
        directory = await load_directory(connection, applied.organization or "")
    phone = directory.phone_named("PHONE")
    assert phone is not None
    assert phone.may_call
    assert phone.digest is not None
    assert phone.digest.ha1 == ha1("phone", REALM, "secret-of-phone")
    later = {
        **SECRETS,
        "SWITCHBOARD_DEMO_ANNA_PASSWORD": "another-secret",
        "SWITCHBOARD_DEMO_PHONE_PASSWORD": "another-secret",
    }
    changed = await configuration.apply(DEMO.read_bytes(), sources(tmp_path, later))
    assert described(changed.difference).splitlines() == [
        "~ phone phone: password stored -> changed",
        "~ person anna: password stored -> changed",
    ]
    assert (await rooms.tenancy.sign_in(None, "anna", "another-secret", "127.0.0.1")).person.key == "anna"


async def test_no_secret_reaches_the_database_in_the_clear_or_the_audit(
    sqlite_database: Database, tmp_path: Path
) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    await configuration.apply(DEMO.read_text().replace("trunks: []", TRUNKS).encode(), sources(tmp_path))
    rows = await everything(sqlite_database)
    assert "secret-of" not in repr(rows)
    hashed = ha1("phone", REALM, "secret-of-phone")
    assert hashed in repr(rows["phone"])
    assert hashed not in repr(rows["audit"])


async def test_a_file_over_the_web_keeps_secrets_it_cannot_read(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    applied = await configuration.apply(DEMO.read_bytes(), sources(tmp_path))
    assert applied.organization is not None
    web = Sources({}, None)
    exported = await configuration.export(applied.organization)
    before = await everything(sqlite_database)
    again = await configuration.apply(
        exported.replace("name: Support", "name: Help").encode(), web, organization=applied.organization
    )
    assert what(again.difference.changes) == [("changed", "queue", "support")]
    assert (await everything(sqlite_database))["phone"] == before["phone"]
    with pytest.raises(Invalid, match=r"line 3: sounds.x.file: a file on the server"):
        await configuration.apply(
            b"organization: {key: harbour, name: Harbour Lights}\nsounds:\n  - {key: x, file: /etc/passwd}",
            web,
        )


async def test_a_file_for_another_organization_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    mine = await configuration.apply(SMALL.encode(), sources(tmp_path))
    for key in ("acme2", "harbour"):
        with pytest.raises(Invalid, match="is not the organization you work for"):
            await configuration.apply(
                SMALL.replace("key: acme", f"key: {key}").encode(),
                sources(tmp_path),
                organization=mine.organization,
            )


async def test_all_or_nothing(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = rooms_on(database, tmp_path)
    configuration = configuration_on(database, tmp_path, rooms)
    before = await everything(database)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the last section fails")

    monkeypatch.setattr(rooms.numbers, "put_many", broken)
    with pytest.raises(RuntimeError):
        await configuration.apply(SMALL.encode(), sources(tmp_path))
    assert await everything(database) == before


async def test_whoever_listens_is_told_after_a_change_only(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    told: list[str] = []

    async def listen(organization: str) -> None:
        told.append(organization)

    configuration.subscribe(listen)
    applied = await configuration.apply(SMALL.encode(), sources(tmp_path))
    await configuration.apply(SMALL.encode(), sources(tmp_path))
    assert told == [applied.organization]


async def test_what_is_published_can_be_played(sqlite_database: Database, tmp_path: Path) -> None:
    rooms = rooms_on(sqlite_database, tmp_path)
    applied = await configuration_on(sqlite_database, tmp_path, rooms).apply(DEMO.read_bytes(), sources(tmp_path))
    catalogue = await rooms.flows.catalogue(applied.organization or "")
    assert set(catalogue.flows) == {"welcome", "sales", "willkommen"}
    files = list(catalogue.flow("welcome").files.values())
    assert len(files) == 11
    assert all(size(file) for file in files)
    assert size(catalogue.music("music") or "") > 90 * 8_000
    assert catalogue.music(None) is None


def size(path: str) -> int:
    return Path(path).stat().st_size


async def test_a_user_name_that_somebody_has_is_a_fault_of_the_file(sqlite_database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    await configuration.apply(SMALL.encode(), sources(tmp_path))
    head = "organization: {key: acme}\n"
    people = "people: [{key: ben, name: Ben, user_name: ANNA}]\n"
    with pytest.raises(Invalid, match="'anna' has this user name already") as raised:
        await configuration.apply((head + people).encode(), sources(tmp_path))
    assert raised.value.field == "people.ben.user_name"
    swapped = (
        "people: [{key: anna, name: Anna, user_name: boss},"
        " {key: boss, name: Boss, user_name: anna, roles: [administrator]}]\n"
    )
    assert (await configuration.apply((head + swapped).encode(), sources(tmp_path))).applied


async def test_a_password_that_may_not_be_chosen_is_a_fault_of_the_file(
    sqlite_database: Database, tmp_path: Path
) -> None:
    configuration = configuration_on(sqlite_database, tmp_path)
    file = "organization: {key: acme}\npeople: [{key: anna-banana, name: Anna, password: {env: P}}]\n"
    for wrong in ("anna-banana", "1234567890", "short"):
        with pytest.raises(Invalid, match=r"people\.anna-banana\.password"):
            await configuration.apply(file.encode(), sources(tmp_path, {"P": wrong}))
