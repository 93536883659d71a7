"""The rules of looking for contacts and of adding up their times, without input or output."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from switchboard.kit.errors import Invalid

FEWEST_DIGITS: Final = 3
"""Fewer last digits than this are had by too many numbers to say anything."""

LONG: Final = 8
"""So many digits are a whole number as it is dialled within the country."""

MOST_DIGITS: Final = 15
"""ITU-T E.164, section 6.2."""

_ORNAMENT: Final = frozenset(" ()./-\u00a0\u2010\u2011\u2012\u2013\u2014\u2015")


def tail_of(value: str) -> str | None:
    """The digits of a number, the last one first: numbers with the same last digits stand together then.

    "+4930123" is "3210394". None for what has no digits.
    """
    digits = "".join(filter(str.isdigit, value)) if not value[1:].isdigit() else value.removeprefix("+")
    return digits[::-1] or None


def number_asked(text: str) -> tuple[str, bool]:
    """What somebody typed to look for a number, as (start of a `tail_of`, whether that is all of it).

    With a country code ("+49 30 123", "0049 30 123") it is the whole number; otherwise the last digits, without
    the leading 0 for "within the country" when there are so many that it must be one. Raises
    Invalid(field="number").
    """
    plain = "".join(character for character in text if character not in _ORNAMENT)
    digits = plain.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        raise Invalid("a number has only digits, and perhaps a + before them", field="number")
    whole = plain.startswith("+") or (plain.startswith("00") and len(digits) >= LONG)
    digits = digits.lstrip("0") if whole or len(digits) >= LONG else digits
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise Invalid(f"give at least the last {FEWEST_DIGITS} digits, and {MOST_DIGITS} at most", field="number")
    return digits[::-1], whole


def after_digits(digits: str) -> str | None:
    """The least text of digits that is greater than all that start with `digits`; None when there is none.

    A border made of digits alone, because databases order other characters each in their own way.
    """
    kept = digits.rstrip("9")
    return kept[:-1] + str(int(kept[-1]) + 1) if kept else None


class Part(StrEnum):
    """What a contact's time goes into."""

    BEFORE_LINE = "before the line"
    """From its arrival until it first stood in a queue: greeting, menu; all of it when it never did."""
    IN_LINE = "in line"
    """Waiting, while agents were rung too."""
    PAUSED = "paused"
    """In line too, but its clock stood still: nobody had to serve it."""
    TALK = "talk"
    HOLD = "hold"
    AFTER_LINE = "with the flow again"
    """After it had left a queue without an agent, or after a talk."""


class Stay(NamedTuple):
    """From when to when it was somewhere, until None: to its end. hold: how much of a talk it was on hold, or of a
    visit its clock stood still."""

    since: int
    until: int | None
    hold: int = 0


def parts(arrived: int, closed: int, visits: Sequence[Stay], talks: Sequence[Stay]) -> Mapping[Part, int]:
    """A closed contact's time by what it went into; the parts add up to `closed - arrived`, to the microsecond.

    What belongs to no visit and no talk was spent with a flow. Times are UTC epoch microseconds; visits and
    talks overlap nowhere, as the Floor makes them.
    """
    in_line = sum(_end(visit, closed) - visit.since for visit in visits)
    paused = sum(visit.hold for visit in visits)
    hold = sum(talk.hold for talk in talks)
    talked = sum(_end(talk, closed) - talk.since for talk in talks)
    before = min((visit.since for visit in visits), default=closed) - arrived
    return {
        Part.BEFORE_LINE: before,
        Part.IN_LINE: in_line - paused,
        Part.PAUSED: paused,
        Part.TALK: talked - hold,
        Part.HOLD: hold,
        Part.AFTER_LINE: closed - arrived - before - in_line - talked,
    }


def _end(stay: Stay, closed: int) -> int:
    return closed if stay.until is None else stay.until
