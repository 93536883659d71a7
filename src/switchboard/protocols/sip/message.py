"""SIP messages: total parser and writer (RFC 3261 section 7).

`parse` returns a Request or Response or raises SipParseError, whatever the bytes. Headers are split once and kept as
text; values are read when somebody asks. Names are lower case and never compact inside; the writer spells them out.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from switchboard.protocols.sip.reasons import REASONS
from switchboard.protocols.sip.uri import NameAddress, UriError, name_address

MAX_HEADERS: Final = 128
"""Header lines a message may have."""
MAX_HEAD: Final = 16_384
"""Bytes before the body."""
CSEQ_LIMIT: Final = 2**31
"""Sequence numbers are below this (section 8.1.1.5)."""

_COMPACT: Final = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
    "k": "supported", "s": "subject", "e": "content-encoding", "o": "event", "r": "refer-to", "b": "referred-by",
    "u": "allow-events", "x": "session-expires", "a": "accept-contact", "d": "request-disposition",
}  # fmt: skip
_WRITTEN: Final = {
    name.lower(): name
    for name in (
        "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Length", "Content-Type", "Max-Forwards",
        "Record-Route", "Route", "Allow", "Supported", "Require", "Unsupported", "User-Agent", "Server",
        "WWW-Authenticate", "Proxy-Authenticate", "Authorization", "Proxy-Authorization", "Retry-After", "Expires",
        "Min-Expires", "Refer-To", "Referred-By", "Replaces", "Event", "Subscription-State", "Reason", "Accept",
        "P-Asserted-Identity", "Remote-Party-ID", "Privacy", "Diversion", "Path", "Date", "Warning",
    )
}  # fmt: skip
# Header names as they come, to the name we keep. Only known spellings enter, so it cannot grow.
_KNOWN: Final = (
    {written: name for name, written in _WRITTEN.items()}
    | {name: name for name in _WRITTEN}
    | _COMPACT
    | {letter.upper(): name for letter, name in _COMPACT.items()}
)
_SINGLE: Final = frozenset({"from", "to", "call-id", "cseq", "content-length", "max-forwards"})
_NEEDED: Final = ("via", "from", "to", "call-id", "cseq")
_TOKEN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~")

# Where the splitter notes a header that may stand only once; no header can have this name.
_TWICE: Final = ":twice"

Headers = dict[str, list[str]]


class SipParseError(ValueError):
    """These bytes are not a SIP message we can work with.

    request: set when the message is a request whose Via, From, To, Call-ID and CSeq can be copied into a 400.
    """

    def __init__(self, text: str, request: "Request | None" = None) -> None:
        super().__init__(text)
        self.request = request


class Message:
    """What requests and responses share. headers: lower-case name to values, in order of arrival."""

    __slots__ = ("body", "cseq", "cseq_method", "headers")
    headers: Headers
    body: bytes
    cseq: int
    cseq_method: str

    def get(self, name: str) -> str | None:
        """First value of a header (name in lower case), or None."""
        values = self.headers.get(name)
        return values[0] if values else None

    def values(self, name: str) -> Sequence[str]:
        """Every value as it stood on its line."""
        return self.headers.get(name, ())

    @property
    def call_id(self) -> str:
        return self.headers["call-id"][0]

    @property
    def top_via(self) -> str:
        return self.headers["via"][0]

    @property
    def from_address(self) -> NameAddress:
        """Raises UriError, never on a parsed message."""
        return name_address(self.headers["from"][0])

    @property
    def to_address(self) -> NameAddress:
        return name_address(self.headers["to"][0])

    @property
    def from_tag(self) -> str:
        return tag_of(self.headers["from"][0])

    @property
    def to_tag(self) -> str:
        return tag_of(self.headers["to"][0])

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Append header values that others gave us. Raises ValueError when one would break the message."""
        for name, value in pairs:
            if not name or not _TOKEN.issuperset(name) or "\r" in value or "\n" in value:
                raise ValueError(f"header {name!r} cannot be written")
            self.headers.setdefault(_canonical(name), []).append(value)

    def start_line(self) -> str:
        raise NotImplementedError

    def encode(self) -> bytes:
        """The message as it goes on the wire, with a true Content-Length."""
        lines = [self.start_line()]
        written = _WRITTEN
        for name, values in self.headers.items():
            label = written.get(name) or name.title()
            for value in values:
                lines.append(f"{label}: {value}")  # noqa: PERF401 - the hot path; a nested comprehension is not clearer
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "replace") + self.body


class Request(Message):
    """method: upper case. uri: Request-URI as text."""

    __slots__ = ("method", "uri")

    def __init__(self, method: str, uri: str, headers: Headers, body: bytes = b"", *, cseq: int) -> None:
        self.method = self.cseq_method = method
        self.uri = uri
        self.headers = headers
        self.body = body
        self.cseq = cseq

    def start_line(self) -> str:
        return f"{self.method} {self.uri} SIP/2.0"


class Response(Message):
    """status: 100 to 699."""

    __slots__ = ("reason", "status")

    def __init__(
        self, status: int, reason: str, headers: Headers, body: bytes = b"", *, cseq: int, cseq_method: str
    ) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
        self.cseq = cseq
        self.cseq_method = cseq_method

    def start_line(self) -> str:
        return f"SIP/2.0 {self.status} {self.reason}"

    @classmethod
    def to(cls, request: Request, status: int, reason: str = "", *, tag: str = "") -> "Response":
        """A response to `request` (section 8.2.6). tag: added to To when it has none and status is above 100."""
        source = request.headers
        to = source["to"]
        if tag and status > 100 and not tag_of(to[0]):
            to = [f"{to[0]};tag={tag}"]
        headers: Headers = {
            "via": source["via"],
            "from": source["from"],
            "to": to,
            "call-id": source["call-id"],
            "cseq": source["cseq"],
        }
        phrase = clean_phrase(reason) or REASONS.get(status, "Unknown")
        return cls(status, phrase, headers, cseq=request.cseq, cseq_method=request.method)


