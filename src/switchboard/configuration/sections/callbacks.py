"""`callback` of a queue: whether and how its customers are called back."""

import re
from typing import Any, Final

from switchboard.flows.model import Fields, Reading, duration_text
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import CallbackMode, CallbackRule

_HOUR: Final = 3_600
_PLAIN: Final = CallbackRule()
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_CALLER_ID: Final = re.compile(r"\+?[0-9]{1,20}")
_KEYS: Final = tuple("0123456789*#")
MIDNIGHT: Final = 24 * 60
MOST_ATTEMPTS: Final = 10
MOST_DAYS: Final = 3_650


def read_callback(reading: Reading) -> CallbackRule:
    """`{mode: customer first, attempts: 3, pause: 10m, from: "8:00", until: "20:00", ...}`, all of them optional."""
    names = (
        "mode",
        "attempts",
        "pause",
        "from",
        "until",
        "keep",
        "ring",
        "lead",
        "key",
        "trunk",
        "caller_id",
        "retention",
    )
    fields = reading.fields((), names)
    first, last = _minutes(fields, "from", _PLAIN.first), _minutes(fields, "until", _PLAIN.last)
    if first >= last:
        fields.at("until").problem("must be later than 'from'")
        first, last = _PLAIN.first, _PLAIN.last
    return CallbackRule(
        mode=CallbackMode(fields.choice("mode", [*CallbackMode], _PLAIN.mode)),
        attempts=fields.whole("attempts", _PLAIN.attempts, least=1, most=MOST_ATTEMPTS),
        pause=_duration(fields, "pause", _PLAIN.pause, 24 * _HOUR),
        first=first,
        last=last,
        keep=_duration(fields, "keep", _PLAIN.keep, 14 * 24 * _HOUR),
        ring=max(fields.duration("ring", _PLAIN.ring, most=120), 5),
        lead=_duration(fields, "lead", _PLAIN.lead, _HOUR),
        key=fields.at("key").text(most=1) if fields.has("key") and _is_key(fields.at("key")) else _PLAIN.key,
        trunk=fields.key_or_none("trunk"),
        caller_id=_caller_id(fields.at("caller_id")) if fields.has("caller_id") else None,
        retention=fields.whole("retention", _PLAIN.retention, least=1, most=MOST_DAYS),
    )


def write_callback(rule: CallbackRule) -> dict[str, Any]:
    """Everything that may be said of it, so that an export shows what is in force."""
    written: dict[str, Any] = {
        "mode": rule.mode.value,
        "attempts": rule.attempts,
        "pause": duration_text(rule.pause // MICROSECONDS),
        "from": _clock(rule.first),
        "until": _clock(rule.last),
        "keep": duration_text(rule.keep // MICROSECONDS),
        "ring": duration_text(rule.ring),
        "lead": duration_text(rule.lead // MICROSECONDS),
        "key": rule.key,
        "retention": rule.retention,
    }
    return written | {
        name: value for name, value in (("trunk", rule.trunk), ("caller_id", rule.caller_id)) if value is not None
    }


def _duration(fields: Fields, name: str, plain: int, most: int) -> int:
    return fields.duration(name, plain // MICROSECONDS, most=most) * MICROSECONDS


def _minutes(fields: Fields, name: str, plain: int) -> int:
    """A time of the day as minutes since midnight; 24:00 is the end of the day."""
    if not fields.has(name):
        return plain
    at = fields.at(name)
    found = _TIME.fullmatch(at.value) if isinstance(at.value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found is not None and int(found[2]) < 60 else MIDNIGHT + 1
    if minutes > MIDNIGHT:
        at.problem('must be a time of the day such as "8:00", in quotes, at most "24:00"')
        return plain
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _is_key(at: Reading) -> bool:
    sound = str(at.value) in _KEYS and not isinstance(at.value, bool)
    if not sound:
        at.problem("is not a key of a telephone: 0 to 9, * or # (in quotes)")
    return sound


def _caller_id(at: Reading) -> str | None:
    text = at.text(most=21)
    if _CALLER_ID.fullmatch(text) is None:
        at.problem("must be a telephone number such as +49301234567")
        return None
    return text
