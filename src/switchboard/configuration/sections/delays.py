"""`delays`: how long an agent rests after an offer that did not become a talk."""

from typing import Any

from switchboard.configuration.model import DelaysEntry
from switchboard.flows.model import Reading, duration_text
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Delays
from switchboard.routing.service import LONGEST_REST, MOST_MISSES, RESTS


def read_delays(reading: Reading) -> DelaysEntry:
    """What is left out has its default."""
    fields, usual = reading.fields((), (*RESTS, "misses")), Delays()
    rests = {
        name: fields.duration(name, getattr(usual, name) // MICROSECONDS, most=LONGEST_REST) * MICROSECONDS
        for name in RESTS
    }
    return DelaysEntry(Delays(**rests, misses=fields.whole("misses", usual.misses, least=1, most=MOST_MISSES)))


def write_delays(entry: DelaysEntry) -> dict[str, Any]:
    rests = {name: duration_text(getattr(entry.delays, name) // MICROSECONDS) for name in RESTS}
    return {**rests, "misses": entry.delays.misses}
