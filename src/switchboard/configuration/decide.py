"""What applying a file would change, and what is wrong with it as a whole. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from switchboard.configuration.model import (
    Change,
    Difference,
    Document,
    Entries,
    FieldChange,
    OrganizationEntry,
    PersonEntry,
    user_name_of,
)
from switchboard.configuration.sections import SECTIONS, Section
from switchboard.flows.model import FlowDocument, Problem, Reading, nobody_has
from switchboard.flows.service import BUILT_IN, needs, unknown_references
from switchboard.tenancy.model import Role

Configured = Mapping[str, Entries]
"""What is in force: entries by key, by section."""


def difference(
    now: Configured, wanted: Document, *, prune: bool, secrets: Collection[tuple[str, str]] = ()
) -> Difference:
    """What must change. secrets: (section, key) of those whose secret is another than the stored one."""
    changes: list[Change] = []
    retired: list[Change] = []
    left: list[tuple[str, str]] = []
    for section in SECTIONS:
        stored = now.get(section.name, {})
        gone = [key for key in stored if (section.name, key) in wanted.retired]
        retired += [Change(section.name, section.kind, key, "retired") for key in gone]
        if section.name not in wanted.sections:
            continue
        entries = wanted.sections[section.name]
        for key, entry in entries.items():
            change = _change(section, key, stored.get(key), entry, (section.name, key) in secrets)
            if change is not None:
                changes.append(change)
        for key in stored:
            if key not in entries:
                left.append((section.kind, key))
                if prune:
                    retired.append(Change(section.name, section.kind, key, "retired"))
    # What refers to others goes before what it refers to.
    return Difference((*changes, *reversed(retired)), () if prune else tuple(left))


def with_organization(found: Difference, name: str | None, wanted: OrganizationEntry) -> Difference:
    """The difference with that of the organization itself in front. name: now, None when there is none."""
    if name == wanted.name:
        return found
    fields = () if name is None else (FieldChange("name", name, wanted.name),)
    what = "created" if name is None else "changed"
    change = Change("organization", "organization", wanted.key, what, fields)
    return Difference((change, *found.changes), found.unmentioned)


def unknown_keys(now: Configured, wanted: Document, *, prune: bool) -> list[Problem]:
    """References of the file that lead nowhere once it has been applied."""
    known = {section.name: _known(section.name, now, wanted, prune=prune) for section in SECTIONS}
    problems: list[Problem] = []
    for section in SECTIONS:
        for key, entry in wanted.sections.get(section.name, {}).items():
            place = wanted.places[section.name, key]
            for reference in section.references(entry):
                if reference.key not in known[reference.section]:
                    at = Reading(None, problems, place.path, place.shown)
                    for name in reference.path:
                        at = at.inside(name, None)
                    kind = next(one.kind for one in SECTIONS if one.name == reference.section)
                    at.problem(nobody_has(kind, reference.key, known[reference.section]))
            if isinstance(entry, FlowDocument):
                by_kind = {kind: known[name] for kind, name in NEEDED.items()}
                at = Reading(None, problems, place.path, place.shown)
                problems += unknown_references(entry, by_kind, at)
    return problems


def taken_user_names(now: Configured, wanted: Document, *, prune: bool) -> list[Problem]:
    """People and phones of the file whose user name somebody has who is not in the file and stays."""
    problems: list[Problem] = []
    for name in ("people", "phones"):
        entries = wanted.sections.get(name, {})
        stays = {} if prune else now.get(name, {})
        owners = {
            user_name_of(entry).casefold(): key
            for key, entry in stays.items()
            if key not in entries and (name, key) not in wanted.retired
        }
        for key, entry in entries.items():
            owner = owners.get(user_name_of(entry).casefold())
            if owner is not None:
                place = wanted.places[name, key]
                text = f"{owner!r} has this user name already"
                problems.append(Problem((*place.path, "user_name"), f"{place.shown}.user_name", text))
    return problems


def nobody_administers(now: Configured, wanted: Document, *, prune: bool) -> bool:
    """Whether applying the file would take the last administrator away."""
    before = now.get("people", {})
    kept = {} if prune and "people" in wanted.sections else before
    after = {key: one for key, one in kept.items() if ("people", key) not in wanted.retired}
    return _administrators(before) and not _administrators({**after, **wanted.sections.get("people", {})})


def users_of(now: Configured, section: str, key: str) -> list[tuple[str, str]]:
    """Who would refer to nothing if this were retired: (kind, key), in the order of the sections."""
    return [
        (other.kind, name)
        for other in SECTIONS
        for name, entry in now.get(other.name, {}).items()
        if (section, key) in _named_by(other, entry)
    ]


def _named_by(section: Section, entry: Any) -> set[tuple[str, str]]:
    """(section, key) of everything that an entry refers to."""
    named = {(one.section, one.key) for one in section.references(entry)}
    if isinstance(entry, FlowDocument):
        named |= {(NEEDED[need.kind], need.name) for _, need in needs(entry) if need.kind in NEEDED}
    return named


def without_work(person: PersonEntry, section: str, key: str) -> PersonEntry:
    """The person without a queue or a skill that goes: whom one assigns to it is not a reason to keep it."""
    agent = person.agent
    if agent is None or section not in {"queues", "skills"}:
        return person
    queues = tuple(one for one in agent.queues if (section, one) != ("queues", key))
    skills = tuple(pair for pair in agent.skills if (section, pair[0]) != ("skills", key))
    tiers = tuple(pair for pair in agent.tiers if (section, pair[0]) != ("queues", key))
    return replace(person, agent=replace(agent, queues=queues, skills=skills, tiers=tiers))


def described(found: Difference) -> str:
    """The difference for people, one line a change: `+` new, `~` changed, `-` retired."""
    signs = {"created": "+", "changed": "~", "retired": "-"}
    lines = []
    for change in found.changes:
        fields = ", ".join(_field(one) for one in change.fields) if change.what == "changed" else ""
        lines.append(f"{signs[change.what]} {change.kind} {change.key}{': ' if fields else ''}{fields}")
    lines += [f"  {kind} {key} is not in the file and stays" for kind, key in found.unmentioned]
    return "\n".join(lines)


NEEDED: Final = {
    "queue": "queues",
    "skill": "skills",
    "team": "teams",
    "person": "people",
    "sound": "sounds",
    "hours": "hours",
}
"""Where what a flow's steps need is configured: section by the step's own word."""


def _administrators(people: Entries) -> bool:
    return any(isinstance(one, PersonEntry) and Role.ADMINISTRATOR in one.roles for one in people.values())


def _known(name: str, now: Configured, wanted: Document, *, prune: bool) -> set[str]:
    stays = not (prune and name in wanted.sections)
    known = set(wanted.sections.get(name, ())) | (set(now.get(name, ())) if stays else set())
    known -= {key for section, key in wanted.retired if section == name}
    return known | set(BUILT_IN) if name == "sounds" else known


def _change(section: Section, key: str, before: Any, after: Any, new_secret: bool) -> Change | None:
    if before is None:
        return Change(section.name, section.kind, key, "created")
    fields = changed_fields(section, section.write(before), section.write(after), new_secret=new_secret)
    return Change(section.name, section.kind, key, "changed", tuple(fields)) if fields else None


def changed_fields(
    section: Section | None, before: dict[str, Any], after: dict[str, Any], *, new_secret: bool = False
) -> list[FieldChange]:
    """The fields that differ between two states of a thing. section: None for the organization itself."""
    fields = _fields(section, before, after)
    if new_secret and not any(one.name == "password" for one in fields):
        fields.append(FieldChange("password", "stored", "changed"))
    return fields


def _fields(section: Section | None, before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    old, new = _flat(before), _flat(after)
    # Where a secret is kept is not read back from people; whether it changed is known by its fingerprint.
    unread, kept = (section.unread, section.kept) if section is not None else (frozenset(), frozenset())
    names = [name for name in {**old, **new} if name not in unread]
    return [
        FieldChange(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name) and not (name in kept and new.get(name) is None)
    ]


def _flat(written: dict[str, Any]) -> dict[str, Any]:
    """`{"agent": {"queues": [..]}}` -> `{"agent.queues": [..]}`."""
    flat: dict[str, Any] = {}
    for name, value in written.items():
        if isinstance(value, dict) and name == "agent":
            flat |= {f"{name}.{inner}": part for inner, part in value.items()}
        else:
            flat[name] = value
    return flat


def _field(change: FieldChange) -> str:
    before, after = _shown(change.before), _shown(change.after)
    return change.name if "..." in (before, after) else f"{change.name} {before} -> {after}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 and not (isinstance(value, list) and value and isinstance(value[0], dict)) else "..."
