"""Going back to a version: of one thing, or of everything; as a new version, by the rules of every change.

    back = GoingBack(configuration)
    applied = await back.whole(organization, 12, by=person, dry_run=True)
    applied = await back.one(organization, 12, "queues", "support", by=person)

Secrets stay as they are now. Who works here stays, too: going back brings nobody back who has left and dismisses
nobody who came since.
"""

from collections.abc import Mapping
from typing import Any, Final

from switchboard.configuration.decide import Configured, users_of, without_work
from switchboard.configuration.document import Faulty, read_document
from switchboard.configuration.model import Document, PersonEntry, Place
from switchboard.configuration.sections import SECTIONS
from switchboard.configuration.service import Applied, Configuration, Terms
from switchboard.configuration.sources import Sources
from switchboard.configuration.versions import ORGANIZATION, State
from switchboard.configuration.yaml_text import Text
from switchboard.flows.model import Problem
from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.tenancy.model import Organization

States = Mapping[tuple[str, str], State]
PEOPLE: Final = "people"
MOST_TOLD: Final = 20
_BY_NAME: Final = {section.name: section for section in SECTIONS}
_SECTION_OF: Final = {section.kind: section.name for section in SECTIONS}
_PLACES: Final = frozenset({"env", "file", "kept"})


class GoingBack:
    """Brings versions back."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    async def whole(self, organization: str, number: int, *, by: str, dry_run: bool = False) -> Applied:
        """Everything as it was after this version. Raises NotFound, Invalid and Conflict that name what is missing
        now."""
        states = await self._configuration.versions.states_at(organization, number)
        known, now = await self._configuration.in_force(organization)
        here = now.get(PEOPLE, {})
        kept = {
            which: state
            for which, state in states.items()
            if which[0] != PEOPLE or (state is not None and which[1] in here)
        }
        return await self._brought(known, now, kept, Terms(organization, by=by, dry_run=dry_run, back_to=number))

    async def one(
        self, organization: str, number: int, section: str, key: str, *, by: str, dry_run: bool = False
    ) -> Applied:
        """One thing as this version left it. Raises as `whole`."""
        if section not in _BY_NAME:
            raise NotFound(f"there is no section {section!r}", field="section")
        state = await self._configuration.versions.state_after(organization, number, section, key)
        known, now = await self._configuration.in_force(organization)
        if section == PEOPLE and (state is None or key not in now.get(PEOPLE, {})):
            raise Conflict("who has left does not come back by a version; add him as a person", field="key")
        terms = Terms(organization, by=by, dry_run=dry_run, back_to=number)
        return await self._brought(known, now, {(section, key): state}, terms)

    async def _brought(self, known: Organization, now: Configured, states: States, terms: Terms) -> Applied:
        document, problems = document_of(known, now, states)
        if problems:
            raise _told(document, problems)
        try:
            return await self._configuration.bring(document, Text(None, {}), Sources({}, None), terms)
        except Faulty as error:
            raise _told(document, error.problems) from error


def document_of(known: Organization, now: Configured, states: States) -> tuple[Document, list[Problem]]:
    """These states as a file, with what is wrong with it. Raises Conflict when something that goes is needed. Pure."""
    gone = {which for which, state in states.items() if state is None and which[1] in now.get(which[0], {})}
    data: dict[str, Any] = {ORGANIZATION: {"key": known.key, "name": known.name}}
    for (section, key), state in states.items():
        if section == ORGANIZATION:
            data[ORGANIZATION]["name"] = (state or {}).get("name", known.name)
        elif state is not None:
            present = now.get(section, {}).get(key)
            written = {} if present is None else _BY_NAME[section].write(present)
            state = with_present_secrets(state, written)
            if _BY_NAME[section].single:
                data[section] = state
            else:
                data.setdefault(section, []).append(state)
    document, problems = read_document(Text(data, {}))
    sections = {name: dict(entries) for name, entries in document.sections.items()}
    places = dict(document.places)
    for section, key in sorted(gone):
        _let_go(now, sections, places, gone, (section, key))
    return Document(document.organization, sections, places, frozenset(gone)), problems


def _let_go(
    now: Configured,
    sections: dict[str, dict[str, Any]],
    places: dict[tuple[str, str], Place],
    gone: set[tuple[str, str]],
    which: tuple[str, str],
) -> None:
    """Agents lose a queue or skill that goes; whatever else needs it is named."""
    wanted = {name: {**now.get(name, {}), **sections.get(name, {})} for name in _BY_NAME}
    for kind, user in users_of(wanted, *which):
        name = _SECTION_OF[kind]
        if (name, user) in gone:
            continue
        person = wanted[name][user]
        relieved = without_work(person, *which) if isinstance(person, PersonEntry) else person
        if relieved == person:
            raise Conflict(f"{which[1]} did not exist then, but {kind} {user} needs it now; change that first")
        sections.setdefault(name, {})[user] = relieved
        places.setdefault((name, user), Place((name, user), f"{name}.{user}"))


def with_present_secrets(then: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """The thing as it was, with each secret kept where it is kept now: another one is not undone unseen."""
    found: dict[str, Any] = {}
    for name, value in then.items():
        now = present.get(name)
        if isinstance(value, Mapping) and len(value) == 1 and set(value) <= _PLACES:
            found[name] = value if now is None else now
        elif isinstance(value, Mapping):
            found[name] = with_present_secrets(value, now if isinstance(now, Mapping) else {})
        else:
            found[name] = value
    return found


def _told(document: Document, problems: list[Problem] | tuple[Problem, ...]) -> Invalid:
    """The problems by thing and field: there are no lines to name."""
    lines = []
    of = {place.path: (section, key) for (section, key), place in document.places.items()}
    for problem in problems[:MOST_TOLD]:
        section, key = of.get(problem.path[:2], (str(problem.path[0]) if problem.path else "", ""))
        kind = _BY_NAME[section].kind if section in _BY_NAME else section
        field = ".".join(map(str, problem.path[2:]))
        lines.append(": ".join(part for part in (f"{kind} {key}".strip(), field, problem.text) if part))
    return Invalid("It cannot be brought back as it was.\n" + "\n".join(lines), field="version")
