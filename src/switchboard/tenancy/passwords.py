"""Passwords: argon2 in threads, with one lane for people who sign in and one for bulk.

argon2id with m = 19 MiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet) costs about 40 ms of one core.
It leaves Python's lock, so threads really run beside the event loop. Signing in has its own threads and a
bounded line before them; bulk hashing (a configuration file) runs niced, so it delays neither calls nor
people who sign in.

Every person's hash has its own salt: equal passwords are hashed once per person, never once per password.
1,000 new passwords therefore cost 42 CPU-seconds, 21 s on two cores. Configuration stays fast because
    - a person may have no password at all, and then cannot sign in by password;
    - a secret that is already stored is recognised by its `fingerprint` and not hashed again.
"""

import asyncio
import contextlib
import hashlib
import hmac
import os
import sys
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from switchboard.kit.errors import TooMany, Unavailable
from switchboard.kit.ids import IdSource
from switchboard.tenancy.model import Hashed
from switchboard.tenancy.password_rules import LONGEST, check_password

_NICEST: Final = 19
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs: memory in KiB, passes over it, lanes."""

    memory: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


class Passwords:
    """Hashes and verifies passwords off the event loop.

    cost: lower it only in tests. sign_in_threads: sign-ins hashed at the same time; line: how many more
    may wait before others are told to come back. fingerprint_key: at least 16 bytes kept outside the
    database, or None to hash every configured secret again. Call `close` at the end.
    """

    def __init__(
        self,
        *,
        cost: Cost = Cost(),
        sign_in_threads: int = 2,
        bulk_threads: int | None = None,
        line: int = 200,
        fingerprint_key: bytes | None = None,
    ) -> None:
        if fingerprint_key is not None and len(fingerprint_key) < _KEY_BYTES:
            raise ValueError(f"a fingerprint key has at least {_KEY_BYTES} bytes")
        hasher = Argon2Hasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes)
        self._hasher = PasswordHash((hasher,))
        self._turns = asyncio.Semaphore(sign_in_threads)
        self._line = line
        self._waiting = 0
        self._sign_in_threads = ThreadPoolExecutor(sign_in_threads, "sign-in")
        self._bulk_threads = ThreadPoolExecutor(
            bulk_threads or os.cpu_count() or 1, "bulk-hashing", initializer=_be_nice
        )
        self._fingerprint_key = fingerprint_key
        # Verifying against it takes as long as against a real one; what matches it is still refused.
        self._nobody = self._hasher.hash("nobody")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn to verify. Raises TooMany when the line is full.

        Who holds a turn checks the limits again: those who failed while he waited count too.
        """
        if self._waiting >= self._line:
            raise TooMany("too many people are signing in just now; try again soon", retry_after=5)
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()

    async def verify(self, password: str, hash_: str | None) -> "Verified":
        """Whether the password is the hash's. hash_ None (unknown user, no password) takes just as long."""
        return await asyncio.get_running_loop().run_in_executor(self._sign_in_threads, self._verify, password, hash_)

    async def hash(self, password: str, *, user_name: str = "") -> Hashed:
        """One password, ready to be stored. user_name: whose it is. Raises Invalid when it may not be chosen."""
        check_password(password, user_name=user_name)
        async with self.turn():
            hash_ = await asyncio.get_running_loop().run_in_executor(self._sign_in_threads, self._hasher.hash, password)
        return Hashed(hash_)

    async def hash_many(self, passwords: Sequence[str], *, user_name: str = "") -> list[Hashed]:
        """Each with its own salt, in the order given, over all cores at the lowest priority.

        user_name: of whom all of them are, empty for several people.
        About 40 ms of a core each. Raises Invalid when one may not be chosen, before any is hashed.
        """
        for password in passwords:
            check_password(password, user_name=user_name)
        loop = asyncio.get_running_loop()
        hashing = [loop.run_in_executor(self._bulk_threads, self._hasher.hash, one) for one in passwords]
        try:
            return [Hashed(hash_) for hash_ in await asyncio.gather(*hashing)]
        finally:
            for pending in hashing:
                pending.cancel()

    async def for_configuration(
        self, organization: str, wanted: Mapping[str, str], stored: Mapping[str, str | None]
    ) -> dict[str, Hashed]:
        """Hashes of those configured secrets that are new or changed, by the person's key.

        wanted: key -> secret. stored: key -> fingerprint in the database (`Staff.fingerprints`). Those left
        out of the answer keep the hash they have: give their `PersonItem` no password.
        """
        fingerprints = {key: self.fingerprint(organization, key, secret) for key, secret in wanted.items()}
        changed = [key for key, print_ in fingerprints.items() if print_ is None or print_ != stored.get(key)]
        hashed = await self.hash_many([wanted[key] for key in changed])
        return {key: Hashed(one.hash, fingerprints[key]) for key, one in zip(changed, hashed, strict=True)}

    def fingerprint(self, organization: str, key: str, secret: str) -> str | None:
        """A mark by which configuration sees that this person's secret is the one already stored.

        HMAC-SHA256 under the node's fingerprint key, bound to organization and person, so that equal
        secrets of two people look different. It is fast where argon2 is slow: whoever has the database
        *and* that key guesses passwords quickly. So the key never lies in the database nor in its backups;
        without a key there are no fingerprints (None).
        """
        if self._fingerprint_key is None:
            return None
        said = "\0".join((organization, key, secret)).encode("utf-8", "surrogatepass")
        return hmac.new(self._fingerprint_key, said, hashlib.sha256).hexdigest()

    def close(self) -> None:
        """Give back the threads; hashing that has not begun is dropped."""
        for threads in (self._sign_in_threads, self._bulk_threads):
            threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, hash_: str | None) -> "Verified":
        right, renewed = self._hasher.verify_and_update(password[:LONGEST], self._nobody if hash_ is None else hash_)
        return Verified(right and hash_ is not None, renewed if right else None)


@dataclass(frozen=True, slots=True)
class Verified:
    """right: it is the password. renewed: its hash at today's cost when the stored one is cheaper."""

    right: bool
    renewed: str | None


def fingerprint_key(path: Path, ids: IdSource) -> bytes:
    """The node's fingerprint key: read from the file, which is made, for its owner only, when missing.

    Keep it out of the database's backups. When it is lost nothing is: the next configuration hashes anew.
    Raises Unavailable when the file can neither be read nor made.
    """
    try:
        with (
            contextlib.suppress(FileExistsError),
            os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
        ):
            file.write(ids.secret())
        key = path.read_bytes().strip()
    except OSError as error:
        raise Unavailable(f"cannot read or make {path}: {error.strerror}") from None
    if len(key) < _KEY_BYTES:
        raise Unavailable(f"{path} is too short for a key; remove it and a new one is made")
    return key


def _be_nice() -> None:
    """Lowest priority for the calling thread; only Linux counts niceness per thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICEST)
