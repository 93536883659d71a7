"""A board's rows as plain data, made once for each row and not once for each frame."""

from typing import Any, Final

from switchboard.web.fields import Answer
from switchboard.web.live.changes import BOARD_LISTS
from switchboard.web.messages.board import Board


class PlainBoard:
    """Turns the states of one board into plain data. A row that is the same object as before stays the same."""

    def __init__(self) -> None:
        self._known: Final[dict[str, tuple[list[Any], list[dict[str, Any]]]]] = {}

    def __call__(self, board: Board) -> dict[str, Any]:
        lists = {part: self._rows(part, getattr(board, part)) for part in BOARD_LISTS}
        return {**lists, "filter": board.filter.model_dump(mode="json"), "server_now": board.server_now}

    def _rows(self, part: str, rows: list[Answer]) -> list[dict[str, Any]]:
        before, plain = self._known.get(part, ([], []))
        after = [
            known if old is row else row.model_dump(mode="json")
            for old, known, row in zip(before, plain, rows, strict=False)
        ]
        # More rows than before, or all of them at first.
        after += [row.model_dump(mode="json") for row in rows[len(after) :]]
        self._known[part] = rows, after
        return after
