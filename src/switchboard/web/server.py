"""The web server inside our own event loop: starts, says where it listens, and stops when told."""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from switchboard.kit.errors import Invalid, Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.web.live.direct import DirectWebSocket
from switchboard.web.live.feed import Feed

BACKLOG: Final = 1_024
MOST_FRAME: Final = 64 * 1024
"""Bytes of a frame that a page may send."""


class Server:
    """A running web server. port: the real one when 0 was asked for."""

    def __init__(self, app: FastAPI, uvicorn_server: "_Embedded", tasks: Tasks, host: str, port: int) -> None:
        self._app = app
        self._server = uvicorn_server
        self._tasks = tasks
        self.host = host
        self.port = port

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        scheme = "https" if self._server.config.is_ssl else "http"
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # not bound here
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def close(self, drain: float = 5.0) -> None:
        """Take no new requests, tell the pages, let running requests end within `drain` seconds."""
        feed: Feed = self._app.state.feed
        feed.close()
        self._server.config.timeout_graceful_shutdown = max(1, round(drain))
        self._server.should_exit = True
        await self._server.ended.wait()
        await self._tasks.close()


async def serve(
    app: FastAPI,
    host: str,
    port: int,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    trusted_proxies: str = "",
    connections: int | None = None,
) -> Server:
    """Listen and serve `app` (from `create_app`) until `Server.close`. Returns when requests are answered.

    host: one name or address. port: 0 for any free one. certificate, key: PEM files, for HTTPS.
    trusted_proxies: addresses whose X-Forwarded headers are believed, separated by commas.
    connections: at most so many at a time, more are answered 503. Raises Unavailable when the port is in
    use or the address is not ours, Invalid(field="tls_certificate") when the files cannot be used.
    """
    config = uvicorn.Config(
        app,
        loop="none",
        # Named by class and not by word: a word is imported when the server starts, while calls may come in already.
        http=HttpToolsProtocol,
        ws=DirectWebSocket,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies or None,
        limit_concurrency=connections,
        ws_max_size=MOST_FRAME,
        # Frames are small: compressing each for each page would cost more than all else about it.
        ws_per_message_deflate=False,
        # The feed has its own heartbeat, which the page's script must answer, not just its network stack.
        ws_ping_interval=None,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    try:
        config.load()
    except (OSError, ValueError) as error:
        # ssl.SSLError is an OSError.
        raise Invalid(
            f"The certificate {certificate} with key {key} cannot be used: {error}", field="tls_certificate"
        ) from error
    listening = await _bound(host, port)
    embedded = _Embedded(config)
    tasks = Tasks("web server")
    running = tasks.start(embedded.run_in_loop([listening]), name="uvicorn")
    ready = tasks.start(embedded.ready.wait(), name="ready")
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if not embedded.started:
        listening.close()
        raise Unavailable("The web server could not start")
    return Server(app, embedded, tasks, host, listening.getsockname()[1])


class _Embedded(uvicorn.Server):
    """uvicorn without its signal handlers: who started us decides when we stop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def run_in_loop(self, sockets: list[socket.socket]) -> None:
        try:
            await self.serve(sockets)
        finally:
            self.ended.set()


async def _bound(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Unavailable with one clear line."""
    where = f"{host}:{port}"
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror:
        raise Unavailable(f"There is no address {host!r} to listen on for the web") from None
    family, _, _, _, address = found[0]
    try:
        listening = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        raise Unavailable(f"The web cannot listen on {where}: {_reason(error)}") from error
    listening.setblocking(False)
    return listening


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "another program uses this port; stop it or choose another port"
    if error.errno == errno.EACCES:
        return "this port needs more rights; choose one above 1023"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine does not have this address"
    return error.strerror or str(error)
