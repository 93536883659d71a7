"""A metric's formula as a thing with a name and a version.

A published number says which formula made it. A formula never changes: a better one is a new version
beside the old one, so that an old period can be recomputed either way.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Facts = TypeVar("Facts")
Value = TypeVar("Value")


class Unit(StrEnum):
    """What a formula's value is counted in."""

    MICROSECONDS = "microseconds"
    SECONDS = "seconds"
    SHARE = "share"
    """A part of a whole, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Formula(Generic[Facts, Value]):
    """name: what people call it. text: the formula as published with each number. of: computes it.

    A value of None means that there is nothing to measure (nobody answered, nobody waited): show a dash,
    never 0 % or 100 %.
    """

    name: str
    version: int
    unit: Unit
    text: str
    of: Callable[[Facts], Value]

    @property
    def label(self) -> str:
        """Name and version, for exports and stored figures: `asa/1`."""
        return f"{self.name}/{self.version}"


def register(formulas: Iterable[Formula[Facts, Value]]) -> Mapping[str, Formula[Facts, Value]]:
    """The formulas by label. Raises ValueError when two carry the same one."""
    by_label: dict[str, Formula[Facts, Value]] = {}
    for formula in formulas:
        if formula.label in by_label:
            raise ValueError(f"two formulas are called {formula.label}: give the newer one a new version")
        by_label[formula.label] = formula
    return by_label


def share(part: float, whole: float) -> float | None:
    """part / whole; None when the whole is 0."""
    return part / whole if whole else None
