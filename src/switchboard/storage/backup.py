"""Copies of the whole database: taken while it works, put back while nobody does.

await backup(database, Path("before-upgrade.backup"))     # SQLite's online backup, or pg_dump
await restore("sqlite:///data/switchboard.db", Path("before-upgrade.backup"))
"""

import asyncio
import os
from pathlib import Path

from switchboard.kit.errors import Conflict, NotFound, Unavailable
from switchboard.storage.database import Database


async def backup(database: Database, target: Path) -> None:
    """Write one consistent copy of the database to the new file `target`, or nothing.

    Raises Conflict when the file exists, Unavailable when it cannot be written or pg_dump is missing.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        # It holds hashes of passwords and customers' numbers: for its owner only, from its first byte.
        unfinished.touch(mode=0o600)
        await database.backend.backup(unfinished)
        await asyncio.to_thread(_finish, unfinished, target)
    except FileExistsError:
        raise Conflict(f"{target} is already there") from None
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {os.strerror(error.errno or 0)}") from None
    finally:
        unfinished.unlink(missing_ok=True)


async def restore(url: str, source: Path) -> None:
    """Make the database at `url` what `source` holds; what it held before is gone.

    Nobody may have the database open: hold the data folder's lock. Raises NotFound, Invalid when the file
    is damaged or none of ours (nothing is changed then), Unavailable when pg_restore is missing or fails.
    """
    if not await asyncio.to_thread(source.is_file):
        raise NotFound(f"There is no file {source}")
    database = Database.open(url)
    try:
        await database.backend.restore(source)
    finally:
        await database.close()


def _finish(unfinished: Path, target: Path) -> None:
    """Put the copy on disk and give it its name. Raises FileExistsError."""
    file = os.open(unfinished, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
    # `link` and not `rename`: a file that came to be there meanwhile is not overwritten.
    os.link(unfinished, target)
