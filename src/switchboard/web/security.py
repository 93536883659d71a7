"""What stands before every route: known hosts, own origins, bounded bodies, headers that bind the browser."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from switchboard.web.edge import Edge, Limits
from switchboard.web.failures import answer

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST: Final = re.compile(r"^(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>\d{1,5}))?$")
_PORTS: Final = {"http": 80, "https": 443}
_WEB: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}

API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
}
_INLINE_SCRIPT: Final = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def script_hashes(html: bytes) -> str:
    """The inline scripts of a page as sources of a content security policy, each after a space."""
    hashes = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(html)]
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)


def page_policy(scripts: str, host: str) -> str:
    """The content security policy of a page: everything from us, and exactly its own inline scripts.

    scripts: of `script_hashes`. host: the Host header, as the gate let it through. Styles set on elements
    are allowed, style sheets from elsewhere are not. Sounds may be made in the page (blob:, data:).
    """
    # Not every browser counts WebSockets of the page's own host as 'self'.
    feed = f"ws://{host} wss://{host}"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{scripts}",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "media-src 'self' data: blob:",
            f"connect-src 'self' {feed}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def same_origin(origin: str, scheme: str, host: str, further: Iterable[str] = ()) -> bool:
    """Whether a request's Origin is the place it was sent to.

    scheme: of the request, `ws` counts as `http`. host: its Host header. further: other origins of ours.
    `null` (a sandboxed frame, a file) is nobody's own origin.
    """
    if origin in further:
        return True
    web = _WEB[scheme]
    try:
        parts = urlsplit(origin)
        theirs = (parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme))
        own = urlsplit(f"{web}://{host}")
        ours = (web, own.hostname, own.port or _PORTS[web])
    except ValueError:
        return False
    return bool(parts.hostname) and theirs == ours


class Gate:
    """Refuses requests for hosts that are not ours and changing requests sent by foreign pages.

    A WebSocket handshake is such a request: browsers send cookies with it, from any page. Programs
    send no Origin and are let through to the session and CSRF checks.
    """

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self._app = app
        self._edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
            return
        status, code, text = refusal
        await answer(status, code, text)(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        named = _HOST.match(host)
        if named is None:
            return 400, "bad_request", "The Host header is missing or malformed"
        if self._edge.hosts is not None and named["name"].strip("[]").lower() not in self._edge.hosts:
            return 421, "wrong_host", "This server does not answer under that name"
        if scope["type"] == "http" and scope["method"] in SAFE:
            return None
        origin = headers.get("origin")
        if origin is not None and not same_origin(origin, scope["scheme"], host, self._edge.origins):
            return 403, "refused", "This request came from another site's page"
        if origin is None and headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return 403, "refused", "This request came from another site's page"
        return None


class BodyLimit:
    """Refuses bodies that are too large (413) or take too long to arrive (408)."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._limits.bodies.get(scope["path"], self._limits.body)
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > most:
            too_large = answer(413, "too_large", _too_large(most), field="body")
            await too_large(scope, receive, send)
            return
        await self._app(scope, _Bounded(receive, most, self._limits.body_time), send)


def _too_large(most: int) -> str:
    return f"The request is larger than the {most // 1024} KiB allowed here"


class _Bounded:
    """`receive` with a count and a deadline, as long as the body is arriving."""

    def __init__(self, receive: Receive, most: int, seconds: float) -> None:
        self._receive = receive
        self._left = most
        self._most = most
        self._seconds = seconds
        self._deadline: float | None = None
        self._arrived = False

    async def __call__(self) -> Message:
        if self._arrived:
            return await self._receive()
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The request took too long to arrive") from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, _too_large(self._most))
        self._arrived = not message.get("more_body", False)
        return message


class Binding:
    """Adds the headers that keep a browser from being turned against its user."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", API_POLICY)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, sending)
