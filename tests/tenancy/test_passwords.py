"""Hashing off the loop: one lane for sign-in, one for bulk; nothing hashed twice without need."""

import asyncio
import random
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pwdlib import PasswordHash

from support.tenancy import CHEAP, JumpingClock
from switchboard.kit.errors import Invalid, TooMany, Unavailable
from switchboard.kit.ids import IdSource
from switchboard.tenancy.service import Cost, Passwords, fingerprint_key

SECRET = "correct horse"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(cost=CHEAP, bulk_threads=2, fingerprint_key=b"0123456789abcdef")
    yield made
    made.close()


async def test_right_wrong_and_nobody(passwords: Passwords) -> None:
    hashed = await passwords.hash(SECRET)
    assert (await passwords.verify(SECRET, hashed.hash)).right
    assert not (await passwords.verify("wrong horse", hashed.hash)).right
    assert not (await passwords.verify(SECRET, None)).right
    assert not (await passwords.verify("nobody", None)).right, "the hash for nobody lets nobody in"


async def test_the_default_cost_is_the_chosen_one() -> None:
    made = Passwords()
    try:
        assert "$argon2id$v=19$m=19456,t=2,p=1$" in (await made.hash(SECRET)).hash
    finally:
        made.close()


async def test_a_hash_at_another_cost_is_renewed(passwords: Passwords) -> None:
    dear = Passwords(cost=Cost(memory=16, passes=2))
    try:
        old = (await passwords.hash(SECRET)).hash
        verified = await dear.verify(SECRET, old)
        assert verified.right
        assert verified.renewed is not None
        assert "m=16,t=2" in verified.renewed
        assert (await dear.verify("wrong horse", old)).renewed is None
    finally:
        dear.close()


async def test_hashing_runs_in_threads_that_are_not_the_loops(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_, seen = PasswordHash.hash, set()

    def noted(self: PasswordHash, password: str) -> str:
        seen.add(threading.current_thread().name.rsplit("_", 1)[0])
        return hash_(self, password)

    monkeypatch.setattr(PasswordHash, "hash", noted)
    await passwords.hash(SECRET)
    await passwords.hash_many([SECRET])
    assert seen == {"sign-in", "bulk-hashing"}


async def test_equal_passwords_get_different_hashes_in_order(passwords: Passwords) -> None:
    hashed = await passwords.hash_many([SECRET, SECRET, "another one"])
    assert len({one.hash for one in hashed}) == 3
    assert (await passwords.verify(SECRET, hashed[1].hash)).right
    assert (await passwords.verify("another one", hashed[2].hash)).right


async def test_one_bad_password_in_bulk_hashes_none(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PasswordHash, "hash", lambda *_: pytest.fail("hashed"))
    with pytest.raises(Invalid):
        await passwords.hash_many([SECRET, "short"])


async def test_configuration_hashes_only_what_is_new(passwords: Passwords) -> None:
    wanted = {"ada": SECRET, "bob": SECRET}
    first = await passwords.for_configuration("o", wanted, {})
    stored = {key: one.fingerprint for key, one in first.items()}
    assert stored["ada"] != stored["bob"], "equal secrets of two people look different"
    assert await passwords.for_configuration("o", wanted, stored) == {}
    changed = await passwords.for_configuration("o", wanted | {"bob": "a newer horse"}, stored)
    assert list(changed) == ["bob"]
    assert passwords.fingerprint("another", "ada", SECRET) != stored["ada"]


async def test_without_a_key_there_are_no_fingerprints() -> None:
    made = Passwords(cost=CHEAP)
    try:
        first = await made.for_configuration("o", {"ada": SECRET}, {})
        assert first["ada"].fingerprint is None
        assert "ada" in await made.for_configuration("o", {"ada": SECRET}, {"ada": None})
    finally:
        made.close()


async def test_a_full_line_sends_people_away() -> None:
    made = Passwords(cost=CHEAP, sign_in_threads=1, line=1)
    held, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with made.turn():
            held.set()
            await done.wait()

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(hold())
            await held.wait()
            waits = group.create_task(made.hash(SECRET))
            await asyncio.sleep(0)  # it runs until it stands in line
            assert made._waiting == 1
            with pytest.raises(TooMany):
                await made.hash(SECRET)
            done.set()
        assert waits.result().hash
    finally:
        made.close()


def test_secrets_do_not_show_in_a_repr() -> None:
    assert "0123456789abcdef" not in repr(Passwords(cost=CHEAP, fingerprint_key=b"0123456789abcdef"))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Passwords(cost=CHEAP, fingerprint_key=b"short")


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    ids = IdSource(JumpingClock(), random.Random(1))
    path = tmp_path / "fingerprint.key"
    made = fingerprint_key(path, ids)
    assert fingerprint_key(path, ids) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_file_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    ids = IdSource(JumpingClock(), random.Random(1))
    with pytest.raises(Unavailable, match="cannot read or make"):
        fingerprint_key(tmp_path / "missing" / "fingerprint.key", ids)
    (tmp_path / "short.key").write_text("short")
    with pytest.raises(Unavailable, match="too short"):
        fingerprint_key(tmp_path / "short.key", ids)
