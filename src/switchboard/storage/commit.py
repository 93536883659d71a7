"""What a backend is asked to make durable, and what it answers: the contract behind the writer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from switchboard.storage.compiled import Compiled, Row


class CommitLost(Exception):
    """The transaction as a whole did not end well (disk full, connection gone): its fate is unknown."""


class Broken(Exception):
    """Not tried, because the batch it builds upon failed just before."""


class Unit(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Changes that are saved together or not at all.

    chain: units of one chain build upon each other, so that one that fails takes the later ones with it;
    empty for a unit that stands alone.
    """

    changes: Sequence[tuple[Compiled, Row]]
    chain: str = ""


@dataclass(slots=True)
class Outcome:
    """How the units of a group ended, in their order: None for saved, else the error."""

    errors: list[Exception | None] = field(default_factory=list)
    _broken: set[str] = field(default_factory=set)

    def may_try(self, unit: Unit) -> bool:
        """Whether what the unit builds upon was saved; if not, its error is noted."""
        if unit.chain and unit.chain in self._broken:
            self.errors.append(Broken(unit.chain))
            return False
        return True

    def saved(self) -> None:
        self.errors.append(None)

    def failed(self, unit: Unit, error: Exception) -> None:
        self.errors.append(error)
        if unit.chain:
            self._broken.add(unit.chain)


class Committer(Protocol):
    """Saves groups of units, one group at a time."""

    async def commit(self, units: Sequence[Unit]) -> list[Exception | None]:
        """Save the units in one durable transaction; returns when it is on disk.

        When a unit fails, all are tried again one by one, each behind its own savepoint, so that it takes
        no neighbour with it. Returns an error or None per unit. Raises CommitLost when nothing may be
        assumed about any of them.
        """
        ...

    async def close(self) -> None: ...
