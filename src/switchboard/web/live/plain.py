"""A board's rows as plain data, made once for each row and not once for each frame."""

from typing import Any, Final

from switchboard.web.fields import Answer
from switchboard.web.live.changes import BOARD_LISTS
from switchboard.web.messages.board import Board


class PlainBoard:
    """Turns the states of one board into plain data. A row that is the same object as before stays the same."""

    def __init__(self) -> None:
        self._known: Final[dict[str, dict[str, tuple[Answer, dict[str, Any]]]]] = {part: {} for part in BOARD_LISTS}

    def __call__(self, board: Board) -> dict[str, Any]:
        lists = {part: self._rows(part, getattr(board, part)) for part in BOARD_LISTS}
        return {**lists, "filter": board.filter.model_dump(mode="json"), "server_now": board.server_now}

    def _rows(self, part: str, rows: list[Any]) -> list[dict[str, Any]]:
        before = self._known[part]
        after: dict[str, tuple[Answer, dict[str, Any]]] = {}
        for row in rows:
            known = before.get(row.id)
            after[row.id] = known if known is not None and known[0] is row else (row, row.model_dump(mode="json"))
        self._known[part] = after
        return [plain for _, plain in after.values()]
