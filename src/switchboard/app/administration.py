"""What the administrator's pages ask of configuration, answered by the real room."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from switchboard.app.changes import ChangesByWeb
from switchboard.app.items_told import told_change, told_item
from switchboard.app.people import keys_by_id
from switchboard.app.rooms import Rooms
from switchboard.app.trial_task import TrialTasks
from switchboard.app.trial_work import TrialWork
from switchboard.app.trials import TrialsByWeb
from switchboard.channels.voice.vault import Vault
from switchboard.configuration import items
from switchboard.configuration.fitting import fitting
from switchboard.configuration.items import Edit, Items, Saved, section_named
from switchboard.configuration.service import Sources
from switchboard.routing.service import Floors
from switchboard.web.doors.administration import Change, Stale
from switchboard.web.doors.session import Who
from switchboard.web.messages.administration import (
    AdministrationItems,
    FittingAgent,
    ItemSaved,
    ItemUser,
    RequirementAsked,
    RequirementChecked,
)
from switchboard.web.rooms.audit import AuditTrail

MOST_SHOWN: Final = 200
"""Agents that an answer names."""


class Administration:
    """Satisfies `doors.AdministrationDoor`; changes, trials and audit are the doors beside it.

    What comes by the web can name nothing of this machine.
    """

    def __init__(self, rooms: Rooms, vault: Vault, floors: Floors, trials: TrialWork) -> None:
        self.items = Items(rooms.configuration, vault, rooms.ids.next)
        self.changes = ChangesByWeb(rooms.configuration, rooms.tenancy)
        self.audit = AuditTrail(rooms.tenancy, partial(keys_by_id, rooms.database, rooms.configured))
        self.trials = TrialsByWeb(rooms, self.items, TrialTasks(rooms, floors), trials)
        self._configuration = rooms.configuration
        self._tenancy = rooms.tenancy
        self._floors = floors

    async def section(self, who: Who, section: str) -> AdministrationItems:
        found = await self.items.section(who.organization, section)
        described = section_named(section)
        return AdministrationItems(
            section=section,
            kind=described.kind,
            label=described.label,
            choices={name: list(values) for name, values in described.choices.items()},
            items=[told_item(one) for one in found],
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
    return Stale(error.text, None if error.present is None else told_item(error.present))


def _saved(saved: Saved) -> ItemSaved:
    return ItemSaved(
        applied=saved.applied.applied,
        item=None if saved.item is None else told_item(saved.item),
        changes=[told_change(change) for change in saved.applied.difference.changes],
    )
