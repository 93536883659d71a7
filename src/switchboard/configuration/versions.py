"""Every change of the configuration as a numbered version: who, when, and each thing before and after.

    before = await versions.last(organization)                               # then read what is in force, and decide
    number = await versions.record(connection, organization, by, kept, after=before)   # first in the transaction
    page = await versions.page(organization, section="queues", key="support")
    states = await versions.states_at(organization, 12)                      # what has changed since, as it was then

A version holds what changed and not everything: what was is found by going backwards from what is. Secrets are in
none of them, only where one is kept, and that it is another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.configuration import store
from switchboard.configuration.decide import Configured, changed_fields
from switchboard.configuration.model import Change, Difference, Document, OrganizationEntry
from switchboard.configuration.sections import SECTIONS
from switchboard.kit.clock import Clock
from switchboard.kit.errors import NotFound
from switchboard.kit.pages import Page
from switchboard.storage.database import Database

ORGANIZATION: Final = "organization"
MOST: Final = 50
"""Versions in a page."""
_BY_NAME: Final = {section.name: section for section in SECTIONS}

State = Mapping[str, Any] | None
"""A thing as a file says it; None when there is none."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a version did to one thing. secret: whether it got another secret."""

    section: str
    key: str
    before: State
    after: State
    secret: bool = False

    def change(self) -> Change:
        """The same as the fields that differ."""
        section = _BY_NAME.get(self.section)
        kind = section.kind if section is not None else self.section
        if self.before is None or self.after is None:
            return Change(self.section, kind, self.key, "created" if self.before is None else "retired")
        fields = changed_fields(section, dict(self.before), dict(self.after), new_secret=self.secret)
        return Change(self.section, kind, self.key, "changed", tuple(fields))


@dataclass(frozen=True, slots=True)
class Version:
    """by: a person's id, or `SYSTEM`. back_to: the version that this one went back to."""

    number: int
    at: int
    by: str
    back_to: int | None
    changes: tuple[Kept, ...]


class Overtaken(Exception):
    """Somebody else, on whatever node, has made the next version first: read again and decide again."""


class Versions:
    """The versions of every organization."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(
        self,
        connection: AsyncConnection,
        organization: str,
        by: str,
        changes: Sequence[Kept],
        *,
        after: int,
        back_to: int | None = None,
    ) -> int:
        """Write the version that follows `after`, in the transaction of its change and before anything else of it.

        Who else writes the same one waits here until we are through. Returns its number. Raises Overtaken when
        what was decided from is no longer the last version.
        """
        number = after + 1
        rows = [
            {
                "organization": organization,
                "version": number,
                "section": one.section,
                "key": one.key,
                "before": one.before,
                "after": one.after,
                "secret": one.secret,
            }
            for one in changes
        ]
        version = {"organization": organization, "number": number, "at": self._clock.now(), "by": by}
        if not await store.add(connection, self._database.dialect, {**version, "back_to": back_to}, rows):
            raise Overtaken
        return number

    async def last(self, organization: str) -> int:
        """The number of the version in force; 0 before the first."""
        async with self._database.reading() as connection:
            return await store.last_number(connection, organization)

    async def page(
        self,
        organization: str,
        *,
        before: int | None = None,
        section: str | None = None,
        key: str | None = None,
        limit: int = MOST,
    ) -> Page[Version]:
        """The versions, newest first. before: the cursor of the page before. section, key: only what changed this."""
        limit = max(1, min(limit, MOST))
        async with self._database.reading() as connection:
            rows = await store.page(connection, organization, before=before, section=section, key=key, limit=limit + 1)
            shown = rows[:limit]
            changes = await store.changes_of(connection, organization, [row["number"] for row in shown])
        of: dict[int, list[Kept]] = {}
        for one in changes:
            if section in (None, one["section"]) and key in (None, one["key"]):
                of.setdefault(one["version"], []).append(_kept(one))
        found = [
            Version(row["number"], row["at"], row["by"], row["back_to"], tuple(of.get(row["number"], ())))
            for row in shown
        ]
        return Page(found, str(shown[-1]["number"]) if len(rows) > limit else None)

    async def states_at(self, organization: str, number: int) -> dict[tuple[str, str], State]:
        """(section, key) of everything that was changed after this version, as it was then. Raises NotFound."""
        async with self._database.reading() as connection:
            if not 1 <= number <= await store.last_number(connection, organization):
                raise NotFound(f"there is no version {number}")
            states: dict[tuple[str, str], State] = {}
            for one in await store.changes_since(connection, organization, number):
                states.setdefault((one["section"], one["key"]), one["before"])
        return states

    async def state_after(self, organization: str, number: int, section: str, key: str) -> State:
        """A thing as this version, which changed it, left it. Raises NotFound."""
        async with self._database.reading() as connection:
            for one in await store.changes_of(connection, organization, [number]):
                if (one["section"], one["key"]) == (section, key):
                    state: State = one["after"]
                    return state
        raise NotFound(f"version {number} did not change this")


def _kept(row: store.Row) -> Kept:
    return Kept(row["section"], row["key"], row["before"], row["after"], row["secret"])


def kept_of(now: Configured, wanted: Document, found: Difference, known: OrganizationEntry | None) -> list[Kept]:
    """What applying a document does, thing by thing. known: the organization as it was. Pure."""
    kept = []
    for change in found.changes:
        if change.section == ORGANIZATION:
            before = None if known is None else {"key": known.key, "name": known.name}
            kept.append(Kept(ORGANIZATION, change.key, before, {"key": change.key, "name": wanted.organization.name}))
            continue
        section = _BY_NAME[change.section]
        stored = now.get(change.section, {}).get(change.key)
        before = None if stored is None else _told(change.section, section.write(stored))
        after = None
        if change.what != "retired":
            entry = wanted.sections[change.section][change.key]
            after = _told(change.section, section.write(entry))
        secret = change.what == "changed" and any(field.after == "changed" for field in change.fields)
        kept.append(Kept(change.section, change.key, before, after, secret))
    return kept


def _told(name: str, written: dict[str, Any]) -> dict[str, Any]:
    """Without what is never read back, such as where a person's password came from."""
    return {field: value for field, value in written.items() if field not in _BY_NAME[name].unread}
