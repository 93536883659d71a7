"""Passwords and sessions as their owner and administrators manage them."""

from dataclasses import replace

import pytest

from support.tenancy import JumpingClock, person_item
from switchboard.kit.errors import Invalid, NotFound, SignInNeeded, TooMany
from switchboard.storage.database import Database
from switchboard.tenancy.events import SessionsEnded
from switchboard.tenancy.model import Organization, Person, SignedIn
from switchboard.tenancy.service import Tenancy

SECRET = "correct horse battery"
ANOTHER = "a staple, of course"


@pytest.fixture
async def ada(tenancy: Tenancy, acme: Organization) -> Person:
    await tenancy.put_person(acme.id, person_item("ada"), by="test")
    [person] = await tenancy.people(acme.id)
    await tenancy.accounts.set_password(acme.id, person.id, SECRET, by="boss")
    return person


async def come_in(tenancy: Tenancy, password: str = SECRET, device: str = "Firefox") -> SignedIn:
    return await tenancy.sign_in("acme", "ada", password, "192.0.2.7", device)


async def session_id(tenancy: Tenancy, signed_in: SignedIn) -> str:
    held = await tenancy.session(signed_in.token)
    assert held is not None
    return held.id


async def test_a_password_set_by_somebody_else_is_temporary(tenancy: Tenancy, ada: Person) -> None:
    first = await come_in(tenancy)
    assert first.person.password_temporary
    await tenancy.accounts.change_password(first.person, await session_id(tenancy, first), SECRET, ANOTHER)
    held = await tenancy.session(first.token)
    assert held is not None
    assert not held.person.password_temporary
    assert not (await come_in(tenancy, ANOTHER)).person.password_temporary
    made = await tenancy.accounts.set_password(ada.organization, ada.id, None, by="boss")
    assert len(made) >= 16
    assert await tenancy.session(first.token) is None
    assert (await come_in(tenancy, made)).person.password_temporary


async def test_choosing_a_password_ends_the_other_sessions_only(tenancy: Tenancy, ada: Person) -> None:
    here, there = await come_in(tenancy), await come_in(tenancy)
    ended: list[SessionsEnded] = []
    other = await session_id(tenancy, there)
    tenancy.on_sessions_ended(ended.append)
    await tenancy.accounts.change_password(here.person, await session_id(tenancy, here), SECRET, ANOTHER)
    assert await tenancy.session(here.token) is not None
    assert await tenancy.session(there.token) is None
    assert ended == [SessionsEnded(ada.organization, ada.id, other)]


async def test_the_present_password_is_asked_for_and_guessing_is_slowed(
    tenancy: Tenancy, ada: Person, clock: JumpingClock
) -> None:
    here = await come_in(tenancy)
    id_ = await session_id(tenancy, here)
    for wrong in range(5):
        with pytest.raises(Invalid) as raised:
            await tenancy.accounts.change_password(here.person, id_, f"wrong number {wrong}", ANOTHER)
        assert raised.value.field == "current"
    with pytest.raises(TooMany):
        await tenancy.accounts.change_password(here.person, id_, SECRET, ANOTHER)
    clock.jump(400)
    await tenancy.accounts.change_password(here.person, id_, SECRET, ANOTHER)


@pytest.mark.parametrize("new", ["short", "ada", SECRET, "1234567890"])
async def test_a_new_password_that_may_not_be_chosen(tenancy: Tenancy, ada: Person, new: str) -> None:
    here = await come_in(tenancy)
    with pytest.raises(Invalid) as raised:
        await tenancy.accounts.change_password(here.person, await session_id(tenancy, here), SECRET, new)
    assert raised.value.field == "password"


async def test_sessions_are_listed_and_ended_one_by_one(tenancy: Tenancy, ada: Person, clock: JumpingClock) -> None:
    first = await come_in(tenancy, device="Firefox")
    clock.jump(90)
    second = await come_in(tenancy, device="Chrome")
    seen = await tenancy.accounts.sessions(ada.organization, ada.id)
    assert [(one.address, one.device) for one in seen] == [("192.0.2.7", "Chrome"), ("192.0.2.7", "Firefox")]
    await tenancy.accounts.end_session(ada.organization, ada.id, seen[1].id, by="boss")
    assert await tenancy.session(first.token) is None
    assert await tenancy.session(second.token) is not None
    with pytest.raises(NotFound):
        await tenancy.accounts.end_session(ada.organization, ada.id, seen[1].id, by="boss")
    with pytest.raises(NotFound):
        await tenancy.accounts.end_session(ada.organization, "somebody else", seen[0].id, by="boss")
    [entry, *_] = (await tenancy.audit.entries(ada.organization)).rows
    assert (entry.action, entry.subject, entry.by) == ("ended a session", ada.id, "boss")


async def test_sign_ins_are_remembered_right_and_wrong(tenancy: Tenancy, ada: Person, clock: JumpingClock) -> None:
    with pytest.raises(SignInNeeded):
        await come_in(tenancy, "not the password")
    clock.jump(1)
    await come_in(tenancy)
    seen = await tenancy.accounts.sign_ins(ada.organization, ada.id)
    assert [(one.right, one.address) for one in seen] == [(True, "192.0.2.7"), (False, "192.0.2.7")]
    clock.jump(91 * 24 * 3600)
    await come_in(tenancy)
    assert len(await tenancy.accounts.sign_ins(ada.organization, ada.id)) == 1


async def test_members_show_who_is_here_and_who_left(tenancy: Tenancy, ada: Person, clock: JumpingClock) -> None:
    await tenancy.put_person(ada.organization, person_item("bob"), by="test")
    await come_in(tenancy)
    clock.jump(120)
    here = await come_in(tenancy)
    clock.jump(120)
    assert await tenancy.session(here.token)
    people = {one.person.key: one for one in await tenancy.members(ada.organization)}
    assert (people["ada"].sessions, people["ada"].has_password) == (2, True)
    assert people["ada"].seen_at == clock.now()
    assert (people["bob"].sessions, people["bob"].has_password, people["bob"].seen_at) == (0, False, None)
    await tenancy.dismiss(ada.organization, ada.id, by="boss")
    gone = {one.person.key: one for one in await tenancy.members(ada.organization)}["ada"]
    assert gone.person.retired_at == clock.now()
    assert (gone.sessions, gone.has_password) == (0, False)


async def test_a_configured_secret_does_not_undo_a_choice(database: Database, tenancy: Tenancy, ada: Person) -> None:
    """The same file applied once more leaves the password that its owner chose."""
    mark = tenancy.passwords.fingerprint(ada.organization, "ada", SECRET)
    hashed = (await tenancy.passwords.for_configuration(ada.organization, {"ada": SECRET}, {}))["ada"]
    async with database.transaction() as connection:
        await tenancy.staff.put(connection, ada.organization, replace(person_item("ada"), password=hashed))
    here = await come_in(tenancy)
    assert not here.person.password_temporary
    await tenancy.accounts.change_password(here.person, await session_id(tenancy, here), SECRET, ANOTHER)
    async with database.reading() as connection:
        assert await tenancy.staff.fingerprints(connection, ada.organization) == {"ada": mark}


async def test_a_language_is_chosen(tenancy: Tenancy, ada: Person) -> None:
    await tenancy.accounts.choose_language(ada, "de")
    [person] = await tenancy.people(ada.organization)
    assert person.language == "de"
    with pytest.raises(Invalid):
        await tenancy.accounts.choose_language(person, "german!")
