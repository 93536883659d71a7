"""What a data folder proves after the fact: the journal and the ledger of an SQLite center, read from outside."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from switchboard.routing.replay import Replay
from switchboard.storage.journal import JournalEntry


@contextmanager
def _opened(data: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(data / "switchboard.db", timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def journal(data: Path) -> list[JournalEntry]:
    """Every entry, in order."""
    with _opened(data) as connection:
        found = connection.execute("SELECT organization, seq, at, rules, input, decisions FROM journal ORDER BY seq")
        return [JournalEntry(*row) for row in found]


def contacts(data: Path) -> list[dict[str, Any]]:
    """The ledger's contacts, in the order they arrived."""
    return rows(data, "SELECT * FROM contact ORDER BY arrived_at")


def rows(data: Path, query: str) -> list[dict[str, Any]]:
    """What a query on the database brings."""
    with _opened(data) as connection:
        return [dict(row) for row in connection.execute(query)]


def assert_sound(entries: list[JournalEntry]) -> None:
    """The journal has no gap, and deciding it anew decides the same."""
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    replay = Replay()
    assert [found for entry in entries if (found := replay.check(entry)) is not None] == []


def alive(pid: int) -> bool:
    """Whether that process runs; one that has ended and is not yet collected does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
