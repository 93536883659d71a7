"""A configuration file's plain data as a typed `Document`, with every problem named by line and field."""

from collections.abc import Mapping, Sequence
from typing import Final

from switchboard.configuration.model import Document, Entry, OrganizationEntry, Place, user_name_of
from switchboard.configuration.sections import SECTIONS, Section
from switchboard.configuration.yaml_text import Text
from switchboard.flows.model import Problem, Reading
from switchboard.kit.errors import Invalid

MOST_TOLD: Final = 50
"""Problems that one answer names."""


def read_document(text: Text) -> tuple[Document, list[Problem]]:
    """Read a file. The document may be used when there are no problems. Takes long: call it in a thread."""
    problems: list[Problem] = []
    fields = Reading(text.data, problems).fields(("organization",), [section.name for section in SECTIONS])
    inner = fields.at("organization").fields(("key",), ("name",)) if fields.has("organization") else None
    key = inner.key("key") if inner else ""
    organization = OrganizationEntry(key, inner.text("name", key, most=200).strip() if inner else "")
    sections: dict[str, Mapping[str, Entry]] = {}
    places: dict[tuple[str, str], Place] = {}
    for section in SECTIONS:
        # An empty list says that there are none of these; an absent one says nothing.
        if section.single and fields.has(section.name):
            reading = fields.at(section.name)
            sections[section.name] = {section.name: section.read(reading)}
            places[section.name, section.name] = Place(reading.path, reading.shown)
        elif fields.has(section.name):
            sections[section.name] = _entries(section, fields.items(section.name, section.label), places)
    document = Document(organization, sections, places)
    _distinct_user_names(document, problems)
    return document, problems


class Faulty(Invalid):
    """What is wrong with a file, by line and field. problems: each of them, in the order of the lines."""

    def __init__(self, text: str, *, field: str | None, problems: Sequence[Problem]) -> None:
        super().__init__(text, field=field)
        self.problems = tuple(problems)


def refusal(problems: Sequence[Problem], text: Text) -> Faulty:
    """All problems as one error, in the order of their lines; its field is the first one's."""
    ordered = sorted(problems, key=lambda problem: text.line(problem.path))
    told = [f"line {text.line(problem.path)}: {problem}" for problem in ordered[:MOST_TOLD]]
    if len(ordered) > MOST_TOLD:
        told.append(f"and {len(ordered) - MOST_TOLD} more")
    return Faulty("\n".join(told), field=ordered[0].shown or None, problems=ordered)


def _entries(section: Section, readings: Sequence[Reading], places: dict[tuple[str, str], Place]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for reading in readings:
        entry = section.read(reading)
        if entry.key in found:
            reading.problem(f"the {section.label} {entry.key!r} stands here twice")
        found[entry.key] = entry
        places[section.name, entry.key] = Place(reading.path, reading.shown)
    return found


def _distinct_user_names(document: Document, problems: list[Problem]) -> None:
    """Two people, or two phones, cannot sign in under one name."""
    for name in ("people", "phones"):
        owners: dict[str, str] = {}
        for key, entry in document.sections.get(name, {}).items():
            user = user_name_of(entry).casefold()
            if (owner := owners.setdefault(user, key)) != key:
                place = document.places[name, key]
                text = f"{owner!r} has this user name already"
                problems.append(Problem((*place.path, "user_name"), f"{place.shown}.user_name", text))
