"""What the administrator's pages ask of configuration, answered by the real room."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

from switchboard.channels.voice.vault import Vault
from switchboard.configuration import items
from switchboard.configuration.fitting import fitting
from switchboard.configuration.items import Edit, Item, Items, Saved, section_named
from switchboard.configuration.service import Configuration, Sources
from switchboard.kit.ids import IdSource
from switchboard.routing.service import Floors
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.administration import Change, Stale
from switchboard.web.doors.session import Who
from switchboard.web.messages.administration import (
    AdministrationItem,
    AdministrationItems,
    FieldDifference,
    FittingAgent,
    ItemChange,
    ItemSaved,
    ItemUser,
    RequirementAsked,
    RequirementChecked,
)

MOST_SHOWN: Final = 200
"""Agents that an answer names."""


class Administration:
    """Satisfies `doors.AdministrationDoor`: what comes by the web can name nothing of this machine."""

    def __init__(
        self, configuration: Configuration, vault: Vault, ids: IdSource, tenancy: Tenancy, floors: Floors
    ) -> None:
        self.items = Items(configuration, vault, ids.next)
        self._configuration = configuration
        self._tenancy = tenancy
        self._floors = floors

    async def section(self, who: Who, section: str) -> AdministrationItems:
        found = await self.items.section(who.organization, section)
        described = section_named(section)
        return AdministrationItems(
            section=section,
            kind=described.kind,
            label=described.label,
            choices={name: list(values) for name, values in described.choices.items()},
            items=[_told(one) for one in found],
        )

    async def users(self, who: Who, section: str, key: str) -> Sequence[ItemUser]:
        found = await self.items.users(who.organization, section, key)
        return [ItemUser(section=name, key=user) for name, user in found]

    async def put(self, who: Who, section: str, key: str, item: Mapping[str, Any], change: Change) -> ItemSaved:
        sources = Sources(environment={}, folder=None)
        try:
            return _saved(await self.items.put(who.organization, section, key, item, sources, _edit(who, change)))
        except items.Stale as error:
            raise _stale(error) from error

    async def retire(self, who: Who, section: str, key: str, change: Change) -> ItemSaved:
        try:
            return _saved(await self.items.retire(who.organization, section, key, _edit(who, change)))
        except items.Stale as error:
            raise _stale(error) from error

    async def requirement(self, who: Who, asked: RequirementAsked) -> RequirementChecked:
        _, now = await self._configuration.in_force(who.organization)
        found = await asyncio.to_thread(fitting, now, asked.text, queue=asked.queue, requires=asked.requires)
        here = {agent.id for agent in self._floors.of(who.organization).board().agents}
        people = {one.key: one for one in await self._tenancy.people(who.organization)}
        agents = [
            FittingAgent(key=key, name=people[key].name, signed_in=people[key].id in here)
            for key in found.agents
            if key in people
        ]
        return RequirementChecked(
            fault=found.fault,
            position=found.position,
            agents=agents[:MOST_SHOWN],
            fitting=len(agents),
            signed_in=sum(agent.signed_in for agent in agents),
            of=found.of,
        )


def _edit(who: Who, change: Change) -> Edit:
    return Edit(who.id, change.revision, change.dry_run)


def _stale(error: items.Stale) -> Stale:
    return Stale(error.text, None if error.present is None else _told(error.present))


def _told(item: Item) -> AdministrationItem:
    return AdministrationItem(key=item.key, revision=item.revision, item=dict(item.written))


def _saved(saved: Saved) -> ItemSaved:
    return ItemSaved(
        applied=saved.applied.applied,
        item=None if saved.item is None else _told(saved.item),
        changes=[
            ItemChange(
                section=change.section,
                kind=change.kind,
                key=change.key,
                what=cast(Literal["created", "changed", "retired"], change.what),
                fields=[FieldDifference(name=one.name, before=one.before, after=one.after) for one in change.fields],
            )
            for change in saved.applied.difference.changes
        ],
    )
