"""How each kind of thing is read from a file and written to one: a file here, a line in `SECTIONS`."""

from typing import Final

from switchboard.configuration.sections.brands import (
    read_client,
    read_named,
    read_reason,
    read_team,
    team_references,
    write_client,
    write_named,
    write_reason,
    write_team,
)
from switchboard.configuration.sections.contract import Reference, Section, no_references
from switchboard.configuration.sections.delays import read_delays, write_delays
from switchboard.configuration.sections.hours import hours_references, read_hours, write_hours
from switchboard.configuration.sections.people import person_references, read_person, write_person
from switchboard.configuration.sections.queues import queue_references, read_queue, write_queue
from switchboard.configuration.sections.sounds_and_flows import (
    flow_references,
    read_flow_entry,
    read_sound,
    write_sound,
)
from switchboard.configuration.sections.telephony import (
    code_references,
    number_references,
    read_code,
    read_number,
    read_phone,
    read_trunk,
    trunk_references,
    write_code,
    write_number,
    write_phone,
    write_trunk,
)
from switchboard.flows.service import KINDS, write_flow
from switchboard.measures.answering import SERVICE_LEVELS
from switchboard.routing.service import STRATEGIES

__all__ = ["SECTIONS", "Reference", "Section"]

SECTIONS: Final = (
    Section("clients", "client", read_client, write_client, no_references),
    Section("skills", "skill", read_named, write_named, no_references),
    Section("reasons", "reason", read_reason, write_reason, no_references),
    Section("teams", "team", read_team, write_team, team_references),
    Section("sounds", "sound", read_sound, write_sound, no_references),
    Section(
        "queues",
        "queue",
        read_queue,
        write_queue,
        queue_references,
        choices={"strategy": tuple(STRATEGIES), "formula": tuple(SERVICE_LEVELS)},
    ),
    Section("delays", "setting", read_delays, write_delays, no_references, single=True),
    Section("phones", "phone", read_phone, write_phone, no_references),
    Section(
        "people",
        "person",
        read_person,
        write_person,
        person_references,
        kept=frozenset({"agent.reach"}),
        unread=frozenset({"password"}),
    ),
    Section("hours", "hours", read_hours, write_hours, hours_references),
    Section("flows", "flow", read_flow_entry, write_flow, flow_references, choices={"steps": tuple(KINDS)}),
    Section("trunks", "trunk", read_trunk, write_trunk, trunk_references),
    Section("numbers", "number", read_number, write_number, number_references, label="number"),
    Section("codes", "code", read_code, write_code, code_references),
)
"""In the order in which they are made: what others refer to comes first, and is retired last."""
