"""`recording` of a queue: which calls are recorded, what callers are told of it, and how long it is kept."""

import re
from typing import Any, Final

from switchboard.configuration.sections.announcements import read_notice, write_notice
from switchboard.flows.model import Reading
from switchboard.routing.model import Notice, RecordingRule

LONGEST: Final = 3_650
"""Days."""

_DAYS: Final = re.compile(r"([0-9]{1,6})d")


def read_recording(reading: Reading) -> RecordingRule:
    """`{share: 100, retention: 90d, agents_may_listen: false, announce: [..]}`, all of them optional."""
    fields = reading.fields((), ("share", "retention", "agents_may_listen", "announce"))
    return RecordingRule(
        share=fields.whole("share", 100, least=1, most=100),
        retention=_days(fields.at("retention")) if fields.has("retention") else 90,
        agents_may_listen=fields.flag("agents_may_listen", default=False),
        announce=_notices(fields.at("announce")) if fields.has("announce") else (),
    )


def write_recording(rule: RecordingRule) -> dict[str, Any]:
    written: dict[str, Any] = {
        "share": rule.share,
        "retention": f"{rule.retention}d",
        "agents_may_listen": rule.agents_may_listen,
    }
    if rule.announce:
        written["announce"] = [write_notice(one) for one in rule.announce]
    return written


def _notices(at: Reading) -> tuple[Notice, ...]:
    """One notice, or a list of them for several languages."""
    return tuple(read_notice(one) for one in (at.elements() if isinstance(at.value, list | tuple) else [at]))


def _days(at: Reading) -> int:
    found = _DAYS.fullmatch(at.value) if isinstance(at.value, str) else None
    if found is None or not 1 <= int(found[1]) <= LONGEST:
        at.problem(f"must be whole days such as 30d, from 1d to {LONGEST}d")
        return 1
    return int(found[1])
