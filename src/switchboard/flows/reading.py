"""Plain data (out of YAML or JSON) read into typed values, with every fault named by its path.

A reader never raises: it notes a `Problem` and returns a harmless value, so that one pass over a
document finds all its faults. Who reads must look at the problems before using what was read.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]
"""Where a value stands: names of fields and indices of lists, from the top of the document."""

KEY: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_DURATION: Final = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
_SIMPLE_NAME: Final = re.compile(r"[\w.+-]+")
LONGEST_TEXT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a document. path: for finding its line; shown: the path as people read it."""

    path: Path
    shown: str
    text: str

    def __str__(self) -> str:
        return f"{self.shown}: {self.text}" if self.shown else self.text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to end a message with: `; did you mean 'support'?`, or nothing when nothing is near."""
    near = difflib.get_close_matches(word[:80], list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def nobody_has(noun: str, key: str, known: Iterable[str]) -> str:
    """What is said of a reference that leads nowhere."""
    return f"no {noun} {'have' if noun == 'hours' else 'has'} the key {key[:80]!r}{did_you_mean(key, known)}"


def kind_of(value: object) -> str:
    """How a value is called in a message: `a list`, `text`, `nothing`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list | tuple) else "a mapping"


def seconds_of(text: str) -> int | None:
    """Seconds of `20s`, `10m`, `1h30m`, `7d`; None when it is no such thing."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


def duration_text(seconds: int) -> str:
    """The way back: 90 -> `1m30s`, 0 -> `0s`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{left}s" if left else "")
    return "".join(parts) or "0s"


