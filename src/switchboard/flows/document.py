"""The flow document, read from plain data and written back.

    {"version": 1, "key": "welcome", "name": "Welcome", "client": "lights", "language": "en",
     "steps": [{"say": {"text": "Good day."}}, {"enqueue": {"queue": "support", "nobody": [...]}}]}

Reading is total: whatever the data, the answer is a document and a list of problems, and the document
may be used when the list is empty.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from switchboard.flows.model import (
    FORMAT,
    Branch,
    FlowDocument,
    Need,
    Path,
    Problem,
    Reading,
    Recorded,
    SoundRef,
    Spoken,
    Step,
)
from switchboard.flows.reading import did_you_mean, kind_of, nobody_has

Kinds = Mapping[str, type[Step]]

LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")
MOST_STEPS: Final = 500
"""Steps of one document, branches included."""
DEEPEST: Final = 12
"""Branches inside branches."""


def read_flow(raw: object, kinds: Kinds) -> tuple[FlowDocument, list[Problem]]:
    """Read a document. kinds: the registered steps. See the module for the shape."""
    problems: list[Problem] = []
    key = raw.get("key") if isinstance(raw, Mapping) else None
    shown = f"flows.{key[:64]}" if isinstance(key, str) and key else "flow"
    return read_flow_at(Reading(raw, problems, shown=shown), kinds), problems


def read_flow_at(reading: Reading, kinds: Kinds, default_language: str = "en") -> FlowDocument:
    """Read a document that stands inside a larger one."""
    fields = reading.fields(("key", "steps"), ("version", "name", "client", "language"))
    if fields.has("version") and fields.at("version").value != FORMAT:
        fields.at("version").problem(f"this Switchboard reads flow documents of version {FORMAT}")
    key = fields.key("key")
    language = fields.text("language", default_language, most=20).lower()
    if not LANGUAGE.fullmatch(language):
        fields.at("language").problem("must be a language such as en, de or pt-br")
    reader = BranchReader(kinds, language)
    return FlowDocument(
        key=key,
        name=fields.text("name", key, most=200),
        language=language,
        steps=reader.branch(fields.at("steps")) if fields.has("steps") else (),
        client=fields.key_or_none("client"),
    )


def write_flow(document: FlowDocument) -> dict[str, Any]:
    """The plain data that reads back as this document."""
    written: dict[str, Any] = {"key": document.key, "name": document.name}
    if document.client is not None:
        written["client"] = document.client
    written["language"] = document.language
    written["steps"] = write_steps(document.steps)
    return written


def write_steps(branch: Branch) -> list[dict[str, Any]]:
    """A list of steps as plain data."""
    return [{step.kind: step.write()} for step in branch]


def walk(branch: Branch, path: Path = ("steps",)) -> Iterator[tuple[Path, Step]]:
    """Every step of a branch and its nested ones, with the path of its fields."""
    for index, step in enumerate(branch):
        here = (*path, index, step.kind)
        yield here, step
        for name, nested in step.branches().items():
            yield from walk(nested, (*here, *name.split(".")))


def needs(document: FlowDocument) -> Iterator[tuple[Path, Need]]:
    """Everything outside the document that it refers to, with the path of the field."""
    for path, step in walk(document.steps):
        for need in step.needs():
            yield (*path, *need.field.split(".")), need


def sounds(document: FlowDocument) -> list[SoundRef]:
    """Every sound the document may ask for, each once: to be made when it is published."""
    found: dict[SoundRef, None] = {}
    for _, need in needs(document):
        if need.kind == "text":
            found[Spoken(need.name, document.language)] = None
        elif need.kind == "sound":
            found[Recorded(need.name)] = None
    return list(found)


def unknown_references(
    document: FlowDocument, known: Mapping[str, Collection[str]], at: Reading | None = None
) -> list[Problem]:
    """References that lead nowhere. known: the keys there are, by kind (`queue`, `skill`, `sound`)."""
    at = Reading(None, [], shown=f"flows.{document.key}") if at is None else at
    found: list[Problem] = []
    for path, need in needs(document):
        if need.kind in known and need.name not in known[need.kind]:
            shown = at.shown + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
            text = nobody_has(need.kind, need.name, known[need.kind])
            found.append(Problem((*at.path, *path), shown, text))
    return found


class BranchReader:
    """Reads branches and counts steps; passed to every step that has branches of its own. around: names of menus
    that `back` can lead to from the first step on."""

    def __init__(self, kinds: Kinds, language: str, around: Sequence[str] = ()) -> None:
        self.language = language
        self._kinds = kinds
        self._count = 0
        self._depth = 0
        self._around = list(around)

    def branch(self, reading: Reading, *, returns: str | None = None) -> Branch:
        if self._depth >= DEEPEST:
            reading.problem(f"branches go more than {DEEPEST} deep")
            return ()
        self._depth += 1
        if returns is not None:
            self._around.append(returns)
        found = [self._step(element) for element in self._some(reading)]
        if returns is not None:
            self._around.pop()
        self._depth -= 1
        return tuple(step for step in found if step is not None)

    def can_return(self, to: str) -> bool:
        return to in self._around if to else bool(self._around)

    def _some(self, reading: Reading) -> list[Reading]:
        elements = reading.elements()
        allowed = max(0, MOST_STEPS - self._count)
        self._count += len(elements)
        if len(elements) > allowed:
            reading.problem(f"a flow has at most {MOST_STEPS} steps")
        return elements[:allowed]

    def _step(self, reading: Reading) -> Step | None:
        value = {reading.value: {}} if isinstance(reading.value, str) else reading.value
        if not isinstance(value, Mapping) or len(value) != 1:
            names = ", ".join(self._kinds)
            reading.problem(f"must be one step ({names}), not {_described(value)}")
            return None
        name, body = next(iter(value.items()))
        kind = self._kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            hint = did_you_mean(str(name), self._kinds) or f"; known are {', '.join(self._kinds)}"
            reading.problem(f"there is no step {str(name)[:40]!r}{hint}")
            return None
        return kind.read(reading.inside(str(name), {} if body is None else body), self)


def _described(value: object) -> str:
    return "several at once" if isinstance(value, Mapping) and len(value) > 1 else kind_of(value)
