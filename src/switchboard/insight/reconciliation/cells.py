"""One cell of a carrier's list. Each function is total: a value, None for "nothing there", or `Unclear`."""

import datetime as dt
import re
import zoneinfo
from functools import lru_cache
from typing import Final

from switchboard.customers.model import e164
from switchboard.insight.reconciliation.model import Dates
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import Invalid


class Unclear(Exception):
    """A cell that says nothing we understand; its text says what to do."""


_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_LONGEST_CELL: Final = 80

NO_MOMENT: Final = "its start is no date and time that we can read: is it the right column, and the order of the date?"
NO_TIME: Final = "its start has no time of day: name the column with the time as well"
NO_SUCH_HOUR: Final = "the clock skipped its hour in this time zone: is the time zone right?"
NO_DURATION: Final = "its duration is neither seconds nor hh:mm:ss: is it the right column?"
DAMAGED: Final = "a spreadsheet has rounded a number (4.93E+10): export the list again, with numbers as text"
NO_CALLED: Final = "it names no called number: is it the right column?"

# -- moments

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("jan ene", "feb fev fév", "mar mär mrz", "apr abr avr", "may mai mag", "jun juin giu", "jul juil lug"),
            *("aug ago aoû", "sep set", "oct okt ott", "nov", "dec dez dic déc"),
        ),
        start=1,
    )
    for name in names.split()
}

_MOMENT: Final = re.compile(
    r"(?:[^\W\d_]{2,10}[.,]?[ ]+)?"
    r"(?P<a>\d{1,4}|[^\W\d_]{3,10}\.?)[-./ ]+(?P<b>\d{1,2}|[^\W\d_]{3,10}\.?)[-./, ]+(?P<c>\d{4}|\d{1,2})"
    r"(?:(?:[ ]*T|[ ,]+(?:at |um )?)(?P<time>\d.*))?"
)
_TIME: Final = re.compile(
    r"(?P<h>\d{1,2})[:.h](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?(?:[ ]*(?P<half>[ap])\.?m\.?)?"
    r"(?:[ ]*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}))?(?:[ ]*Uhr)?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})[T ]?(\d{2}:?\d{2}:?\d{2}.*)")
_SECONDS: Final = re.compile(r"(\d{10})(?:[.,](\d{1,9}))?")
_MILLISECONDS: Final = re.compile(r"\d{13}")


@lru_cache(maxsize=8)
def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Raises Invalid for a name that is no time zone's."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("there is no such time zone: it is named like Europe/Berlin", field="zone") from None


def moments(text: str, zone: str, dates: Dates) -> tuple[int, ...]:
    """When a call began. Two moments where the clock struck that hour twice. Raises Unclear."""
    text = text.strip().strip("'")
    if len(text) > _LONGEST_CELL:
        raise Unclear(NO_MOMENT)
    if found := _SECONDS.fullmatch(text):
        return (int(found[1]) * MICROSECONDS + _fraction(found[2]),)
    if _MILLISECONDS.fullmatch(text):
        return (int(text) * 1_000,)
    if found := _COMPACT.fullmatch(text):
        return _moment((int(found[1]), int(found[2]), int(found[3])), _spread(found[4]), zone)
    split = _MOMENT.fullmatch(text)
    if split is None:
        raise Unclear(NO_MOMENT)
    if split["time"] is None:
        raise Unclear(NO_TIME)
    return _moment(_date(split, dates), split["time"], zone)


def _spread(compact: str) -> str:
    return compact if ":" in compact else f"{compact[:2]}:{compact[2:4]}:{compact[4:]}"


def first_two(text: str) -> tuple[int, int] | None:
    """The two numbers that could be day and month, for recognising their order; None where there is no doubt."""
    split = _MOMENT.fullmatch(text.strip().strip("'")[:_LONGEST_CELL])
    if split is None or not (split["a"].isdecimal() and split["b"].isdecimal()) or len(split["a"]) == 4:
        return None
    return int(split["a"]), int(split["b"])


