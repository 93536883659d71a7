"""What the command line does without serving: apply, export, backup, restore, migrate."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Final

from switchboard.app import control
from switchboard.app.rooms import Rooms, beside
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import NotFound, Unavailable
from switchboard.settings import DATABASE_FILE, Settings
from switchboard.storage import backup
from switchboard.storage.database import Database
from switchboard.storage.folder import DataFolder

_NAMED: Final = re.compile(r"\benv:\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)")
"""Variables that a file names: only these are handed to a running center."""


async def apply_file(settings: Settings, file: Path, *, dry_run: bool, prune: bool) -> None:
    """Bring an organization to the state of a file; prints the difference."""
    content = await read_file(file)
    request = control.Apply(
        content=content,
        folder=str(beside(file)),
        environment=named_in(content),
        dry_run=dry_run,
        prune=prune,
    )
    text = await control.ask(settings.data, request)
    if text is None:
        rooms = await Rooms.open(settings, SystemClock())
        try:
            text = await control.apply(rooms.configuration, request)
        finally:
            await rooms.close()
    sys.stdout.write(text.rstrip("\n") + "\n")


async def read_file(file: Path) -> str:
    """A configuration file's text. Raises Unavailable."""
    try:
        return await asyncio.to_thread(file.read_text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{file} cannot be read: {error}") from None


def named_in(content: str) -> dict[str, str]:
    """The variables of this process that a file names."""
    return {name: os.environ[name] for name in _NAMED.findall(content) if name in os.environ}


async def export_organization(settings: Settings, organization: str | None) -> None:
    """Write an organization's configuration to standard output."""
    must_exist(settings)
    request = control.Export(organization)
    text = await control.ask(settings.data, request)
    if text is None:
        rooms = await Rooms.open(settings, SystemClock())
        try:
            text = await control.export(rooms.configuration, rooms.tenancy, request)
        finally:
            await rooms.close()
    sys.stdout.write(text)


async def backup_database(settings: Settings, target: Path) -> None:
    """Copy the database while the center may be running: reading takes no lock from it."""
    must_exist(settings)
    database = Database.open(settings.database_url())
    try:
        await backup.backup(database, target)
    finally:
        await database.close()
    sys.stdout.write(f"{target} holds a copy of the database; copy the folder {settings.data}/sounds as well\n")


def must_exist(settings: Settings) -> None:
    """Who reads a database that is not there has mistyped its folder: none is made for him. Raises NotFound."""
    if not settings.database and not (settings.data / DATABASE_FILE).is_file():
        raise NotFound(f"there is no database in the folder {settings.data}: name it with --data")


async def restore_database(settings: Settings, source: Path) -> None:
    """Bring a copy back, while nobody serves the folder."""
    folder = DataFolder.take(settings.data)
    try:
        await backup.restore(settings.database_url(), source)
    finally:
        folder.release()
    sys.stdout.write(f"the database is as it was in {source}\n")


async def migrate_database(settings: Settings) -> None:
    """Bring the database to this version's tables."""
    rooms = await Rooms.open(settings, SystemClock())
    await rooms.close()
    sys.stdout.write("the database has this version's tables\n")
