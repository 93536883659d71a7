"""What a section of the file is, and what several of them read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from switchboard.channels.voice.model import SecretPlace, SecretReference
from switchboard.flows.model import Fields, Path, Reading
from switchboard.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class Reference:
    """A key that an entry names. section: where it should be; path: the field, inside the entry."""

    section: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class Section:
    """One list of a file. kind: what one of it is called; label: the field that is its key.

    kept: fields that an entry may leave out without changing what is stored. unread: fields that are
    never compared, because what is stored cannot be said in a file. choices: the values that a field may
    have, where they come out of a registry, for the pages that offer them. single: not a list but one thing, which
    is always there and whose key is the section's name: a setting of the organization.
    """

    name: str
    kind: str
    read: Callable[[Reading], Any]
    write: Callable[[Any], dict[str, Any]]
    references: Callable[[Any], Iterator[Reference]]
    label: str = "key"
    kept: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    single: bool = False


def secret(fields: Fields, name: str) -> SecretReference | None:
    """`{env: NAME}` or `{file: PATH}`, or `{kept: ..}` as an export says it; a problem when it is the secret itself."""
    if not fields.has(name):
        return None
    at = fields.at(name)
    if isinstance(at.value, str):
        at.problem("a secret does not stand in the file; write {env: NAME} or {file: PATH}")
        return None
    inner = at.fields((), ("env", "file", "kept"))
    given = [place for place in SecretPlace if inner.has(place)]
    if len(given) != 1:
        if inner.sound:
            at.problem("write either {env: NAME} or {file: PATH}")
        return None
    return SecretReference(given[0], inner.text(given[0], most=500))


def written_secret(reference: SecretReference) -> dict[str, str]:
    return {str(reference.place): reference.name}


def no_references(_entry: Any) -> Iterator[Reference]:
    yield from ()


def checked(reading: Reading, check: Callable[[Any], Any], item: Any) -> Any:
    """The item as its room wants it; what the room objects to becomes a problem of the field."""
    try:
        return check(item)
    except Invalid as error:
        at = reading if error.field is None else reading.inside(error.field, None)
        at.problem(error.text)
        return item
