"""Values of single headers: Via, comma lists, numbers of seconds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from switchboard.protocols.sip.uri import UriError, host_and_port, parameters_of, split_outside

COOKIE: Final = "z9hG4bK"
"""What every branch made by RFC 3261 starts with (section 8.1.1.7)."""

_BRANCH: Final = re.compile(r";branch=([^;, \t]*)")


@dataclass(frozen=True, slots=True)
class Via:
    """One Via value. host and port are the sent-by as written (port 0 when not given). branch may be empty."""

    transport: str
    host: str
    port: int
    parameters: dict[str, str]

    @property
    def branch(self) -> str:
        return self.parameters.get("branch", "")


def parse_via(value: str) -> Via:
    """The first Via of a header value. Raises UriError."""
    value = first_of(value)
    protocol, _, rest = value.strip().partition(" ")
    parts = protocol.split("/")
    if len(parts) != 3 or parts[0].upper() != "SIP":
        raise UriError("not a Via")
    place, _, parameters = rest.strip().partition(";")
    host, port = host_and_port(place.strip())
    return Via(parts[2].upper(), host, port, parameters_of(parameters))


def branch_of(value: str) -> str:
    """The branch of the first Via in a header value, or empty: the quick way, without reading the rest."""
    found = _BRANCH.search(value)
    return (found and found[1]) or _branch_slowly(value)


def _branch_slowly(value: str) -> str:
    try:
        return parse_via(value).branch
    except UriError:
        return ""


def stamped(value: str, host: str, port: int) -> str:
    """The top Via with where its request really came from (RFC 3261 section 18.2.1, RFC 3581 section 4).

    `received` is added when sent-by is another address or `rport` was asked for; what the sender states is never
    believed. Raises UriError.
    """
    if "," not in value and ";received" not in value and ";rport=" not in value:
        # Nearly everybody: nothing of ours in it yet.
        if value.endswith(";rport") or ";rport;" in value:
            return value.replace(";rport", f";rport={port}", 1) + f";received={host}"
        if value.partition(";")[0].rstrip().rpartition(" ")[2].partition(":")[0] == host:
            return value
    first = first_of(value)
    via = parse_via(first)
    asked = "rport" in via.parameters
    if not asked and via.host == host:
        return value
    kept = [part for part in first.split(";") if part.partition("=")[0].strip().lower() not in ("received", "rport")]
    kept.append(f"received={host}")
    if asked:
        kept.append(f"rport={port}")
    return ";".join(kept) + value[len(first) :]


def answer_port(value: str) -> int:
    """The port that responses go to when no rport was asked for: that of sent-by. Raises UriError."""
    return parse_via(value).port or 5060


def first_of(value: str) -> str:
    """The first item of a comma list."""
    return split_outside(value, ",")[0] if "," in value else value


def items(values: Iterable[str]) -> list[str]:
    """Every item of a header that may be a comma list, may be repeated, or both; empty ones are dropped."""
    found: list[str] = []
    for value in values:
        if "," in value:
            found.extend(filter(None, map(str.strip, split_outside(value, ","))))
        elif alone := value.strip():
            found.append(alone)
    return found


def tokens(values: Iterable[str]) -> frozenset[str]:
    """A list of words without regard to case (Require, Supported, Allow)."""
    return frozenset(item.lower() for item in items(values))


def seconds(value: str | None) -> int | None:
    """Expires or Retry-After (`120;duration=..`, `5 (busy)`), capped below 2**31; None if absent or broken."""
    if value is None:
        return None
    text = value.strip()
    end = 0
    while end < len(text) and end < 11 and text[end].isascii() and text[end].isdigit():
        end += 1
    if not end or (end < len(text) and text[end] not in "; (\t"):
        return None
    return min(int(text[:end]), 2**31 - 1)
