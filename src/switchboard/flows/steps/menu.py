"""`menu`: the caller presses a key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple, Self

from switchboard.flows.document import write_steps
from switchboard.flows.model import (
    AGAIN,
    DONE,
    STAY,
    UP,
    Branch,
    Digit,
    Given,
    Happening,
    Hush,
    Into,
    Need,
    Note,
    Outcome,
    Reading,
    SoundEnded,
    Spoken,
    StepReader,
    TimeUp,
    Wait,
    duration_text,
)
from switchboard.flows.steps.keys import by_key, telephone_key
from switchboard.flows.steps.prompt import FIELDS, Prompt, speaking

WAIT: Final = 5
"""Seconds to wait for a key after the prompt."""
LONGEST_WAIT: Final = 60
LIMIT: Final = 3
MOST_TRIES: Final = 10


class Tries(NamedTuple):
    """What a menu remembers: wrong keys and rounds without a key since it was entered."""

    wrong: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Retry:
    """What comes after a wrong or a missing key: `prompt`, then the menu's prompt again. At the `limit`th time
    the default comes instead."""

    prompt: Prompt | None = None
    limit: int = LIMIT

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields((), (*FIELDS, "limit"))
        return cls(Prompt.read(fields, steps), fields.whole("limit", LIMIT, least=1, most=MOST_TRIES))

    def write(self) -> dict[str, Any]:
        return (self.prompt.write() if self.prompt is not None else {}) | {"limit": self.limit}


NO_CHOICE: Final = "no choice"
"""How the end of a flow is called whose menu gave up."""


@dataclass(frozen=True, slots=True)
class MenuStep:
    """Say the prompt and wait for a key, from its first word on; a key stops it at once.

    keys: steps by key; where they end the flow goes on behind the menu, or where `back` says. labels: what a key
    stands for, for the contact's record. name: for `back: {to: name}`. wait: seconds after the prompt. repeat: a
    key that says the prompt again. up: a key that leads to the menu above. wrong, missing: see `Retry`.
    default: steps after too many of them; without it the flow goes on behind the menu.
    """

    kind: ClassVar[str] = "menu"
    prompt: Prompt
    keys: tuple[tuple[str, Branch], ...]
    labels: tuple[tuple[str, str], ...] = ()
    name: str = ""
    wait: int = WAIT
    repeat: str = ""
    up: str = ""
    wrong: Retry = Retry()
    missing: Retry = Retry()
    default: Branch | None = None

    @classmethod
    def read(cls, reading: Reading, steps: StepReader) -> Self:
        fields = reading.fields(
            ("keys",), (*FIELDS, "labels", "name", "wait", "repeat", "up", "wrong", "missing", "default")
        )
        prompt = Prompt.read(fields, steps)
        if prompt is None and fields.sound:
            reading.problem("the field 'text' is missing (or 'sound': what shall the menu say?)")
        name = fields.key("name")
        keys = tuple((key, steps.branch(at, returns=name)) for key, at in by_key(fields, "keys"))
        made = cls(
            prompt=prompt if prompt is not None else Prompt(Spoken("", steps.language)),
            keys=keys,
            labels=tuple((key, at.text(most=80)) for key, at in by_key(fields, "labels")),
            name=name,
            wait=fields.duration("wait", WAIT, most=LONGEST_WAIT),
            repeat=telephone_key(fields.at("repeat")) if fields.has("repeat") else "",
            up=telephone_key(fields.at("up")) if fields.has("up") else "",
            wrong=Retry.read(fields.at("wrong"), steps) if fields.has("wrong") else Retry(),
            missing=Retry.read(fields.at("missing"), steps) if fields.has("missing") else Retry(),
            default=steps.branch(fields.at("default"), returns=name) if fields.has("default") else None,
        )
        made._check(reading, steps)
        return made

    def write(self) -> dict[str, Any]:
        written = self.prompt.write()
        if self.name:
            written["name"] = self.name
        written["keys"] = {key: write_steps(branch) for key, branch in self.keys}
        if self.labels:
            written["labels"] = dict(self.labels)
        written |= {key: value for key, value in (("repeat", self.repeat), ("up", self.up)) if value}
        if self.wait != WAIT:
            written["wait"] = duration_text(self.wait)
        for field, retry in (("wrong", self.wrong), ("missing", self.missing)):
            if retry != Retry():
                written[field] = retry.write()
        if self.default is not None:
            written["default"] = write_steps(self.default)
        return written

    def branches(self) -> Mapping[str, Branch]:
        found = {f"keys.{key}": branch for key, branch in self.keys}
        return found if self.default is None else {**found, "default": self.default}

    def needs(self) -> Iterator[Need]:
        yield from self.prompt.need()
        for place, retry in (("wrong", self.wrong), ("missing", self.missing)):
            if retry.prompt is not None:
                yield from retry.prompt.need(place)

    def enter(self, memory: Any, given: Given) -> Outcome:  # noqa: ARG002 - the contract's signature
        tries = memory if isinstance(memory, Tries) else Tries()
        return Outcome(STAY, (speaking(self.prompt),), tries, listens=True)

    def happened(self, memory: Any, happening: Happening, given: Given) -> Outcome:  # noqa: ARG002
        tries: Tries = memory if isinstance(memory, Tries) else Tries()
        match happening:
            case SoundEnded():
                return Outcome(STAY, (Wait(self.wait),), tries)
            case Digit(key):
                return self._pressed(key, tries)
            case TimeUp():
                tries = tries._replace(missing=tries.missing + 1)
                return self._again(self.missing, tries.missing, tries, "no key")
        return Outcome(STAY, memory=tries)

    def _pressed(self, key: str, tries: Tries) -> Outcome:
        if key in dict(self.keys):
            label = dict(self.labels).get(key)
            said = f"{key} {label}" if label else key
            return Outcome(
                Into(f"keys.{key}", returns=self.name, heard="served"), (Hush(), Note(self.kind, said)), Tries()
            )
        if key == self.repeat:
            return Outcome(AGAIN, (Hush(),), tries)
        if key == self.up:
            return Outcome(UP, (Hush(), Note(self.kind, f"{key} back")))
        tries = tries._replace(wrong=tries.wrong + 1)
        return self._again(self.wrong, tries.wrong, tries, "wrong key")

    def _again(self, retry: Retry, times: int, tries: Tries, what: str) -> Outcome:
        """The prompt once more, or the default at the limit."""
        if times < retry.limit:
            return Outcome(STAY, (speaking(retry.prompt, self.prompt),), tries)
        then = DONE if self.default is None else Into("default", returns=self.name)
        return Outcome(then, (Hush(), Note(self.kind, what)), Tries(), why=NO_CHOICE)

    def _check(self, reading: Reading, steps: StepReader) -> None:
        pressed = dict(self.keys)
        for field, key in (("repeat", self.repeat), ("up", self.up)):
            if key and key in pressed:
                reading.inside(field, key).problem(f"the key {key} has steps of its own under keys")
        if self.up and self.up == self.repeat:
            reading.inside("up", self.up).problem(f"the key {self.up} repeats the menu already")
        if self.up and not steps.can_return(""):
            reading.inside("up", self.up).problem("there is no menu above this one")
        for key, _ in self.labels:
            if key not in pressed:
                reading.inside("labels", None).inside(key, None).problem("this key has no steps under keys")
