"""Byte ranges of requests (RFC 9110, section 14)."""

import re
from typing import Final

_ONE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class RangeBeyond(Exception):
    """The range lies outside of the thing: 416."""


def range_of(header: str | None, size: int) -> tuple[int, int] | None:
    """[begin, end) of the one range asked for; None when the whole thing is to be sent.

    What cannot be read, and several ranges at once, are ignored as section 14.2 allows. Raises RangeBeyond.
    """
    found = _ONE.fullmatch(header.strip()) if header is not None else None
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        length = int(last)
        if not length or not size:
            raise RangeBeyond
        return max(size - length, 0), size
    begin = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < begin:
        return None
    if begin >= size:
        raise RangeBeyond
    return begin, end
