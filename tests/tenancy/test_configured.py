"""Clients and people by key: put, retire, audit, a thousand at a time."""

import asyncio
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from support.tenancy import JumpingClock, client_item, person_item, tenancy_on
from switchboard.kit.errors import Conflict, Invalid, NotFound, SignInNeeded
from switchboard.storage.database import Database
from switchboard.tenancy.model import SYSTEM, AuditEntry, ClientItem, Hashed, Organization, PersonItem, Role
from switchboard.tenancy.service import Tenancy

SECRET = "correct horse"


async def audit_of(tenancy: Tenancy, organization: Organization, kind: str) -> list[AuditEntry]:
    """Oldest first."""
    page = await tenancy.audit.entries(organization.id)
    return [entry for entry in reversed(page.rows) if entry.kind == kind]


async def put(tenancy: Tenancy, database: Database, organization: Organization, *items: PersonItem) -> None:
    async with database.transaction() as connection:
        await tenancy.staff.put_many(connection, organization.id, items)


# -- clients


async def test_a_client_comes_changes_goes_and_comes_back(
    tenancy: Tenancy, clock: JumpingClock, acme: Organization
) -> None:
    await tenancy.put_client(acme.id, client_item("brand"), by="ada")
    [made] = await tenancy.clients(acme.id)
    assert (made.key, made.time_zone, made.region) == ("brand", "Europe/Berlin", "DE")
    renamed = ClientItem("brand", "Another", "Europe/Vienna", "AT")
    for step in (
        tenancy.put_client(acme.id, client_item("brand"), by="ada"),
        tenancy.put_client(acme.id, renamed, by="bob"),
        tenancy.retire_client(acme.id, "brand", by="bob"),
        tenancy.retire_client(acme.id, "brand", by="bob"),
    ):
        clock.jump(1)
        await step
    assert await tenancy.clients(acme.id) == []
    clock.jump(1)
    await tenancy.put_client(acme.id, renamed, by="bob")
    [back] = await tenancy.clients(acme.id)
    assert (back.id, back.name) == (made.id, "Another")
    entries = await audit_of(tenancy, acme, "client")
    assert [(entry.action, entry.by) for entry in entries] == [
        ("created", "ada"),
        ("changed", "bob"),
        ("retired", "bob"),
        ("brought back", "bob"),
    ]
    assert entries[1].changes == {
        "name": ["Brand", "Another"],
        "region": ["DE", "AT"],
        "time_zone": ["Europe/Berlin", "Europe/Vienna"],
    }


async def test_an_unknown_client_cannot_be_retired(tenancy: Tenancy, acme: Organization) -> None:
    with pytest.raises(NotFound):
        await tenancy.retire_client(acme.id, "nothing", by="test")


# -- people


async def test_what_was_put_is_configured(tenancy: Tenancy, database: Database, acme: Organization) -> None:
    ada, bob = person_item("ada", Role.ADMINISTRATOR, Role.AGENT), person_item("bob")
    await put(tenancy, database, acme, ada, bob)
    async with database.reading() as connection:
        assert await tenancy.staff.configured(connection, acme.id) == {"ada": ada, "bob": bob}
        ids = await tenancy.staff.ids(connection, acme.id)
    assert {key: person.key for key, person in (await tenancy.named(acme.id, list(ids.values()))).items()} == {
        id_: key for key, id_ in ids.items()
    }


async def test_putting_the_same_again_changes_and_audits_nothing(
    tenancy: Tenancy, database: Database, acme: Organization
) -> None:
    await put(tenancy, database, acme, person_item("ada"))
    before = await tenancy.audit.entries(acme.id)
    await put(tenancy, database, acme, person_item("ada"))
    assert await tenancy.audit.entries(acme.id) == before


async def test_the_audit_holds_no_secret(tenancy: Tenancy, database: Database, acme: Organization) -> None:
    item = person_item("ada")
    hashed = Hashed("$argon2id$secret", "fingerprint-secret")
    with_password = PersonItem("ada", "ada", "Ada", item.roles, password=hashed)
    await put(tenancy, database, acme, with_password)
    [entry] = await audit_of(tenancy, acme, "person")
    assert entry.changes["password"] == "changed"
    assert "secret" not in repr(entry)
    assert "secret" not in repr(with_password)
    assert entry.by == SYSTEM


