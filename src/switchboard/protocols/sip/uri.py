"""SIP addresses: `sip:anna@example.org;transport=tcp`, `"Anna" <sip:anna@example.org>;tag=1` (RFC 3261, 19.1)."""

from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

import msgspec

SCHEMES: Final = ("sip", "sips", "tel")
_USER_SAFE: Final = "-_.!~*'()&=+$,;?/"
_HOST: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._:%")
_MAX: Final = 2_048


class UriError(ValueError):
    """Not an address we can use. The only error of this module."""


class Uri(msgspec.Struct, frozen=True, gc=False):
    """One address. user: unescaped, may be empty. port: 0 when not given. parameters: lower-case names.

    A `tel:` URI has its number as user and an empty host.
    """

    scheme: str
    user: str
    host: str
    port: int = 0
    parameters: dict[str, str] = {}

    @property
    def transport(self) -> str:
        """`udp` or `tcp`, lower case; UDP unless the URI says otherwise (RFC 3263 section 4.1, without NAPTR)."""
        return self.parameters.get("transport", "udp").lower()

    @property
    def loose(self) -> bool:
        """Whether this, as a route, is a loose router (`;lr`, RFC 3261 section 16.12)."""
        return "lr" in self.parameters

    @staticmethod
    @lru_cache(maxsize=4_096)
    def parse(text: str) -> "Uri":
        """Read a URI; headers after `?` are dropped (see `headers_of`). Raises UriError.

        The results are shared between callers: never change `parameters`.
        """
        if len(text) > _MAX:
            raise UriError("address too long")
        scheme, colon, rest = text.strip().partition(":")
        scheme = scheme.lower()
        if not colon or scheme not in SCHEMES:
            raise UriError("not a sip, sips or tel address")
        if "?" in rest:
            rest, _, _ = _after_user(rest, "?")
        if scheme == "tel":
            number, _, parameters = rest.partition(";")
            return Uri(scheme, unquote(number), "", 0, parameters_of(parameters))
        user, at, place = rest.rpartition("@")
        place, _, parameters = place.partition(";")
        host, port = host_and_port(place)
        # A password in an address is deprecated (section 19.1.1) and never used.
        return Uri(scheme, unquote(user.partition(":")[0]) if at else "", host, port, parameters_of(parameters))

    def __str__(self) -> str:
        tail = "".join(f";{name}={value}" if value else f";{name}" for name, value in self.parameters.items())
        user = quote(self.user, safe=_USER_SAFE)
        if self.scheme == "tel":
            return f"tel:{user}{tail}"
        place = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}:{user + '@' if user else ''}{place}{f':{self.port}' if self.port else ''}{tail}"


def _after_user(rest: str, mark: str) -> tuple[str, str, str]:
    """Cut at `mark`, but not inside the user part, where `?` may stand unescaped (section 25.1)."""
    at = rest.rfind("@")
    position = rest.find(mark, at + 1)
    return (rest, "", "") if position < 0 else (rest[:position], mark, rest[position + 1 :])


def headers_of(text: str) -> dict[str, str]:
    """The `?name=value&...` part of a URI, unescaped, names in lower case (`Replaces` in a Refer-To)."""
    _, mark, tail = _after_user(text, "?")
    if not mark:
        return {}
    pairs = (item.partition("=") for item in tail.split("&"))
    return {unquote(name).lower(): unquote(value) for name, _, value in pairs if name}


def host_and_port(place: str) -> tuple[str, int]:
    """Split `host`, `host:port`, `[v6]`, `[v6]:port`; port 0 when not given. Raises UriError."""
    if place.startswith("["):
        host, bracket, rest = place[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise UriError("broken IPv6 address")
        port = rest[1:]
    else:
        host, _, port = place.partition(":")
    host = host.strip().lower()
    if not host or not _HOST.issuperset(host):
        raise UriError("broken host")
    return host, _port(port.strip())


def _port(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 5) or not 0 < int(text) < 65_536:
        raise UriError("broken port")
    return int(text)


def parameters_of(text: str) -> dict[str, str]:
    """`a=1;b;c="x;y"` as a dict: names in lower case, quotes removed, empty for a flag; the first of a name counts."""
    found: dict[str, str] = {}
    if not text:
        return found
    for item in split_outside(text, ";") if '"' in text else text.split(";"):
        name, _, value = item.partition("=")
        name = name.strip().lower()
        if name and name not in found:
            found[name] = unquoted(value.strip())
    return found


def unquoted(text: str) -> str:
    """A quoted-string without its quotes and back-slashes; other text as it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    out: list[str] = []
    escaped = False
    for character in inner:
        if escaped or character != "\\":
            out.append(character)
            escaped = False
        else:
            escaped = True
    return "".join(out)


def split_outside(text: str, mark: str) -> list[str]:
    """Split at `mark`, but not inside quotes or angle brackets."""
    parts: list[str] = []
    start = 0
    quoted = escaped = angled = False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped = character == "\\"
            quoted = character != '"'
        elif character == '"':
            quoted = True
        elif character in "<>":
            angled = character == "<"
        elif character == mark and not angled:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return parts


class NameAddress(msgspec.Struct, frozen=True, gc=False):
    """A From, To, Contact or Route value. uri: as written. parameters: those of the header, not of the URI."""

    display: str
    uri: str
    parameters: dict[str, str]

    @property
    def tag(self) -> str:
        return self.parameters.get("tag", "")

    def parsed(self) -> Uri:
        """The URI, read. Raises UriError."""
        return Uri.parse(self.uri)


@lru_cache(maxsize=1_024)
def name_address(text: str) -> NameAddress:
    """Read `"Name" <uri>;params`, `<uri>;params` or `uri;params`. Raises UriError. Cached: do not change the result."""
    text = text.strip()
    if len(text) > _MAX:
        raise UriError("address too long")
    if "<" not in text:
        # Without brackets every parameter belongs to the header (section 20.10).
        uri, _, parameters = text.partition(";")
        return NameAddress("", uri.strip(), parameters_of(parameters))
    opening = _opening_bracket(text)
    uri, closing, rest = text[opening + 1 :].partition(">")
    if not closing:
        raise UriError("address bracket not closed")
    return NameAddress(unquoted(text[:opening].strip()), uri.strip(), parameters_of(rest))


def _opening_bracket(text: str) -> int:
    """Where the address starts: the first `<` outside the quoted display name."""
    closing = _end_of_quotes(text) if text.startswith('"') else 0
    opening = text.find("<", closing)
    if closing < 0 or opening < 0:
        raise UriError("display name not closed")
    return opening


def _end_of_quotes(text: str) -> int:
    """Where the quotes close that `text` starts with, or -1."""
    if "\\" not in text:
        return text.find('"', 1)
    escaped = False
    for position in range(1, len(text)):
        if escaped:
            escaped = False
        elif text[position] == "\\":
            escaped = True
        elif text[position] == '"':
            return position
    return -1


def quoted(text: str) -> str:
    """A display name as a quoted-string that cannot break out of its header."""
    clean = text if text.isprintable() else "".join(c for c in text if c >= " " and c != "\x7f")
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
