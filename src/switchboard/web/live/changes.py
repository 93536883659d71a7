"""Which changes lead from one state to the next, and what they make of a state.

States are the plain JSON objects of `DeskState`, `Board` and `Explanation`. The law: applying `between(a, b)` to `a`
gives `b`, up to the order of a board's rows. `server_now` is no change: it travels with every frame.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

State = Mapping[str, Any]
Change = Mapping[str, Any]

DESK_PARTS: Final = ("agent", "states", "offer", "engagement")
WHY_PARTS: Final = ("line", "agent")
BOARD_LISTS: Final = ("queues", "agents", "figures", "stuck")


def desk_changes(before: State, after: State) -> list[Change]:
    """The parts of a desk that differ, whole: each is small."""
    return [{"part": part, "value": after[part]} for part in DESK_PARTS if before[part] != after[part]]


def desk_applied(state: State, changes: Sequence[Change]) -> State:
    """What the page makes of `changes`; the same as its reducer in `web/src/lib/feed`."""
    return {**state, **{change["part"]: change["value"] for change in changes}}


def why_changes(before: State, after: State) -> list[Change]:
    """The parts of an explanation that differ, whole: a page shows all of it."""
    return [{"part": part, "value": after[part]} for part in WHY_PARTS if before[part] != after[part]]


def why_applied(state: State, changes: Sequence[Change]) -> State:
    """What the page makes of `changes`; the same as its reducer in `web/src/lib/feed`."""
    return desk_applied(state, changes)


def board_changes(before: State, after: State) -> list[Change]:
    """The rows of a board that are new, differ (`row` is the new one) or are gone (`row` is None)."""
    changes: list[Change] = []
    for part in BOARD_LISTS:
        # Most rows are the very same object in the same place as before: only the others are looked at.
        moved = [(old, new) for old, new in zip_longest(before[part], after[part]) if old is not new]
        old = {row["id"]: row for row, _ in moved if row is not None}
        new = {row["id"]: row for _, row in moved if row is not None}
        changes.extend({"part": part, "id": key, "row": row} for key, row in new.items() if old.get(key) != row)
        changes.extend({"part": part, "id": gone, "row": None} for gone in old if gone not in new)
    return changes


def board_applied(state: State, changes: Sequence[Change]) -> State:
    """What the page makes of `changes`; the same as its reducer in `web/src/lib/feed`."""
    lists = {part: {row["id"]: row for row in state[part]} for part in BOARD_LISTS}
    for change in changes:
        rows = lists[change["part"]]
        if change["row"] is None:
            rows.pop(change["id"], None)
        else:
            rows[change["id"]] = change["row"]
    return {**state, **{part: list(rows.values()) for part, rows in lists.items()}}