async def test_nobody_gets_in_without_a_password_and_the_item_without_one_keeps_it(
    tenancy: Tenancy, database: Database, acme: Organization
) -> None:
    await put(tenancy, database, acme, person_item("ada"))
    with pytest.raises(SignInNeeded):
        await tenancy.sign_in("acme", "ada", "", "192.0.2.7")
    hashed = await tenancy.passwords.hash(SECRET)
    await put(tenancy, database, acme, PersonItem("ada", "ada", "Ada", frozenset(), password=hashed))
    await put(tenancy, database, acme, person_item("ada", name="Ada L."))
    assert (await tenancy.sign_in("acme", "ada", SECRET, "192.0.2.7")).person.name == "Ada L."


async def test_fingerprints_let_configuration_skip_hashing(
    tenancy: Tenancy, database: Database, acme: Organization
) -> None:
    wanted = {"ada": SECRET}
    [hashed] = (await tenancy.passwords.for_configuration(acme.id, wanted, {})).values()
    await put(tenancy, database, acme, PersonItem("ada", "ada", "Ada", frozenset(), password=hashed))
    async with database.reading() as connection:
        stored = await tenancy.staff.fingerprints(connection, acme.id)
    assert await tenancy.passwords.for_configuration(acme.id, wanted, stored) == {}


async def test_two_people_may_swap_their_user_names(tenancy: Tenancy, database: Database, acme: Organization) -> None:
    await put(tenancy, database, acme, person_item("a", user_name="ada"), person_item("b", user_name="bob"))
    await put(tenancy, database, acme, person_item("a", user_name="bob"), person_item("b", user_name="ada"))
    assert {one.key: one.user_name for one in await tenancy.people(acme.id)} == {"a": "bob", "b": "ada"}


async def test_one_user_name_for_two_people_is_refused(
    tenancy: Tenancy, database: Database, acme: Organization
) -> None:
    await put(tenancy, database, acme, person_item("a", user_name="ada"))
    with pytest.raises(Conflict):
        await put(tenancy, database, acme, person_item("b", user_name="ADA"))
    with pytest.raises(Conflict):
        await put(tenancy, database, acme, person_item("c", user_name="c"), person_item("d", user_name="c"))
    assert len(await tenancy.people(acme.id)) == 1


async def test_one_key_twice_is_refused(tenancy: Tenancy, database: Database, acme: Organization) -> None:
    with pytest.raises(Invalid, match="ada is given twice"):
        await put(tenancy, database, acme, person_item("ada"), person_item("ada", user_name="other"))


