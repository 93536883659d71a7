"""What a database engine must offer; one module per engine in `backends/`."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.storage.commit import Committer
from switchboard.storage.dialect import Dialect


class Backend(Protocol):
    """One database, opened. Nothing is read before the first connection is asked for."""

    @property
    def dialect(self) -> Dialect: ...

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection that sees one moment of the database and cannot write."""
        ...

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection in a transaction: committed at the end of the block, rolled back by an exception."""
        ...

    def migrating(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Like `writing`, for changing tables: alone, all or nothing, constraints checked at the end."""
        ...

    def committer(self) -> Committer:
        """The way of the group-commit writer past SQLAlchemy. It keeps out of `writing`'s way by itself."""
        ...

    async def backup(self, target: Path) -> None:
        """Write one consistent copy to the new file `target` while work goes on."""
        ...

    async def restore(self, source: Path) -> None:
        """Make this database what `source`, written by `backup`, holds. Nobody else may have it open."""
        ...

    async def close(self) -> None: ...
