"""Who is calling, by digest (RFC 7616, RFC 8760): challenges, answers, and no answer twice."""

import enum
import hashlib
import hmac
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from switchboard.kit.clock import Clock
from switchboard.protocols.sip.digest import Answer, Challenge, DigestError, challenge_value, matches, parse_answer

REALM: Final = "switchboard"
NONCE_LIFE: Final = 300.0
"""Seconds until an answer must use a new nonce."""
MOST_NONCES: Final = 50_000


@dataclass(frozen=True, slots=True)
class Secret:
    """What is stored of one account: HA1 = hash(user:realm:password), and by which algorithm.

    One algorithm each: some phones cannot register when they are offered two (baresip 1.0).
    """

    ha1: str = field(repr=False)
    algorithm: str = "MD5"


class Verdict(enum.StrEnum):
    """What an Authorization header is worth."""

    VERIFIED = "verified"
    MISSING = "missing"
    STALE = "stale"
    WRONG = "wrong"


class Authenticator:
    """Challenges and checks. Keeps nothing for challenges it sent, only for nonces that were answered rightly.

    lookup: the secret of a user name, or None. Unknown users are challenged like known ones, so that nobody learns who
    exists.
    """

    def __init__(
        self, *, clock: Clock, entropy: random.Random, lookup: Callable[[str], Secret | None], realm: str = REALM
    ) -> None:
        self._clock = clock
        self._lookup = lookup
        self.realm = realm
        self._key = entropy.getrandbits(256).to_bytes(32, "big")
        self._entropy = entropy
        # Last count and time of issue by nonce, in order of first use.
        self._used: dict[str, tuple[int, float]] = {}

    def challenge(self, user: str = "", *, stale: bool = False) -> str:
        """A WWW-Authenticate value for whoever says he is `user`."""
        secret = self._lookup(user) if user else None
        return challenge_value(
            Challenge(
                realm=self.realm,
                nonce=self._nonce(),
                algorithm=secret.algorithm if secret is not None else "MD5",
                qop=frozenset({"auth"}),
                stale=stale,
            )
        )

    def verify(self, method: str, values: Sequence[str], body: bytes = b"") -> tuple[Verdict, str]:
        """Judge the Authorization values of a request. Returns the verdict and the user it speaks of (or empty).

        STALE: the secret is right, but the nonce is too old or its count was used before: challenge again with stale.
        """
        answer = self._ours(values)
        if answer is None:
            return Verdict.MISSING, ""
        issued = self._issued(answer.nonce)
        if issued is None:
            # Not our nonce, perhaps from before a restart: nothing is proved either way.
            return Verdict.STALE, answer.user
        secret = self._lookup(answer.user)
        if secret is None or secret.algorithm != answer.algorithm or not matches(secret.ha1, method, answer, body):
            return Verdict.WRONG, answer.user
        now = self._clock.monotonic()
        if now - issued > NONCE_LIFE or not self._first_use(answer, issued, now):
            return Verdict.STALE, answer.user
        return Verdict.VERIFIED, answer.user

    def _ours(self, values: Sequence[str]) -> Answer | None:
        for value in values:
            try:
                answer = parse_answer(value)
            except DigestError:
                continue
            if answer.realm == self.realm:
                return answer
        return None

    def _first_use(self, answer: Answer, issued: float, now: float) -> bool:
        """The count of a nonce must rise (RFC 7616 section 3.4.5); without counts it is good once."""
        used = self._used
        last = used.get(answer.nonce)
        if last is not None and answer.nc <= last[0]:
            return False
        if last is None:
            while used and (len(used) >= MOST_NONCES or now - next(iter(used.values()))[1] > NONCE_LIFE):
                del used[next(iter(used))]
        used[answer.nonce] = (answer.nc, issued)
        return True

    def _nonce(self) -> str:
        text = f"{int(self._clock.monotonic() * 1_000):x}.{self._entropy.getrandbits(64):016x}"
        return f"{text}.{self._seal(text)}"

    def _issued(self, nonce: str) -> float | None:
        """Monotonic seconds at which a nonce of ours was made; None for any other text."""
        text, _, seal = nonce.rpartition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(text).encode()):
            return None
        return int(text.partition(".")[0], 16) / 1_000

    def _seal(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]
