"""Sessions: how long they hold, and that they end at once."""

import asyncio

import pytest
from sqlalchemy import select

from support.tenancy import JumpingClock, person_item, tenancy_on
from switchboard.kit.errors import NotFound
from switchboard.storage.database import Database
from switchboard.tenancy.decide import SESSION_AGE, SESSION_IDLE, session_id
from switchboard.tenancy.events import SessionsEnded
from switchboard.tenancy.model import Organization, Role, SignedIn
from switchboard.tenancy.service import Tenancy
from switchboard.tenancy.store.tables import session as session_table

SECRET = "correct horse"
IDLE = SESSION_IDLE / 1_000_000
AGE = SESSION_AGE / 1_000_000


@pytest.fixture
async def signed_in(tenancy: Tenancy, acme: Organization) -> SignedIn:
    await tenancy.put_person(acme.id, person_item("ada"), by="test")
    [person] = await tenancy.people(acme.id)
    await tenancy.accounts.set_password(acme.id, person.id, SECRET, by="test")
    return await sign_in(tenancy)


async def sign_in(tenancy: Tenancy) -> SignedIn:
    return await tenancy.sign_in("acme", "ada", SECRET, "192.0.2.7")


async def test_a_session_knows_its_person_and_csrf_token(tenancy: Tenancy, signed_in: SignedIn) -> None:
    session = await tenancy.session(signed_in.token)
    assert session is not None
    assert (session.person, session.csrf) == (signed_in.person, signed_in.csrf)
    assert (await sign_in(tenancy)).csrf != signed_in.csrf, "one per session"


@pytest.mark.parametrize("token", ["", "nonsense", "\ud800", "x" * 10_000])
async def test_an_invented_token_is_nobody(tenancy: Tenancy, token: str) -> None:
    assert await tenancy.who(token) is None


async def test_signing_out_ends_one_session(tenancy: Tenancy, signed_in: SignedIn) -> None:
    other = await sign_in(tenancy)
    told: list[SessionsEnded] = []
    tenancy.on_sessions_ended(told.append)
    assert await tenancy.who(signed_in.token)
    await tenancy.sign_out(signed_in.token)
    assert await tenancy.who(signed_in.token) is None
    assert await tenancy.who(other.token)
    person = signed_in.person
    assert told == [SessionsEnded(person.organization, person.id, session_id(signed_in.token))]
    await tenancy.sign_out(signed_in.token)
    assert len(told) == 1


async def test_an_idle_session_ends(tenancy: Tenancy, clock: JumpingClock, signed_in: SignedIn) -> None:
    clock.jump(IDLE - 1)
    assert await tenancy.who(signed_in.token)
    clock.jump(IDLE - 1)
    assert await tenancy.who(signed_in.token), "its use made it longer"
    clock.jump(IDLE)
    assert await tenancy.who(signed_in.token) is None


async def test_a_used_session_ends_with_its_age(tenancy: Tenancy, clock: JumpingClock, signed_in: SignedIn) -> None:
    used = 0.0
    while used < AGE - 600:
        assert await tenancy.who(signed_in.token)
        clock.jump(600)
        used += 600
    clock.jump(600)
    assert await tenancy.who(signed_in.token) is None