def _date(split: re.Match[str], dates: Dates) -> tuple[int, int, int]:
    a, b, c = split["a"], split["b"], split["c"]
    if len(a) == 4 and a.isdecimal():
        return int(a), _month(b), int(c)
    year = int(c) if len(c) == 4 else 2_000 + int(c)
    if not a.isdecimal():
        return year, _month(a), _whole(b)
    if not b.isdecimal() or dates is Dates.DAY_FIRST:
        return year, _month(b), int(a)
    return year, int(a), int(b)


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    small = text.casefold().rstrip(".")
    month = _MONTHS.get(small[:4]) or _MONTHS.get(small[:3])
    if month is None:
        raise Unclear(NO_MOMENT)
    return month


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise Unclear(NO_MOMENT)
    return int(text)


def _moment(date: tuple[int, int, int], time: str, zone: str) -> tuple[int, ...]:
    found = _TIME.fullmatch(time.strip())
    if found is None:
        raise Unclear(NO_MOMENT)
    hour = int(found["h"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise Unclear(NO_MOMENT)
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    try:
        plain = dt.datetime(*date, hour, int(found["m"]), int(found["s"] or 0), tzinfo=dt.UTC)
        return tuple(at + _fraction(found["f"]) for at in _placed(plain, found["zone"], zone))
    except (ValueError, OverflowError):
        raise Unclear(NO_MOMENT) from None


def _fraction(digits: str | None) -> int:
    """The digits after the point, as microseconds."""
    return int((digits or "0").ljust(6, "0")[:6])


def _placed(plain: dt.datetime, offset: str | None, zone: str) -> tuple[int, ...]:
    """A clock's reading as moments: by the offset that it names, else in the zone."""
    if offset is not None:
        return (_at(plain) - _seconds_of(offset) * MICROSECONDS,)
    local = plain.replace(tzinfo=zone_of(zone))
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    if first == second or first is None or second is None:
        return (_at(local),)
    if first < second:
        raise Unclear(NO_SUCH_HOUR)
    return _at(local), _at(local.replace(fold=1))


def _at(moment: dt.datetime) -> int:
    at = (moment - _EPOCH) // _MICROSECOND
    if at < 0:
        raise Unclear(NO_MOMENT)
    return at


def _seconds_of(offset: str) -> int:
    if offset[0] not in "+-":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return minutes * 60 * (1 if offset[0] == "+" else -1)


# -- durations

_PLAIN_SECONDS: Final = re.compile(
    r"(\d{1,7})(?:[.,](\d{1,9}))?(?:[ ]*(?:s|sec|secs|seconds|sek\.?|sekunden))?", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{2})(?:[.,](\d{1,9}))?")
_WORDS: Final = re.compile(
    r"(?:pt)?(?:(\d{1,4})[ ]*h[a-z]*\.?[ ]*)?(?:(\d{1,5})[ ]*m[a-z]*\.?[ ]*)?(?:(\d{1,6})[ ]*s[a-z]*\.?)?",
    re.IGNORECASE,
)


def duration(text: str) -> int | None:
    """A length: seconds, (hh:)mm:ss or `1h 2m 3s`. None for an empty cell. Raises Unclear."""
    text = text.strip().strip("'")
    if text in {"", "-"}:
        return None
    if len(text) > _LONGEST_CELL:
        raise Unclear(NO_DURATION)
    if found := _PLAIN_SECONDS.fullmatch(text):
        return int(found[1]) * MICROSECONDS + _fraction(found[2])
    if found := _CLOCK.fullmatch(text):
        return _length(found[1], found[2], found[3]) + _fraction(found[4])
    if (found := _WORDS.fullmatch(text)) and any(found.groups()):
        return _length(found[1], found[2], found[3])
    raise Unclear(NO_DURATION)


def _length(hours: str | None, minutes: str | None, seconds: str | None) -> int:
    return (int(hours or 0) * 3_600 + int(minutes or 0) * 60 + int(seconds or 0)) * MICROSECONDS


# -- numbers

_WITHHELD: Final = frozenset(
    {
        *("", "-", "0", "anonymous", "anonym", "anonyme", "anonimo", "anónimo", "unknown", "unbekannt", "inconnu"),
        *("private", "privat", "withheld", "restricted", "unavailable", "hidden", "masqué", "unterdrückt", "blocked"),
        *("clir", "none", "null", "n/a", "na", "keine", "no number", "not available", "desconocido", "oculto"),
    }
)
_ROUNDED: Final = re.compile(r"\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
_NOT_DIGIT: Final = re.compile(r"\D+")
_FEWEST: Final = 3


def _bare(text: str) -> str:
    """The number itself: without the name beside it, the scheme and host of an address, a spreadsheet's marks."""
    text = text.strip()
    if (begin := text.rfind("<")) >= 0:
        text = text[begin + 1 :].rstrip(">")
    text = text.strip().strip("'\"=").strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in {"sip", "sips", "tel"}:
        text = rest
    return text.partition("@")[0].partition(";")[0].strip().removesuffix(".0")


def caller(text: str, region: str) -> str | None:
    """Who called, in E.164 as in the ledger; None when withheld or no public number. Raises Unclear."""
    bare = _bare(text)
    if bare.casefold() in _WITHHELD:
        return None
    if _ROUNDED.fullmatch(bare):
        raise Unclear(DAMAGED)
    return canonical(bare, region)


def called(text: str, region: str) -> str:
    """What was called, as `dialled` writes it. Raises Unclear."""
    bare = _bare(text)
    if _ROUNDED.fullmatch(bare):
        raise Unclear(DAMAGED)
    number = dialled(bare, region)
    if not 0 < len(number) <= _LONGEST_CELL:
        raise Unclear(NO_CALLED)
    return number


def dialled(bare: str, region: str) -> str:
    """A number as numbers are compared: E.164 where it is a public one, else its digits."""
    return canonical(bare, region) or _NOT_DIGIT.sub("", bare)


@lru_cache(maxsize=250_000)
def canonical(bare: str, region: str) -> str | None:
    """E.164, also of a number with its country code and no plus; None for what is no public number."""
    known = e164(bare, region)
    if known is not None or not bare.isdecimal() or len(bare) < 9:
        return known
    return e164(f"+{bare}", region)


def same_dialled(one: str, other: str) -> bool:
    """Whether two numbers may be one: a trunk often passes on the last digits only."""
    short, long = sorted((one.removeprefix("+"), other.removeprefix("+")), key=len)
    return len(short) >= _FEWEST and long.endswith(short)


# -- results

_YES: Final = frozenset(
    {
        *(
            "answered",
            "answer",
            "yes",
            "y",
            "true",
            "1",
            "ok",
            "200",
            "success",
            "successful",
            "completed",
            "connected",
        ),
        *("normal", "normal clearing", "normal_clearing", "16", "ja", "angenommen", "beantwortet", "verbunden"),
        *("erfolgreich", "oui", "répondu", "si", "sí", "contestada", "200 ok", "call completed", "angenommener anruf"),
    }
)
_NO: Final = frozenset(
    {
        *(
            "no answer",
            "noanswer",
            "no_answer",
            "not answered",
            "unanswered",
            "no",
            "n",
            "false",
            "0",
            "busy",
            "failed",
        ),
        *("cancel", "cancelled", "canceled", "rejected", "declined", "missed", "abandoned", "user busy", "user_busy"),
        *("17", "18", "19", "21", "486", "487", "480", "404", "603", "503", "408", "congestion", "chanunavail"),
        *(
            "originator_cancel",
            "nein",
            "besetzt",
            "verpasst",
            "abgelehnt",
            "abgebrochen",
            "nicht angenommen",
            "failure",
        ),
        *("non", "occupé", "manqué", "ocupado", "perdida", "error", "no user responding", "unallocated number"),
    }
)


def result(text: str) -> bool | None:
    """Whether it was answered; None for an empty cell. Raises Unclear for a word that we do not know."""
    word = " ".join(text.split()).casefold()
    if not word or word == "-":
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unclear(word[:40])
