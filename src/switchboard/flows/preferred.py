"""Whom an `enqueue` prefers, as flows write it: people by key, and people by what they are to the customer.

prefer: [last agent, personal agent, own branch, anna]
prefer_for: 30s             # they alone; then everybody, at his place in line
last_agent_days: 14         # how long ago their talk may be
"""

from typing import Final

from switchboard.flows.reading import Fields
from switchboard.routing.model import Preference

FIELDS: Final = ("prefer", "prefer_for", "last_agent_days")
WORDS: Final = frozenset(one.value for one in Preference)
"""None of them can be the key of a person: they have blanks."""
LONGEST: Final = 3_600
DAYS: Final = 30
_MOST_DAYS: Final = 400


def read_prefer(fields: Fields) -> tuple[str, ...]:
    """Keys and words in the order in which they stand there."""
    found: list[str] = []
    for one in fields.elements("prefer"):
        name = one.value if one.value in WORDS else one.key()
        if name in found:
            one.problem(f"{name!r} stands here twice")
        else:
            found.append(name)
    return tuple(found)


def read_prefer_for(fields: Fields) -> int:
    """Seconds; 0 when others may come at once."""
    seconds = fields.duration("prefer_for", 0, most=LONGEST)
    if seconds and not fields.has("prefer"):
        fields.at("prefer_for").problem("is how long those under 'prefer' come first, which is missing")
        return 0
    if not seconds and Preference.BRANCH in [one.value for one in fields.elements("prefer")]:
        fields.at("prefer").problem("'own branch' comes first for some time: say how long with 'prefer_for'")
    return seconds


def read_days(fields: Fields) -> int:
    """Days after a talk for which its agent is the last agent."""
    days = fields.whole("last_agent_days", DAYS, least=1, most=_MOST_DAYS)
    named = [one.value for one in fields.elements("prefer")]
    if fields.has("last_agent_days") and Preference.LAST_AGENT not in named:
        fields.at("last_agent_days").problem("is for 'last agent' under 'prefer', which is missing")
    return days
