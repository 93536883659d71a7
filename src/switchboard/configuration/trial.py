"""What a trial on a real day compares: the configuration as it is, and with something changed. Pure.

before, after, concerned = sides(now, document)
besides(difference)              # "What else would change is not simulated: flow welcome, number 100."
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from switchboard.configuration.decide import Configured
from switchboard.configuration.model import Difference, Document, Entry, PersonEntry, QueueEntry, TeamEntry
from switchboard.configuration.parts import queue_item
from switchboard.configuration.trial_hours import Known
from switchboard.flows.service import OpeningHours
from switchboard.routing.simulation.day import Side, Worker

DECIDING: Final = frozenset({"queues", "people", "skills", "teams", "hours"})
"""Sections that decide who gets which call, and whether it comes in line; a trial leaves all others as they are."""


MOST_NAMED: Final = 5


def sides(now: Configured, changed: Document, *, prune: bool = False) -> tuple[Side, Side, tuple[str, ...]]:
    """The configuration before and after the change, and the keys of the queues that the change concerns.

    prune: what a section of the document does not name is retired.
    """
    later = {name: _later(name, now, changed, prune=prune) for name in DECIDING}
    before, after = side(now), side(later)
    return before, after, _concerned(before, after)


def _later(name: str, now: Configured, changed: Document, *, prune: bool) -> dict[str, Entry]:
    """A section as it would be."""
    stays = {} if prune and name in changed.sections else now.get(name, {})
    entries = {**stays, **changed.sections.get(name, {})}
    return {key: entry for key, entry in entries.items() if (name, key) not in changed.retired}


def opening_hours(
    now: Configured, changed: Document, zones: Mapping[str, str], *, prune: bool = False
) -> tuple[Known, Known] | None:
    """Opening hours before and after the change; None when they stay as they are. zones: by key of the client."""
    later = _later("hours", now, changed, prune=prune)
    if later == dict(now.get("hours", {})):
        return None
    before, after = (
        {
            key: replace(one, time_zone=zones.get(one.client or "", ""))
            for key, one in entries.items()
            if isinstance(one, OpeningHours)
        }
        for entries in (now.get("hours", {}), later)
    )
    return before, after


def besides(found: Difference) -> tuple[str, ...]:
    """What a trial leaves as it is although it would change, in a sentence; () when there is nothing."""
    others = [f"{one.kind} {one.key}" for one in found.changes if one.section not in DECIDING]
    if not others:
        return ()
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return (f"What else would change is not simulated: {', '.join(others[:MOST_NAMED])}{more}.",)


def side(entries: Mapping[str, Mapping[str, Entry]]) -> Side:
    """What routing goes by, by key."""
    queues = [one for one in entries.get("queues", {}).values() if isinstance(one, QueueEntry)]
    people = [one for one in entries.get("people", {}).values() if isinstance(one, PersonEntry)]
    teams = [one for one in entries.get("teams", {}).values() if isinstance(one, TeamEntry)]
    capacities = {one.key: one.capacity for one in teams}
    return Side(
        tuple(queue_item(one, one.client, dict(one.requires), one.wanted) for one in queues),
        tuple(
            Worker(
                one.key,
                one.agent.queues,
                dict(one.agent.skills),
                one.agent.team,
                dict(one.agent.tiers),
                one.agent.cost,
                one.agent.capacity or capacities.get(one.agent.team or ""),
            )
            for one in people
            if one.agent is not None
        ),
    )


def _concerned(before: Side, after: Side) -> tuple[str, ...]:
    """Queues that are others, and those of agents who are."""
    was, would_be = _by_key(before), _by_key(after)
    queues = [key for key in was["queues"] if would_be["queues"].get(key) != was["queues"][key]]
    for key in {**was["workers"], **would_be["workers"]}:
        old, new = was["workers"].get(key), would_be["workers"].get(key)
        if old != new:
            queues += [queue for one in (old, new) if one is not None for queue in one.queues]
    return tuple(dict.fromkeys(key for key in queues if key in was["queues"]))


def _by_key(one: Side) -> dict[str, dict[str, Any]]:
    return {"queues": {item.key: item for item in one.queues}, "workers": {item.key: item for item in one.workers}}
