"""Digest access authentication in SIP: RFC 7616 with MD5 and SHA-256 (RFC 8760), both sides.

HA1 is the hash of `user:realm:secret`, in lower-case hexadecimal: all that a server needs to keep.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from switchboard.protocols.sip.uri import parameters_of, split_outside

ALGORITHMS: Final[dict[str, Callable[[bytes], str]]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}
"""What we understand. MD5 is weak but the only one that every phone knows."""


class DigestError(ValueError):
    """A challenge or an answer to one that cannot be read or used. The only error of this module."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server asks. qop: the offered qualities, empty for RFC 2069 servers."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: frozenset[str] = frozenset()
    opaque: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client answers. nc: the nonce count as a number, 0 without qop."""

    user: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str = "MD5"
    qop: str = ""
    nc: int = 0
    cnonce: str = ""
    opaque: str = ""


def ha1(user: str, realm: str, secret: str, algorithm: str = "MD5") -> str:
    """The hash that stands for a secret in one realm."""
    return _hash(algorithm)(f"{user}:{realm}:{secret}".encode())


def expected(ha1_value: str, method: str, answer: Answer, body: bytes = b"") -> str:
    """The response that the right secret gives (RFC 7616 section 3.4.1)."""
    digest = _hash(answer.algorithm)
    a2 = f"{method}:{answer.uri}"
    if answer.qop == "auth-int":
        a2 += f":{digest(body)}"
    ha2 = digest(a2.encode())
    if not answer.qop:
        return digest(f"{ha1_value}:{answer.nonce}:{ha2}".encode())
    return digest(f"{ha1_value}:{answer.nonce}:{answer.nc:08x}:{answer.cnonce}:{answer.qop}:{ha2}".encode())


def matches(ha1_value: str, method: str, answer: Answer, body: bytes = b"") -> bool:
    """Whether an answer proves that its sender knows the secret. Takes the same time for every wrong answer."""
    return hmac.compare_digest(expected(ha1_value, method, answer, body).encode(), answer.response.lower().encode())


def challenge_value(challenge: Challenge) -> str:
    """The value of WWW-Authenticate or Proxy-Authenticate."""
    text = f'Digest realm="{challenge.realm}",nonce="{challenge.nonce}",algorithm={challenge.algorithm}'
    if challenge.qop:
        text += f',qop="{",".join(sorted(challenge.qop))}"'
    if challenge.opaque:
        text += f',opaque="{challenge.opaque}"'
    return text + (",stale=true" if challenge.stale else "")


def parse_challenge(value: str) -> Challenge:
    """Read a challenge. Raises DigestError when it is not Digest, not complete, or by an unknown algorithm."""
    fields = _fields(value)
    algorithm = _known(fields.get("algorithm", ""))
    if "realm" not in fields or "nonce" not in fields:
        raise DigestError("challenge without realm or nonce")
    qop = frozenset(word.strip().lower() for word in fields.get("qop", "").split(",")) - {""}
    if qop and not qop & {"auth", "auth-int"}:
        raise DigestError("unknown quality of protection")
    return Challenge(
        realm=fields["realm"],
        nonce=fields["nonce"],
        algorithm=algorithm,
        qop=qop,
        opaque=fields.get("opaque", ""),
        stale=fields.get("stale", "").lower() == "true",
    )


def choose(values: Iterable[str]) -> Challenge | None:
    """The first challenge we can answer: servers put the one they like best on top (RFC 8760 section 2.4)."""
    for value in values:
        try:
            return parse_challenge(value)
        except DigestError:
            continue
    return None


def answer_value(
    challenge: Challenge, user: str, secret: str, method: str, uri: str, *, cnonce: str, body: bytes = b"", nc: int = 1
) -> str:
    """The value of Authorization or Proxy-Authorization that answers `challenge`."""
    qop = "" if not challenge.qop else "auth" if "auth" in challenge.qop else "auth-int"
    answer = Answer(
        user=user, realm=challenge.realm, nonce=challenge.nonce, uri=uri, response="",
        algorithm=challenge.algorithm, qop=qop, nc=nc, cnonce=cnonce,
    )  # fmt: skip
    response = expected(ha1(user, challenge.realm, secret, challenge.algorithm), method, answer, body)
    text = (
        f'Digest username="{_escaped(user)}",realm="{_escaped(challenge.realm)}",nonce="{_escaped(challenge.nonce)}"'
        f',uri="{uri}",response="{response}",algorithm={challenge.algorithm}'
    )
    if qop:
        text += f',qop={qop},nc={nc:08x},cnonce="{cnonce}"'
    if challenge.opaque:
        text += f',opaque="{_escaped(challenge.opaque)}"'
    return text


def parse_answer(value: str) -> Answer:
    """Read an Authorization value. Raises DigestError."""
    fields = _fields(value)
    for name in ("username", "realm", "nonce", "uri", "response"):
        if name not in fields:
            raise DigestError(f"answer without {name}")
    qop = fields.get("qop", "").lower()
    count = fields.get("nc", "0")
    if qop not in ("", "auth", "auth-int") or len(count) > 8 or not _HEX.issuperset(count.lower()) or not count:
        raise DigestError("broken qop or nonce count")
    if qop and not fields.get("cnonce"):
        raise DigestError("answer without cnonce")
    return Answer(
        user=fields["username"], realm=fields["realm"], nonce=fields["nonce"], uri=fields["uri"],
        response=fields["response"], algorithm=_known(fields.get("algorithm", "")), qop=qop,
        nc=int(count, 16), cnonce=fields.get("cnonce", ""), opaque=fields.get("opaque", ""),
    )  # fmt: skip


_HEX: Final = frozenset("0123456789abcdef")


def _fields(value: str) -> dict[str, str]:
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        raise DigestError("not Digest")
    fields: dict[str, str] = {}
    for item in split_outside(rest, ","):
        fields.update(parameters_of(item))
    return fields


def _known(algorithm: str) -> str:
    name = algorithm.upper() or "MD5"
    if name not in ALGORITHMS:
        raise DigestError("unknown algorithm")
    return name


def _hash(algorithm: str) -> Callable[[bytes], str]:
    try:
        return ALGORITHMS[algorithm]
    except KeyError:
        raise DigestError("unknown algorithm") from None


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
