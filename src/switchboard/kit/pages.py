"""Pages of a long list: a cursor that stays right while rows are added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Row = TypeVar("Row")

MOST: Final = 200
"""Rows a page may hold."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """rows in order; `after` is the cursor for the next page, None when this was the last."""

    rows: Sequence[Row]
    after: str | None = None
