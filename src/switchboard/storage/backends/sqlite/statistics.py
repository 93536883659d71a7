"""What SQLite's planner is told about every index: that tables are large and most rows are one organization's.

Without statistics SQLite takes ten rows to have the same organization. It then reads all of them along the
primary key instead of looking one up in the index that was made for it: over a million contacts that is the
difference between 0.1 ms and a second. Measured statistics would change plans from day to day, and a new
database has none. These are fixed, so that the plans the tests see are those of every center, of any size.
Source: https://www.sqlite.org/fileformat2.html#stat1tab, and section 4 of https://www.sqlite.org/queryplanner-ng.html
"""

from typing import Final

from sqlalchemy import Connection

ROWS: Final = 1_000_000
"""In every table, as far as the planner is concerned."""

SHARED: Final = {
    "organization": 1,
    "kind": 2,
    "client": 4,
    "state": 8,
    "how": 8,
    "end": 10,
    "disposition": 10,
    "queue": 20,
    "agent": 100,
}
"""How many different values a column has where rows share them; other columns have many."""

FEW: Final = 4
"""Rows with the same values of the columns up to one that is not in `SHARED`."""

_INDEXES: Final = """
    SELECT held.name, listed.name, listed."unique", part.name
    FROM sqlite_schema AS held, pragma_index_list(held.name) AS listed, pragma_index_info(listed.name) AS part
    WHERE held.type = 'table' AND held.name NOT LIKE 'sqlite~_%' ESCAPE '~'
    ORDER BY held.name, listed.name, part.seqno
"""


def tell_the_planner(connection: Connection) -> None:
    """Write the statistics of every index there is; in force for connections that are opened afterwards."""
    indexes: dict[tuple[str, str, bool], list[str]] = {}
    for table, index, unique, column in connection.exec_driver_sql(_INDEXES):
        indexes.setdefault((table, index, bool(unique)), []).append(column)
    # The table of statistics cannot be made, only be left behind by measuring; one row of each is enough.
    connection.exec_driver_sql("PRAGMA analysis_limit = 1")
    connection.exec_driver_sql("ANALYZE")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    rows = [(table, index, statistics(columns, unique)) for (table, index, unique), columns in indexes.items()]
    if rows:
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)


def statistics(columns: list[str], unique: bool) -> str:
    """A line of `sqlite_stat1`: how many rows, then how many share the first column, the first two, and so on."""
    alike = [ROWS]
    for column in columns:
        alike.append(max(1, alike[-1] // SHARED[column]) if column in SHARED else min(alike[-1], FEW))
    if unique:
        alike[-1] = 1
    return " ".join(map(str, alike))
