"""Migrations: forward only, usable from code, the same on SQLite and PostgreSQL.

    upgrade("sqlite:///data/switchboard.db")          # what `switchboard migrate` does
    make_revision(url, "queues get a colour")         # a developer, after changing a `store.py`
    check(url)                                        # do the migrations make what the code describes?

All of it happens in one transaction: a migration that fails leaves the database as it was.
"""

import asyncio
import importlib
import io
import pkgutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from switchboard.kit.errors import Unavailable

FOLDER: Final = Path(__file__).parent / "migrations"


def run_upgrade(connection: Connection) -> None:
    """Apply the missing migrations in the connection's transaction.

    Raises Unavailable when the database was made by a newer version.
    """
    try:
        command.upgrade(_config(connection), "head")
    except CommandError as error:
        if "locate revision" in str(error):
            raise Unavailable("This database was made by a newer version of Switchboard; install that one") from None
        raise


def upgrade(url: str) -> None:
    """Bring the database to this version of the code."""
    _run(url, run_upgrade)


def make_revision(url: str, message: str) -> Path:
    """Write the migration from the database's tables to those of the code; returns the new file.

    The database must be at the newest migration (an empty one, when there is none yet).
    """
    before = set(FOLDER.glob("versions/*.py"))
    _run(url, lambda connection: command.revision(_config(connection), message, autogenerate=True))
    (made,) = set(FOLDER.glob("versions/*.py")) - before
    return made


def check(url: str) -> Sequence[str]:
    """What the code's tables have and the database at `url` lacks, one line each; () when they agree."""
    differences: list[str] = []

    def compare(connection: Connection) -> None:
        try:
            command.check(_config(connection))
        except CommandError as error:
            differences.append(str(error))

    _run(url, compare)
    return differences


def newest() -> str | None:
    """The id of the last migration; None when there is none yet."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def load_stores() -> None:
    """Import this room's tables and every module or package named `store`: the metadata is complete then."""
    import switchboard

    for name in ("switchboard.storage.journal", "switchboard.storage.outbox", "switchboard.storage.jobs"):
        importlib.import_module(name)
    for module in pkgutil.walk_packages(switchboard.__path__, "switchboard."):
        if "store" in module.name.split("."):
            importlib.import_module(module.name)


def _config(connection: Connection) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _run(url: str, work: Callable[[Connection], Any]) -> None:
    # Here and not above: a database knows how to migrate itself, so it imports this module.
    from switchboard.storage.database import Database

    load_stores()

    async def run() -> None:
        database = Database.open(url)
        try:
            async with database.backend.migrating() as connection:
                await connection.run_sync(work)
        finally:
            await database.close()

    asyncio.run(run())
