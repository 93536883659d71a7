"""The local socket by which the command line reaches a running node: only its own user may connect.

One request and one answer per connection, each a JSON line. On SQLite the serving process alone writes, so
`apply`, its trial and `export` go through here while somebody serves the data folder.
"""

import asyncio
import datetime as dt
import os
from pathlib import Path
from typing import Final, Self, TypeAlias

import msgspec
import structlog

from switchboard.app.trial_task import TrialTasks
from switchboard.configuration.service import Configuration, Sources, described
from switchboard.kit.errors import Refused, SwitchboardError, Unavailable
from switchboard.routing.simulation.trial import Task
from switchboard.tenancy.service import Tenancy

_log = structlog.get_logger(__name__)

SOCKET: Final = "control.sock"
MOST: Final = 16 * 1024 * 1024
"""Bytes of one request or answer."""


class Apply(msgspec.Struct, frozen=True, tag="apply"):
    """A file's content, the folder its paths start from, and the variables it names."""

    content: str
    folder: str
    environment: dict[str, str]
    dry_run: bool
    prune: bool


class Try(msgspec.Struct, frozen=True, tag="try"):
    """As `Apply`, to be tried on a day's calls: day is a date, None for today."""

    content: str
    folder: str
    environment: dict[str, str]
    prune: bool
    day: dt.date | None


class Trying(msgspec.Struct, frozen=True):
    """What `Try` is answered. changes: the difference in words. task: what whoever asked has to simulate."""

    changes: str
    task: Task


class Export(msgspec.Struct, frozen=True, tag="export"):
    """organization: its key, None where there is only one."""

    organization: str | None


Request: TypeAlias = Apply | Export | Try


class Answer(msgspec.Struct, frozen=True):
    """text: what to print, or JSON. error: one line or more for a person, empty when all went well."""

    text: str = ""
    error: str = ""


async def apply(configuration: Configuration, request: Apply) -> str:
    """Carry an application out; returns the difference in words."""
    sources = Sources(environment=request.environment, folder=Path(request.folder))
    applied = await configuration.apply(request.content.encode(), sources, prune=request.prune, dry_run=request.dry_run)
    return described(applied.difference)


async def trying(configuration: Configuration, trials: TrialTasks, request: Try) -> str:
    """A `Trying` as JSON: the simulation itself is left to whoever asked, so that it takes nothing from the calls."""
    sources = Sources(environment=request.environment, folder=Path(request.folder))
    document, applied = await configuration.checked(request.content.encode(), sources, prune=request.prune)
    if applied.organization is None:
        raise Refused("the file would make a new organization, which no customer has called yet: nothing to try it on")
    task = await trials.ready(
        applied.organization, document, request.day, prune=request.prune, found=applied.difference
    )
    made = await asyncio.to_thread(msgspec.json.encode, Trying(described(applied.difference), task))
    return made.decode()


async def export(configuration: Configuration, tenancy: Tenancy, request: Export) -> str:
    """The organization's configuration as YAML. Raises Unavailable when there is none, or which is unclear."""
    known = {one.key: one.id for one in await tenancy.organizations()}
    key = request.organization or (next(iter(known)) if len(known) == 1 else None)
    if key is None or key not in known:
        names = ", ".join(sorted(known)) or "none yet"
        raise Unavailable(f"name the organization with --organization; there is: {names}")
    return await configuration.export(known[key])


class ControlSocket:
    """The serving end."""

    def __init__(self, path: Path, configuration: Configuration, tenancy: Tenancy, trials: TrialTasks) -> None:
        self._path = path
        self._trials = trials
        self._configuration = configuration
        self._tenancy = tenancy
        self._server: asyncio.Server | None = None

    @classmethod
    async def open(cls, folder: Path, configuration: Configuration, tenancy: Tenancy, trials: TrialTasks) -> Self:
        """Listen in the data folder, whose lock says that nobody else does."""
        made = cls(folder / SOCKET, configuration, tenancy, trials)
        made._path.unlink(missing_ok=True)
        before = os.umask(0o077)
        try:
            made._server = await asyncio.start_unix_server(made._served, made._path, limit=MOST)
        except OSError as error:
            raise Unavailable(f"the control socket {made._path} cannot be made: {error.strerror}") from None
        finally:
            os.umask(before)
        return made

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = msgspec.json.decode(await reader.readline(), type=Request)
            writer.write(msgspec.json.encode(await self._answer(request)) + b"\n")
            await writer.drain()
        except (msgspec.DecodeError, ConnectionError, ValueError) as error:
            _log.warning("control_request_refused", error=type(error).__name__)
        finally:
            writer.close()

    async def _answer(self, request: Request) -> Answer:
        try:
            match request:
                case Apply():
                    return Answer(text=await apply(self._configuration, request))
                case Try():
                    return Answer(text=await trying(self._configuration, self._trials, request))
                case Export():
                    return Answer(text=await export(self._configuration, self._tenancy, request))
        except SwitchboardError as error:
            return Answer(error=error.text)


async def ask(folder: Path, request: Request) -> str | None:
    """Ask the node that serves this folder; None when nobody does. Raises Unavailable with what it says."""
    try:
        reader, writer = await asyncio.open_unix_connection(folder / SOCKET, limit=MOST)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    writer.write(msgspec.json.encode(request) + b"\n")
    line = await reader.readline()
    writer.close()
    if not line:
        raise Unavailable("the running center did not answer; look at its log")
    answer = msgspec.json.decode(line, type=Answer)
    if answer.error:
        raise Unavailable(answer.error)
    return answer.text