async def test_two_at_once_under_one_name_get_one_conflict(
    tenancy: Tenancy, database: Database, acme: Organization
) -> None:
    answers = await asyncio.gather(
        *(put(tenancy, database, acme, person_item(key, user_name="ada")) for key in "abcd"),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * 3 + ["NoneType"]


async def test_a_dismissed_person_keeps_the_history_and_frees_the_name(
    tenancy: Tenancy, database: Database, clock: JumpingClock, acme: Organization
) -> None:
    await put(tenancy, database, acme, person_item("ada"))
    [ada] = await tenancy.people(acme.id)
    clock.jump(1)
    await tenancy.dismiss(acme.id, ada.id, by="test")
    assert (await tenancy.named(acme.id, [ada.id]))[ada.id].name == "Ada"
    await put(tenancy, database, acme, person_item("new", user_name="ada"))
    with pytest.raises(Conflict):
        await put(tenancy, database, acme, person_item("ada"))
    clock.jump(1)
    await put(tenancy, database, acme, person_item("ada", user_name="ada2"))
    back = next(one for one in await tenancy.people(acme.id) if one.key == "ada")
    assert back.id == ada.id
    entries = await audit_of(tenancy, acme, "person")
    assert [entry.action for entry in entries if entry.subject == ada.id] == [
        "created",
        "retired",
        "brought back",
    ]


async def test_whoever_comes_back_needs_a_new_password(
    tenancy: Tenancy, database: Database, acme: Organization
) -> None:
    await put(tenancy, database, acme, person_item("ada"))
    [ada] = await tenancy.people(acme.id)
    await tenancy.accounts.set_password(acme.id, ada.id, SECRET, by="test")
    await tenancy.dismiss(acme.id, ada.id, by="test")
    with pytest.raises(NotFound):
        await tenancy.accounts.set_password(acme.id, ada.id, SECRET, by="test")
    await put(tenancy, database, acme, person_item("ada"))
    with pytest.raises(SignInNeeded):
        await tenancy.sign_in("acme", "ada", SECRET, "192.0.2.7")


async def test_retiring_by_key(tenancy: Tenancy, database: Database, acme: Organization) -> None:
    await put(tenancy, database, acme, person_item("ada"))
    for _ in range(2):
        async with database.transaction() as connection:
            await tenancy.staff.retire(connection, acme.id, "ada")
    assert await tenancy.people(acme.id) == []
    with pytest.raises(NotFound):
        async with database.transaction() as connection:
            await tenancy.staff.retire(connection, acme.id, "nobody")


async def test_organizations_do_not_see_each_other(tenancy: Tenancy, database: Database, acme: Organization) -> None:
    other = await tenancy.ensure_organization("other", "Other")
    for one in (acme, other):
        await put(tenancy, database, one, person_item("ada", name=one.name))
        await tenancy.put_client(one.id, client_item(), by="test")
    [ada] = await tenancy.people(acme.id)
    await tenancy.dismiss(acme.id, ada.id, by="test")
    await tenancy.retire_client(acme.id, "brand", by="test")
    assert [one.name for one in await tenancy.people(other.id)] == ["Other"]
    assert len(await tenancy.clients(other.id)) == 1
    assert await tenancy.named(other.id, [ada.id]) == {}
    assert {entry.by for entry in (await tenancy.audit.entries(other.id)).rows} == {SYSTEM, "test"}


async def test_a_thousand_people_cost_a_few_statements(sqlite_database: Database, clock: JumpingClock) -> None:
    tenancy = tenancy_on(sqlite_database, clock)
    acme = await tenancy.ensure_organization("acme", "Acme")
    items = [person_item(f"agent{number}") for number in range(1_000)]
    statements: list[str] = []
    async with sqlite_database.transaction() as connection:
        event.listen(
            connection.sync_connection,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_: statements.append(statement),
        )
        await tenancy.staff.put_many(connection, acme.id, items)
    tenancy.close()
    assert len(statements) <= 4 + 4 * 4
    assert len(await tenancy.people(acme.id)) == 1_000


HOURS = itertools.count()
"""Each example has its own, or its ids would be those of the example before."""
KEYS = st.sampled_from(["a", "b", "c"])
PEOPLE = st.lists(
    st.builds(
        lambda key, name, roles: PersonItem(key, name, name, roles),
        KEYS,
        st.sampled_from(["ada", "ADA", "bob", "eve"]),
        st.frozensets(st.sampled_from(Role)),
    ),
    max_size=3,
    unique_by=lambda item: item.key,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PEOPLE, max_size=4))
async def test_whatever_was_put_last_is_what_is_configured(
    sqlite_database: Database, files: list[list[PersonItem]]
) -> None:
    clock = JumpingClock()
    clock.jump(next(HOURS) * 3_600)
    tenancy = tenancy_on(sqlite_database, clock)
    organization = await tenancy.ensure_organization(f"o{clock.now()}", "Any")
    expected: dict[str, PersonItem] = {}
    for items in files:
        try:
            await put(tenancy, sqlite_database, organization, *items)
        except Conflict:
            continue
        expected |= {item.key: item for item in items}
    async with sqlite_database.reading() as connection:
        assert await tenancy.staff.configured(connection, organization.id) == expected
    names = [item.user_name.casefold() for item in expected.values()]
    assert len(names) == len(set(names))
    tenancy.close()
