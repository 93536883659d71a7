"""The configuration's versions for pages: with names, and cut to what a page shows."""

from typing import Any, Final

import orjson

from switchboard.app.items_told import told_change, told_item
from switchboard.configuration.going_back import GoingBack
from switchboard.configuration.items import item_of, section_named
from switchboard.configuration.model import Change, FieldChange
from switchboard.configuration.service import Configuration
from switchboard.configuration.versions import Version
from switchboard.kit.errors import Invalid
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.administration import AdministrationItem
from switchboard.web.messages.changes import BackAsked, ConfigurationVersion, ConfigurationVersions, WentBack

MOST_CHANGES: Final = 100
"""Things that a version names."""
LONGEST: Final = 2_000
"""Characters of a value that is shown."""


class ChangesByWeb:
    """Satisfies `doors.ChangesDoor`."""

    def __init__(self, configuration: Configuration, tenancy: Tenancy) -> None:
        self._configuration = configuration
        self._tenancy = tenancy
        self._back = GoingBack(configuration)

    async def versions(
        self, who: Who, *, after: int | None, section: str | None, key: str | None, limit: int
    ) -> ConfigurationVersions:
        if key is not None and section is None:
            raise Invalid("say of which section the thing is", field="section")
        page = await self._configuration.versions.page(
            who.organization, before=after, section=section, key=key, limit=limit
        )
        people = await self._tenancy.named(who.organization, sorted({one.by for one in page.rows}))
        names = {id_: person.name for id_, person in people.items()} | {SYSTEM: SYSTEM}
        return ConfigurationVersions(
            versions=[_told(one, names.get(one.by)) for one in page.rows],
            after=None if page.after is None else int(page.after),
        )

    async def back(self, who: Who, version: int, asked: BackAsked, *, dry_run: bool) -> WentBack:
        if (asked.section is None) != (asked.key is None):
            missing = "section" if asked.section is None else "key"
            raise Invalid("give both section and key of one thing, or neither for everything", field=missing)
        if asked.section is None or asked.key is None:
            applied = await self._back.whole(who.organization, version, by=who.id, dry_run=dry_run)
            item = None
        else:
            applied = await self._back.one(
                who.organization, version, asked.section, asked.key, by=who.id, dry_run=dry_run
            )
            item = None if dry_run else await self._item(who, asked.section, asked.key)
        changes = [told_change(_cut(one)) for one in applied.difference.changes]
        return WentBack(applied=applied.applied, changes=changes, item=item)

    async def _item(self, who: Who, section: str, key: str) -> AdministrationItem | None:
        _, now = await self._configuration.in_force(who.organization)
        entry = now.get(section, {}).get(key)
        return None if entry is None else told_item(item_of(section_named(section), key, entry))


def _told(version: Version, name: str | None) -> ConfigurationVersion:
    return ConfigurationVersion(
        version=version.number,
        at=version.at,
        by=version.by,
        by_name=name,
        back_to=version.back_to,
        changes=[told_change(_cut(one.change())) for one in version.changes[:MOST_CHANGES]],
        more=max(0, len(version.changes) - MOST_CHANGES),
    )


def _cut(change: Change) -> Change:
    """Without values that no page could show, such as all the steps of a flow."""
    fields = tuple(FieldChange(one.name, _short(one.before), _short(one.after)) for one in change.fields)
    return Change(change.section, change.kind, change.key, change.what, fields)


def _short(value: Any) -> Any:
    return value if len(orjson.dumps(value)) <= LONGEST else "..."
