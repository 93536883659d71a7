"""A simulated administration: one queue that can be changed, and refuses what a form can get wrong."""

from collections.abc import Mapping
from typing import Any

from switchboard.kit.errors import Conflict, Invalid, NotFound
from switchboard.web.doors.administration import Change, Stale
from switchboard.web.doors.session import Who
from switchboard.web.messages.administration import (
    AdministrationItem,
    AdministrationItems,
    ItemChange,
    ItemSaved,
    ItemUser,
    RequirementAsked,
    RequirementChecked,
)
from switchboard.web.messages.changes import BackAsked, ConfigurationVersion, ConfigurationVersions, WentBack
from switchboard.web.messages.flows import FlowChecked, FlowVersion
from switchboard.web.messages.trunks import Trial, TrunkStatus

SUPPORT = AdministrationItem(key="support", revision="r1", item={"key": "support", "name": "Support"})


class SimulatedAdministration:
    """`asked` holds what was changed. Keeps the versions, too."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def section(self, who: Who, section: str) -> AdministrationItems:
        if section != "queues":
            raise NotFound("there is no such section", field="section")
        return AdministrationItems(section=section, kind="queue", label="key", items=[SUPPORT])

    async def users(self, who: Who, section: str, key: str) -> list[ItemUser]:
        return [ItemUser(section="flows", key="welcome")]

    async def put(self, who: Who, section: str, key: str, item: Mapping[str, Any], change: Change) -> ItemSaved:
        await self.section(who, section)
        if not isinstance(item.get("name"), str):
            faults = [("name", "must be text"), ("ring_time", "must be a duration")]
            raise Invalid("name: must be text", field="name", faults=faults)
        if key == SUPPORT.key and change.revision != SUPPORT.revision:
            raise Stale("this queue was changed meanwhile", SUPPORT)
        self.asked.append(("put", section, key, item, change))
        changed = ItemChange(section=section, kind="queue", key=key, what="changed", fields=[])
        return ItemSaved(applied=not change.dry_run, item=SUPPORT, changes=[changed])

    async def retire(self, who: Who, section: str, key: str, change: Change) -> ItemSaved:
        if key != SUPPORT.key:
            raise NotFound("there is no queue with this key")
        if change.revision != SUPPORT.revision:
            raise Conflict("this queue is in use by flow welcome; change that first", field="key")
        self.asked.append(("retire", section, key, change))
        return ItemSaved(applied=not change.dry_run, item=None, changes=[])

    async def requirement(self, who: Who, asked: RequirementAsked) -> RequirementChecked:
        self.asked.append(("requirement", asked))
        return RequirementChecked(fault=None, position=None, agents=[], fitting=0, signed_in=0, of=2)

    async def versions(
        self, who: Who, *, after: int | None, section: str | None, key: str | None, limit: int
    ) -> ConfigurationVersions:
        change = ItemChange(section="queues", kind="queue", key="support", what="created", fields=[])
        made = ConfigurationVersion(version=1, at=1, by="p4", by_name="Amy", back_to=None, changes=[change], more=0)
        return ConfigurationVersions(versions=[made], after=None)

    async def back(self, who: Who, version: int, asked: BackAsked, *, dry_run: bool) -> WentBack:
        if version != 1:
            raise NotFound(f"there is no version {version}")
        self.asked.append(("back", version, asked, dry_run))
        return WentBack(applied=not dry_run, changes=[], item=None)


class SimulatedFlows:
    """Finds every flow without fault, but a text without steps."""

    async def check(self, who: Who, text: bytes) -> FlowChecked:
        return FlowChecked(faults=[], item={}, language="en", outline=[])

    async def versions(self, who: Who, flow: str) -> list[FlowVersion]:
        if flow != "welcome":
            raise NotFound("there is no flow with this key")
        return [FlowVersion(version=1, at=1, by="Amy", text="key: welcome\n", in_force=True)]

    async def speech(self, who: Who, text: str, language: str) -> bytes:
        if language == "xx":
            raise Invalid("there is no voice for the language 'xx'", field="language")
        return b"RIFF"


class SimulatedTrunks:
    async def trunks(self, who: Who) -> list[TrunkStatus]:
        return [TrunkStatus(key="carrier", registration="registered", error="", answers=True)]

    async def trial(self, who: Who, trunk: str, number: str) -> Trial:
        if trunk != "carrier":
            raise NotFound("there is no trunk with this key")
        return Trial(good=True, finding="sound both ways", said="It works.", next="Nothing.")