AnyMessage = TypeVar("AnyMessage", bound=Message)


def clean_phrase(text: str) -> str:
    """A reason phrase without anything that could break the line."""
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def tag_of(value: str) -> str:
    """The tag parameter of a From or To value, or empty. Fast for the way nearly everybody writes it."""
    _, marker, tag = value.rpartition(">")[2].partition(";tag=")
    if not marker:
        return _tag_slowly(value) if "tag" in value.lower() else ""
    return tag.partition(";")[0].strip()


def _tag_slowly(value: str) -> str:
    try:
        return name_address(value).tag
    except UriError:
        return ""


def _canonical(name: str) -> str:
    name = name.strip().lower()
    return _COMPACT.get(name, name)


def parse(data: bytes) -> Request | Response:
    """Read one whole message; bytes beyond Content-Length are dropped (section 18.3). Raises SipParseError."""
    head, separator, body = data.partition(b"\r\n\r\n")
    if not separator:
        raise SipParseError("no end of headers")
    if len(head) > MAX_HEAD:
        raise SipParseError("headers too long")
    text = head.decode("utf-8", "replace")
    lines = text.split("\r\n")
    ends = len(lines) - 1
    if head.count(b"\n") != ends or head.count(b"\r") != ends or b"\0" in head:
        # What we copy from one message to another must never start a line of its own.
        raise SipParseError("stray control characters")
    if not lines[0] or "\r\n " in text or "\r\n\t" in text:
        lines = text.replace("\r\n ", " ").replace("\r\n\t", " ").lstrip("\r\n").split("\r\n")
    headers = _split_headers(lines)
    message = _message(lines[0], headers)
    message.body = _body(message, body)
    return message


def _split_headers(lines: list[str]) -> Headers:
    if len(lines) > MAX_HEADERS:
        raise SipParseError("too many headers")
    headers: Headers = {}
    known = _KNOWN
    for position in range(1, len(lines)):
        name, colon, value = lines[position].partition(":")
        key = known.get(name)
        if key is None:
            key = _canonical(name)
            if not colon or not key or not _TOKEN.issuperset(key):
                raise SipParseError("not a header line")
        value = value.strip()
        if key not in headers:
            headers[key] = [value]
        else:
            headers[key].append(value)
            if key in _SINGLE:
                headers[_TWICE] = [key]
    return headers


def _message(first: str, headers: Headers) -> Request | Response:
    for name in _NEEDED:
        if name not in headers:
            raise SipParseError(f"no {name} header")
    cseq, cseq_method, broken = _cseq(headers["cseq"][0])
    parts = first.split(" ", 2)
    if len(parts) != 3:
        raise SipParseError("broken first line")
    if parts[0] == "SIP/2.0":
        if broken:
            raise SipParseError("broken CSeq")
        return _response(parts, headers, cseq, cseq_method)
    return _request(parts, headers, cseq, cseq_method, broken)


def _response(parts: list[str], headers: Headers, cseq: int, cseq_method: str) -> Response:
    status = parts[1]
    if len(status) != 3 or not (status.isascii() and status.isdigit()) or not "1" <= status[0] <= "6":
        raise SipParseError("broken status")
    fault = _fault(headers)
    if fault:
        raise SipParseError(fault)
    return Response(int(status), parts[2], headers, cseq=cseq, cseq_method=cseq_method)


def _request(parts: list[str], headers: Headers, cseq: int, cseq_method: str, broken: bool) -> Request:
    method, uri, version = parts
    if version != "SIP/2.0" or not method or not uri or not _TOKEN.issuperset(method):
        raise SipParseError("not a SIP request")
    request = Request(method, uri, headers, cseq=cseq)
    fault = "broken CSeq" if broken or cseq_method != method else _fault(headers)
    if fault:
        # ACK is never answered (section 17).
        raise SipParseError(fault, None if method == "ACK" else request)
    return request


def _cseq(value: str) -> tuple[int, str, bool]:
    number, _, method = value.partition(" ")
    method = method.strip()
    if not (number.isascii() and number.isdigit() and len(number) <= 10) or not method:
        return 0, method, True
    parsed = int(number)
    return parsed, method, parsed >= CSEQ_LIMIT


def _fault(headers: Headers) -> str:
    """What is wrong with headers that every message needs; empty when nothing is."""
    if _TWICE in headers:
        return f"more than one {headers.pop(_TWICE)[0]} header"
    if not headers["call-id"][0]:
        return "empty call-id"
    try:
        for name in ("from", "to"):
            value = headers[name][0]
            if not (value.startswith("<sip") and ">" in value) and not name_address(value).uri.partition(":")[2]:
                return f"broken {name}"
    except UriError:
        return f"broken {name}"
    return ""


def _body(message: Message, body: bytes) -> bytes:
    # The writer counts again, so the parsed value is not kept.
    stated = message.headers.pop("content-length", None)
    if stated is None:
        return body
    text = stated[0]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise SipParseError("broken Content-Length", message if isinstance(message, Request) else None)
    length = int(text)
    if length > len(body):
        raise SipParseError("body cut short", message if isinstance(message, Request) else None)
    return body if length == len(body) else body[:length]
