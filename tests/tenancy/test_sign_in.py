"""Signing in: who gets in, who has to pause, what a failure tells (nothing)."""

import asyncio

import pytest
from pwdlib import PasswordHash
from sqlalchemy import select, update

from support.tenancy import JumpingClock, person_item, tenancy_on
from switchboard.kit.errors import SignInNeeded, SwitchboardError, TooMany
from switchboard.storage.database import Database
from switchboard.tenancy.model import Organization, Role
from switchboard.tenancy.service import Cost, Passwords, Tenancy
from switchboard.tenancy.store.tables import person as person_table
from switchboard.tenancy.store.tables import session as session_table

SECRET = "correct horse"
HERE = "192.0.2.7"


@pytest.fixture
async def ada(tenancy: Tenancy, acme: Organization) -> str:
    """Ada's id; she signs in as `ada` with SECRET."""
    await tenancy.put_person(acme.id, person_item("ada", Role.SUPERVISOR, Role.AGENT), by="test")
    [person] = await tenancy.people(acme.id)
    await tenancy.accounts.set_password(acme.id, person.id, SECRET, by="test")
    return person.id


async def wrong(tenancy: Tenancy, times: int, *, user: str = "ada", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(SignInNeeded):
            await tenancy.sign_in("acme", user, "wrong horse", address)


async def test_ada_gets_in(tenancy: Tenancy, acme: Organization, ada: str) -> None:
    signed_in = await tenancy.sign_in("acme", " ADA ", SECRET, HERE)
    person = await tenancy.who(signed_in.token)
    assert person == signed_in.person
    assert person is not None
    assert (person.organization, person.id, person.name) == (acme.id, ada, "Ada")
    assert person.roles == {Role.SUPERVISOR, Role.AGENT}


async def test_the_organization_may_be_left_out_while_the_name_is_unique(
    tenancy: Tenancy, acme: Organization, ada: str
) -> None:
    assert (await tenancy.sign_in(None, "ada", SECRET, HERE)).person.organization == acme.id
    other = await tenancy.ensure_organization("other", "Other")
    await tenancy.put_person(other.id, person_item("ada"), by="test")
    with pytest.raises(SignInNeeded):
        await tenancy.sign_in(None, "ada", SECRET, HERE)
    assert (await tenancy.sign_in("acme", "ada", SECRET, HERE)).person.organization == acme.id
    with pytest.raises(SignInNeeded):
        await tenancy.sign_in("other", "ada", SECRET, HERE)


async def test_every_failure_reads_the_same_and_costs_one_verification(
    tenancy: Tenancy, acme: Organization, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tenancy.put_person(acme.id, person_item("without-password"), by="test")
    await tenancy.put_person(acme.id, person_item("gone"), by="test")
    gone = next(one for one in await tenancy.people(acme.id) if one.key == "gone")
    await tenancy.dismiss(acme.id, gone.id, by="test")
    verify, times = PasswordHash.verify_and_update, []

    def counted(self: PasswordHash, password: str, hash_: str) -> tuple[bool, str | None]:
        times.append(hash_.split("$")[3])
        return verify(self, password, hash_)

    monkeypatch.setattr(PasswordHash, "verify_and_update", counted)
    answers = set()
    tries = [
        ("acme", "ada"),
        ("acme", "nobody"),
        ("acme", "gone"),
        ("acme", "without-password"),
        ("?", "ada"),
        (None, "\ud800"),
        ("\x00", "\x00"),
    ]
    for organization, user_name in tries:
        with pytest.raises(SwitchboardError) as raised:
            await tenancy.sign_in(organization, user_name, "wrong horse", HERE)
        answers.add((type(raised.value), raised.value.text))
    assert len(answers) == 1
    assert len(times) == len(tries)
    assert len(set(times)) == 1, "all at the same cost"


async def test_five_wrong_passwords_are_free_then_the_pause_grows(
    tenancy: Tenancy, clock: JumpingClock, ada: str
) -> None:
    await wrong(tenancy, 5)
    for pause in (1, 2, 4, 8):
        with pytest.raises(TooMany) as raised:
            await tenancy.sign_in("acme", "ada", SECRET, HERE)
        assert raised.value.retry_after == pause
        clock.jump(pause)
        await wrong(tenancy, 1)
    clock.jump(16)
    assert await tenancy.sign_in("acme", "ada", SECRET, HERE)
    await wrong(tenancy, 5)  # the right password forgave the wrong ones


async def test_the_pause_does_not_grow_while_it_lasts(tenancy: Tenancy, clock: JumpingClock, ada: str) -> None:
    await wrong(tenancy, 5)
    for _ in range(10):
        with pytest.raises(TooMany) as raised:
            await tenancy.sign_in("acme", "ada", "wrong horse", HERE)
        assert raised.value.retry_after == 1
    clock.jump(1)
    assert await tenancy.sign_in("acme", "ada", SECRET, HERE)


async def test_another_organization_key_is_no_second_count(tenancy: Tenancy, clock: JumpingClock, ada: str) -> None:
    for organization in ("acme", None, "acme", None, "acme"):
        with pytest.raises(SignInNeeded):
            await tenancy.sign_in(organization, "ada", "wrong horse", HERE)
    with pytest.raises(TooMany):
        await tenancy.sign_in(None, "ada", SECRET, HERE)


async def test_one_address_may_not_guess_at_many_people(tenancy: Tenancy, ada: str) -> None:
    for number in range(20):
        await wrong(tenancy, 1, user=f"user{number}")
    with pytest.raises(TooMany):
        await tenancy.sign_in("acme", "ada", SECRET, HERE)
    assert await tenancy.sign_in("acme", "ada", SECRET, "192.0.2.8")


async def test_the_pause_outlives_a_restart(
    tenancy: Tenancy, database: Database, clock: JumpingClock, ada: str
) -> None:
    await wrong(tenancy, 5)
    restarted = tenancy_on(database, clock, seed=2)
    with pytest.raises(TooMany):
        await restarted.sign_in("acme", "ada", SECRET, HERE)
    restarted.close()


async def test_a_hundred_guesses_at_once_are_not_all_listened_to(
    tenancy: Tenancy, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, listened = PasswordHash.verify_and_update, []

    def counted(self: PasswordHash, password: str, hash_: str) -> tuple[bool, str | None]:
        listened.append(password)
        return verify(self, password, hash_)

    monkeypatch.setattr(PasswordHash, "verify_and_update", counted)
    guesses = [tenancy.sign_in("acme", "ada", f"guess number {n}", HERE) for n in range(100)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert {type(answer) for answer in answers} == {SignInNeeded, TooMany}
    assert len(listened) <= 5 + 1, "the free ones, and one that already had its turn"


async def test_old_failures_leave_no_rows(tenancy: Tenancy, database: Database, clock: JumpingClock) -> None:
    from switchboard.tenancy.store.tables import sign_in_failure

    await wrong(tenancy, 1, user="someone")
    clock.jump(3 * 3600)
    await wrong(tenancy, 1, user="someone-else", address="192.0.2.99")
    async with database.reading() as connection:
        rows = (await connection.execute(select(sign_in_failure.c.failures))).all()
    assert len(rows) == 2


async def test_the_database_holds_no_token(tenancy: Tenancy, database: Database, ada: str) -> None:
    signed_in = await tenancy.sign_in("acme", "ada", SECRET, HERE)
    async with database.reading() as connection:
        [row] = (await connection.execute(select(session_table))).mappings().all()
    assert signed_in.token not in row.values()
    assert signed_in.csrf not in row.values()
    assert signed_in.token not in repr(signed_in)


async def test_a_session_opened_while_the_person_is_dismissed_does_not_open(
    tenancy: Tenancy, acme: Organization, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = tenancy.passwords.verify

    async def dismissed_meanwhile(password: str, hash_: str | None) -> object:
        verified = await verify(password, hash_)
        await tenancy.put_person(acme.id, person_item("boss", Role.ADMINISTRATOR), by="test")
        await tenancy.dismiss(acme.id, ada, by="test")
        return verified

    monkeypatch.setattr(tenancy.passwords, "verify", dismissed_meanwhile)
    with pytest.raises(SignInNeeded):
        await tenancy.sign_in("acme", "ada", SECRET, HERE)


async def test_a_cheaper_hash_is_renewed_at_sign_in(
    tenancy: Tenancy, database: Database, acme: Organization, ada: str
) -> None:
    old = Passwords(cost=Cost(memory=16, passes=2))
    hashed = await old.hash(SECRET)
    old.close()
    async with database.transaction() as connection:
        await connection.execute(update(person_table).values(password_hash=hashed.hash))
    await tenancy.sign_in("acme", "ada", SECRET, HERE)
    async with database.reading() as connection:
        stored = await connection.scalar(select(person_table.c.password_hash))
    assert "m=8,t=1" in stored
    assert await tenancy.sign_in("acme", "ada", SECRET, HERE)
