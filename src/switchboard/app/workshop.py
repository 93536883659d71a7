"""What the administrator's page asks while a flow is written, answered by flows and configuration."""

from collections.abc import Sequence
from typing import Any, Final

from switchboard.configuration.service import Configuration, check_flow
from switchboard.configuration.yaml_process import read_elsewhere, write_elsewhere
from switchboard.flows.model import Spoken
from switchboard.flows.service import Flows, Outlined
from switchboard.kit.errors import Invalid
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.flows import FlowChecked, FlowFault, FlowVersion, OutlineStep

LARGEST: Final = 256 * 1024
"""Bytes of one flow's text."""


class Workshop:
    """Satisfies `doors.FlowsDoor`."""

    def __init__(self, configuration: Configuration, flows: Flows, tenancy: Tenancy) -> None:
        self._configuration = configuration
        self._flows = flows
        self._tenancy = tenancy

    async def check(self, who: Who, text: bytes) -> FlowChecked:
        if len(text) > LARGEST:
            raise Invalid(f"a flow has at most {LARGEST // 1024} KB", field="body")
        try:
            read = await read_elsewhere(text)
        except Invalid as error:
            fault = FlowFault(line=_line(error.text), field="", text=error.text)
            return FlowChecked(faults=[fault], item=None, language="en", outline=[])
        _, now = await self._configuration.in_force(who.organization)
        checked = check_flow(read.data, now)
        faults = [
            FlowFault(line=read.line(one.path), field=".".join(map(str, one.path)), text=one.text)
            for one in checked.problems
        ]
        return FlowChecked(
            faults=sorted(faults, key=lambda fault: fault.line),
            item=read.data if isinstance(read.data, dict) else None,
            language=checked.document.language,
            outline=[_told(step) for step in checked.outline],
        )

    async def versions(self, who: Who, flow: str) -> Sequence[FlowVersion]:
        names = {person.id: person.name for person in await self._tenancy.people(who.organization)}
        return [
            FlowVersion(
                version=one.version,
                at=one.at,
                by=names.get(one.by),
                text=await write_elsewhere(one.document),
                in_force=one.in_force,
            )
            for one in await self._flows.versions(who.organization, flow)
        ]

    async def speech(self, who: Who, text: str, language: str) -> bytes:
        del who  # the voices are everybody's
        return await self._flows.heard(Spoken(text, language))


def _told(step: Outlined) -> OutlineStep:
    fields: dict[str, Any] = dict(step.fields)
    return OutlineStep(
        kind=step.kind,
        place=step.place,
        fields=fields,
        says=list(step.says),
        branches={name: [_told(one) for one in branch] for name, branch in step.branches.items()},
    )


def _line(text: str) -> int:
    """The line that the YAML reader names at the beginning of its error; 1 when it names none."""
    first = text.partition(":")[0].removeprefix("line ")
    return int(first) if first.isdecimal() else 1
