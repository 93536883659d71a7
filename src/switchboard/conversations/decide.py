"""The rules of looking for contacts, without input or output."""

from typing import Final

from switchboard.kit.errors import Invalid

FEWEST_DIGITS: Final = 3
"""Fewer last digits than this are had by too many numbers to say anything."""

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

    With a country code ("+49 30 123", "0049 30 123") it is the whole number; otherwise the last digits, of
    which a leading 0 for "within the country" is left out. Raises Invalid(field="number").
    """
    plain = "".join(character for character in text if character not in _ORNAMENT)
    digits = plain.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        raise Invalid("a number has only digits, and perhaps a + before them", field="number")
    whole = plain.startswith(("+", "00"))
    digits = digits.lstrip("0") if whole or digits.startswith("0") else digits
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise Invalid(f"give at least the last {FEWEST_DIGITS} digits, and {MOST_DIGITS} at most", field="number")
    return digits[::-1], whole


def after_digits(digits: str) -> str | None:
    """The least text of digits that is greater than all that start with `digits`; None when there is none.

    A border made of digits alone, because databases order other characters each in their own way.
    """
    kept = digits.rstrip("9")
    return kept[:-1] + str(int(kept[-1]) + 1) if kept else None
