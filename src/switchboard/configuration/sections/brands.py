"""`clients`, `teams`, and the lists that have little but names: `skills`, `reasons`."""

from collections.abc import Iterator
from typing import Any

from switchboard.agents.model import AFTER_PAUSE
from switchboard.configuration.model import Named, ReasonEntry, TeamEntry
from switchboard.configuration.sections.capacities import FIELDS as CAPACITY
from switchboard.configuration.sections.capacities import read_capacity, write_capacity
from switchboard.configuration.sections.contract import Reference, checked
from switchboard.flows.model import Reading, duration_text
from switchboard.tenancy.model import ClientItem
from switchboard.tenancy.service import Brands


def read_client(reading: Reading) -> ClientItem:
    fields = reading.fields(("key", "name", "time_zone", "region"))
    before = len(reading.problems)
    item = ClientItem(
        fields.key("key"),
        fields.text("name", most=200),
        fields.text("time_zone"),
        fields.text("region", most=2),
    )
    complete = all(fields.has(name) for name in ("key", "name", "time_zone", "region"))
    sound = complete and len(reading.problems) == before
    return checked(reading, Brands.check, item) if sound else item


def write_client(item: ClientItem) -> dict[str, Any]:
    return {"key": item.key, "name": item.name, "time_zone": item.time_zone, "region": item.region}


def read_team(reading: Reading) -> TeamEntry:
    fields = reading.fields(("key",), ("name", "client", "hours", *CAPACITY))
    key = fields.key("key")
    name = fields.text("name", key, most=200).strip()
    capacity, hours = read_capacity(fields), fields.key_or_none("hours")
    return TeamEntry(key, name, fields.key_or_none("client"), capacity, hours)


def write_team(item: TeamEntry) -> dict[str, Any]:
    written: dict[str, Any] = {"key": item.key, "name": item.name}
    if item.client is not None:
        written["client"] = item.client
    if item.hours is not None:
        written["hours"] = item.hours
    return written | write_capacity(item.capacity)


def team_references(item: TeamEntry) -> Iterator[Reference]:
    if item.client is not None:
        yield Reference("clients", item.client, ("client",))
    if item.hours is not None:
        yield Reference("hours", item.hours, ("hours",))


def read_named(reading: Reading) -> Named:
    fields = reading.fields(("key",), ("name",))
    key = fields.key("key")
    return Named(key, fields.text("name", key, most=200).strip())


def write_named(item: Named) -> dict[str, Any]:
    return {"key": item.key, "name": item.name}


def read_reason(reading: Reading) -> ReasonEntry:
    fields = reading.fields(("key",), ("name", "longest", "then"))
    key = fields.key("key")
    before = len(reading.problems)
    longest = fields.duration("longest", 0, most=24 * 3600) or None
    then = fields.choice("then", [state.value for state in AFTER_PAUSE], "") or None
    if then is not None and longest is None and len(reading.problems) == before:
        fields.at("then").problem("it comes after the longest time: add the field 'longest', such as 15m")
    return ReasonEntry(key, fields.text("name", key, most=200).strip(), longest, then)


def write_reason(item: ReasonEntry) -> dict[str, Any]:
    written: dict[str, Any] = {"key": item.key, "name": item.name}
    if item.longest is not None:
        written["longest"] = duration_text(item.longest)
    if item.then is not None:
        written["then"] = item.then
    return written
