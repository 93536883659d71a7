"""Many rows of one INSERT in few statements.

For each run of a statement the driver gives the interpreter away and takes it back, twice. Beside a busy loop that is
a fight for it every time, and it costs more than the row.
"""

import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from switchboard.storage.compiled import Row

MOST: Final = 32
"""Rows in one statement at most. The fewer sizes there are, the fewer statements the driver has to keep."""

_INSERT: Final = re.compile(r"(INSERT INTO .+? VALUES )(\(\?(?:, \?)*\))(.*)", re.DOTALL)


def run(connection: sqlite3.Connection, sql: str, rows: Sequence[Row]) -> None:
    """Run a statement once for each row of parameters, in order; what inserts takes many rows at a time.

    Raises what the driver raises; rows before the one at fault are then in the open transaction, or are not.
    """
    if len(rows) == 1:
        connection.execute(sql, rows[0])
    elif _INSERT.fullmatch(sql) is None:
        connection.executemany(sql, rows)
    else:
        done = 0
        while left := len(rows) - done:
            size = min(MOST, 1 << left.bit_length() - 1)
            connection.execute(_widened(sql, size), list(chain.from_iterable(rows[done : done + size])))
            done += size


@lru_cache(maxsize=1_024)
def _widened(sql: str, size: int) -> str:
    """The INSERT with places for this many rows."""
    found = _INSERT.fullmatch(sql)
    assert found is not None
    before, row, after = found.groups()
    return f"{before}{', '.join([row] * size)}{after}"