class Reading:
    """One value of a document and where it stands. All readings of a document share one `problems`."""

    __slots__ = ("path", "problems", "shown", "value")

    def __init__(self, value: object, problems: list[Problem], path: Path = (), shown: str = "") -> None:
        self.value = value
        self.problems = problems
        self.path = path
        self.shown = shown

    def problem(self, text: str) -> None:
        self.problems.append(Problem(self.path, self.shown, text))

    def inside(self, name: str | int, value: object, label: str | None = None) -> "Reading":
        """The reading of a part. label: how the part is shown when not by its own name."""
        return Reading(value, self.problems, (*self.path, name), _joined(self.shown, name, label))

    def elements(self) -> list["Reading"]:
        """The readings of a list's elements; a problem and none when it is no list."""
        if not isinstance(self.value, list | tuple):
            self.problem(f"must be a list, not {kind_of(self.value)}")
            return []
        return [self.inside(index, value) for index, value in enumerate(self.value)]

    def fields(self, required: Sequence[str] = (), optional: Sequence[str] = ()) -> "Fields":
        """The value as a mapping of these fields; missing and unknown ones become problems."""
        if not isinstance(self.value, Mapping):
            self.problem(f"must be a mapping with {_listed((*required, *optional))}, not {kind_of(self.value)}")
            return Fields(self, {}, sound=False)
        known = (*required, *optional)
        for name in self.value:
            if name not in known:
                hint = did_you_mean(str(name), known) or f"; known are {_listed(known)}"
                self.inside(str(name), None).problem(f"there is no such field{hint}")
        for name in required:
            if self.value.get(name) is None:
                # Said of the thing, but of this field of it: a form shows it where the field is.
                self.problems.append(Problem((*self.path, name), self.shown, f"the field {name!r} is missing"))
        return Fields(self, self.value, sound=True)

    def text(self, *, most: int = LONGEST_TEXT) -> str:
        """Text, or a whole number taken as text (a telephone number written without quotes)."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.problem(f"must be text, not {kind_of(value)}")
            return ""
        fault = _text_fault(value, most)
        if fault:
            self.problem(fault)
        return value

    def key(self) -> str:
        """A stable key: small letters, digits, `-`, `_`, `.`; at most 64 characters."""
        before = len(self.problems)
        value = self.text(most=200)
        if len(self.problems) == before and not KEY.fullmatch(value):
            self.problem(f"{value!r} cannot be a key: use small letters, digits, '-', '_' and '.', at most 64")
        return value

    def whole(self, least: int, most: int) -> int:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(f"must be a whole number, not {kind_of(value)}")
            return least
        if not least <= value <= most:
            self.problem(f"must be from {least} to {most}, not {str(value)[:20]}")
            return least
        return value

    def duration(self, most: int) -> int:
        """Seconds from `20s`, `10m`, `1h30m`, or a whole number of seconds."""
        if isinstance(self.value, str):
            seconds = seconds_of(self.value)
            if seconds is None:
                self.problem(f"must be a duration such as 20s, 10m or 1h30m, not {self.value[:40]!r}")
                return 0
            return self.inside_range(seconds, most)
        return self.whole(0, most)

    def inside_range(self, seconds: int, most: int) -> int:
        if seconds > most:
            self.problem(f"must be at most {duration_text(most)}, not {duration_text(seconds)}")
        return min(seconds, most)

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.problem(f"must be true or false, not {kind_of(self.value)}")
        return self.value is True

    def choice(self, allowed: Sequence[str]) -> str:
        if self.value in allowed and isinstance(self.value, str):
            return self.value
        hint = did_you_mean(self.value, allowed) if isinstance(self.value, str) else ""
        self.problem(f"must be one of {_listed(allowed)}{hint}")
        return allowed[0]

    def levels(self) -> dict[str, int]:
        """Skills with levels: `{english: 5}`; levels are 1 to 10."""
        if not isinstance(self.value, Mapping):
            self.problem(f"must be a mapping of skills to levels, not {kind_of(self.value)}")
            return {}
        return {str(name): self.inside(str(name), level).whole(1, 10) for name, level in self.value.items()}


class Fields:
    """The fields of one mapping. A field that is absent (or null) yields the default given."""

    __slots__ = ("_values", "reading", "sound")

    def __init__(self, reading: Reading, values: Mapping[object, object], *, sound: bool) -> None:
        self.reading = reading
        self.sound = sound
        self._values = values

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def at(self, name: str) -> Reading:
        """The reading of one field, whether it is there or not."""
        return self.reading.inside(name, self._values.get(name))

    def text(self, name: str, default: str = "", *, most: int = LONGEST_TEXT) -> str:
        return self.at(name).text(most=most) if self.has(name) else default

    def key(self, name: str, default: str = "") -> str:
        return self.at(name).key() if self.has(name) else default

    def key_or_none(self, name: str) -> str | None:
        return self.at(name).key() if self.has(name) else None

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        return self.at(name).whole(least, most) if self.has(name) else default

    def duration(self, name: str, default: int, *, most: int) -> int:
        return self.at(name).duration(most) if self.has(name) else default

    def flag(self, name: str, *, default: bool) -> bool:
        return self.at(name).flag() if self.has(name) else default

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        return self.at(name).choice(allowed) if self.has(name) else default

    def levels(self, name: str) -> dict[str, int]:
        return self.at(name).levels() if self.has(name) else {}

    def elements(self, name: str) -> list[Reading]:
        return self.at(name).elements() if self.has(name) else []

    def keys(self, name: str) -> tuple[str, ...]:
        """A list of keys, none of them twice."""
        found: list[str] = []
        for element in self.elements(name):
            key = element.key()
            if key in found:
                element.problem(f"{key!r} stands here twice")
            else:
                found.append(key)
        return tuple(found)

    def items(self, name: str, label: str = "key") -> list[Reading]:
        """The readings of a list of things that carry a key; they are shown as `queues.support`."""
        at = self.at(name)
        return [
            at.inside(index, element.value, _label(element.value, label))
            for index, element in enumerate(self.elements(name))
        ]


def _label(value: object, field: str) -> str | None:
    label = value.get(field) if isinstance(value, Mapping) else None
    if isinstance(label, bool) or not isinstance(label, str | int):
        return None
    text = str(label)[:64]
    return text if _SIMPLE_NAME.fullmatch(text) else None


def _joined(shown: str, name: str | int, label: str | None) -> str:
    if label is not None:
        return f"{shown}.{label}"
    if isinstance(name, int):
        return f"{shown}[{name}]"
    short = name[:80]
    return f"{shown}.{short}" if shown else short


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _text_fault(value: str, most: int) -> str:
    if len(value) > most:
        return f"is {len(value)} characters long; at most {most} are possible"
    if not value.strip():
        return "must not be empty"
    if any((ord(mark) < 32 and mark not in "\n\t") or 0xD800 <= ord(mark) < 0xE000 for mark in value):
        return "holds control characters"
    return ""
