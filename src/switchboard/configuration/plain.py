"""Entries that refer to nothing, as their rooms have them: skills, reasons for a pause, the rests after an offer."""

from switchboard.agents.model import AgentState, Reason
from switchboard.configuration.model import DelaysEntry, Named, ReasonEntry
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Delays, SkillItem


def reason_entry(item: Reason) -> ReasonEntry:
    """As a file says it, in seconds."""
    longest = None if item.longest is None else item.longest // MICROSECONDS
    return ReasonEntry(item.key, item.name, longest, None if item.then is None else item.then.value)


def plain_item(entry: Named | ReasonEntry | DelaysEntry) -> SkillItem | Reason | Delays:
    """What the room of its section keeps; a name alone is a skill."""
    match entry:
        case Named():
            return SkillItem(entry.key, entry.name)
        case ReasonEntry():
            longest = None if entry.longest is None else entry.longest * MICROSECONDS
            return Reason(entry.key, entry.name, longest, None if entry.then is None else AgentState(entry.then))
        case DelaysEntry():
            return entry.delays
