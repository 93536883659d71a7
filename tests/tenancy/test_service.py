"""Organizations, the first administrator, the last administrator, the audit's pages."""

import asyncio

import pytest

from support.tenancy import JumpingClock, person_item
from switchboard.kit.errors import Conflict, Invalid
from switchboard.storage.database import Database
from switchboard.tenancy.audit import Change
from switchboard.tenancy.model import Organization, Role
from switchboard.tenancy.service import Tenancy

SECRET = "correct horse"


async def test_an_organization_is_made_once_and_renamed(tenancy: Tenancy, acme: Organization) -> None:
    assert await tenancy.ensure_organization("acme", "Acme") == acme
    renamed = await tenancy.ensure_organization("acme", " Acme Ltd ", by="ada")
    assert renamed == Organization(acme.id, "acme", "Acme Ltd")
    assert await tenancy.organization("acme") == renamed
    assert await tenancy.organization("nobody") is None
    assert await tenancy.organizations() == [renamed]
    changes = [(entry.action, entry.by) for entry in (await tenancy.audit.entries(acme.id)).rows]
    assert sorted(changes) == [("changed", "ada"), ("created", "system")]


@pytest.mark.parametrize(("key", "name"), [("Acme!", "Acme"), ("acme", "")])
async def test_a_bad_organization_is_refused(tenancy: Tenancy, key: str, name: str) -> None:
    with pytest.raises(Invalid):
        await tenancy.ensure_organization(key, name)


async def test_the_first_administrator_is_made_once(tenancy: Tenancy, acme: Organization) -> None:
    assert not await tenancy.has_administrator()
    made = await tenancy.ensure_administrator(acme.id, "root", SECRET)
    assert made is not None
    assert made.roles == {Role.ADMINISTRATOR}
    assert await tenancy.has_administrator()
    assert await tenancy.ensure_administrator(acme.id, "another", SECRET) is None
    assert (await tenancy.sign_in(None, "root", SECRET, "127.0.0.1")).person == made


async def test_a_first_administrator_with_a_bad_password_is_refused(tenancy: Tenancy, acme: Organization) -> None:
    with pytest.raises(Invalid):
        await tenancy.ensure_administrator(acme.id, "root", "short")
    assert not await tenancy.has_administrator()


async def test_the_last_administrator_stays(tenancy: Tenancy, acme: Organization) -> None:
    root = await tenancy.ensure_administrator(acme.id, "root", SECRET)
    assert root is not None
    with pytest.raises(Conflict, match="administrator"):
        await tenancy.dismiss(acme.id, root.id, by=root.id)
    with pytest.raises(Conflict):
        await tenancy.put_person(acme.id, person_item("administrator", Role.AGENT), by=root.id)
    assert await tenancy.has_administrator()
    await tenancy.put_person(acme.id, person_item("eve", Role.ADMINISTRATOR), by=root.id)
    await tenancy.dismiss(acme.id, root.id, by=root.id)
    assert [one.key for one in await tenancy.people(acme.id)] == ["eve"]


async def test_two_administrators_cannot_dismiss_each_other_at_once(tenancy: Tenancy, acme: Organization) -> None:
    for key in ("ada", "eve"):
        await tenancy.put_person(acme.id, person_item(key, Role.ADMINISTRATOR), by="test")
    both = await tenancy.people(acme.id)
    answers = await asyncio.gather(
        *(tenancy.dismiss(acme.id, one.id, by="test") for one in both), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]
    assert len(await tenancy.people(acme.id)) == 1


async def test_the_audit_comes_in_pages_newest_first(
    tenancy: Tenancy, database: Database, clock: JumpingClock, acme: Organization
) -> None:
    for number in range(7):
        clock.jump(1)
        async with database.transaction() as connection:
            change = Change("changed", "queue", "q", {"name": [number, number + 1]})
            await tenancy.audit.record(connection, acme.id, "ada", [change])
    seen, cursor = [], None
    while True:
        page = await tenancy.audit.entries(acme.id, after=cursor, subject="q", limit=3)
        assert len(page.rows) <= 3
        seen += [entry.changes["name"][0] for entry in page.rows]
        cursor = page.after
        if cursor is None:
            break
    assert seen == [6, 5, 4, 3, 2, 1, 0]


async def test_a_change_that_is_rolled_back_leaves_no_audit(
    tenancy: Tenancy, database: Database, acme: Organization
) -> None:
    before = await tenancy.audit.entries(acme.id)

    async def breaks() -> None:
        async with database.transaction() as connection:
            await tenancy.staff.put(connection, acme.id, person_item("ada"))
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await breaks()
    assert await tenancy.audit.entries(acme.id) == before