async def test_what_is_remembered_still_ends_in_time(
    tenancy: Tenancy, clock: JumpingClock, signed_in: SignedIn
) -> None:
    clock.jump(AGE - 1 - IDLE / 2)
    session = await tenancy.session((await sign_in(tenancy)).token)
    assert session is not None
    # Nearly at its end, read, remembered; then the end comes while it is still remembered.
    late = await sign_in(tenancy)
    for _ in range(int((AGE - 2) // (IDLE / 2))):
        clock.jump(IDLE / 2)
        assert await tenancy.who(late.token)
    clock.jump(AGE - 2 - (AGE - 2) // (IDLE / 2) * (IDLE / 2))
    assert await tenancy.who(late.token)
    clock.jump(2)
    assert await tenancy.who(late.token) is None


async def test_repeated_questions_cost_no_query(
    tenancy: Tenancy, database: Database, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await tenancy.who(signed_in.token)
    monkeypatch.setattr(database, "reading", lambda: pytest.fail("asked the database"))
    for _ in range(100):
        assert await tenancy.who(signed_in.token)


async def test_dismissing_ends_every_session_at_once(tenancy: Tenancy, signed_in: SignedIn) -> None:
    other = await sign_in(tenancy)
    told: list[SessionsEnded] = []
    tenancy.on_sessions_ended(told.append)
    assert await tenancy.who(other.token), "remembered when the end comes"
    person = signed_in.person
    await tenancy.dismiss(person.organization, person.id, by="test")
    assert await tenancy.who(signed_in.token) is None
    assert await tenancy.who(other.token) is None
    assert told == [SessionsEnded(person.organization, person.id)]


async def test_a_read_that_overlaps_a_dismissal_is_not_remembered(
    tenancy: Tenancy, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, sessions = signed_in.person, tenancy._sessions
    read = sessions._read

    async def slow(id_: str, token: str) -> object:
        session = await read(id_, token)
        await tenancy.dismiss(person.organization, person.id, by="test")
        return session

    monkeypatch.setattr(sessions, "_read", slow)
    assert await tenancy.session(signed_in.token), "it was true when it was read"
    monkeypatch.undo()
    assert await tenancy.session(signed_in.token) is None


async def test_a_dismissal_that_fails_ends_nothing(tenancy: Tenancy, database: Database, signed_in: SignedIn) -> None:
    told: list[SessionsEnded] = []
    tenancy.on_sessions_ended(told.append)
    person = signed_in.person

    async def breaks_after_dismissing() -> None:
        async with database.transaction() as connection:
            await tenancy.staff.dismiss(connection, person.organization, person.id)
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await breaks_after_dismissing()
    assert await tenancy.who(signed_in.token)
    assert not told


async def test_another_organization_cannot_dismiss(tenancy: Tenancy, signed_in: SignedIn) -> None:
    other = await tenancy.ensure_organization("other", "Other")
    with pytest.raises(NotFound):
        await tenancy.dismiss(other.id, signed_in.person.id, by="test")
    with pytest.raises(NotFound):
        await tenancy.accounts.set_password(other.id, signed_in.person.id, "another horse", by="test")
    assert await tenancy.who(signed_in.token)


async def test_a_new_password_ends_the_sessions_under_the_old_one(tenancy: Tenancy, signed_in: SignedIn) -> None:
    person = signed_in.person
    await tenancy.accounts.set_password(person.organization, person.id, "another horse", by="test")
    assert await tenancy.who(signed_in.token) is None


async def test_changed_roles_hold_at_once(tenancy: Tenancy, signed_in: SignedIn) -> None:
    assert await tenancy.who(signed_in.token)
    item = person_item("ada", Role.SUPERVISOR)
    await tenancy.put_person(signed_in.person.organization, item, by="test")
    person = await tenancy.who(signed_in.token)
    assert person is not None
    assert person.roles == {Role.SUPERVISOR}


async def test_a_listener_that_breaks_does_not_keep_the_others_from_hearing(
    tenancy: Tenancy, signed_in: SignedIn
) -> None:
    told: list[SessionsEnded] = []

    def breaks(_: SessionsEnded) -> None:
        raise RuntimeError("broken feed")

    tenancy.on_sessions_ended(breaks)
    tenancy.on_sessions_ended(told.append)
    await tenancy.sign_out(signed_in.token)
    assert told


async def test_sessions_outlive_a_restart(
    tenancy: Tenancy, database: Database, clock: JumpingClock, signed_in: SignedIn
) -> None:
    restarted = tenancy_on(database, clock, seed=2)
    assert await restarted.who(signed_in.token) == signed_in.person
    restarted.close()


async def test_expired_sessions_leave_no_rows(
    tenancy: Tenancy, database: Database, clock: JumpingClock, signed_in: SignedIn
) -> None:
    clock.jump(AGE)
    await sign_in(tenancy)
    async with database.reading() as connection:
        assert len((await connection.execute(select(session_table.c.id))).all()) == 1


async def test_many_ask_at_once(tenancy: Tenancy, clock: JumpingClock, signed_in: SignedIn) -> None:
    clock.jump(61)
    people = await asyncio.gather(*(tenancy.who(signed_in.token) for _ in range(50)))
    assert people == [signed_in.person] * 50
