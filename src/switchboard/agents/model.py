"""An agent's states, how he is reached, and what is configured about him.

The state machine is the table `MOVES`; tests and the documentation's diagram read it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from switchboard.agents.capacity import CHANNELS as CHANNELS
from switchboard.agents.capacity import MOST as MOST
from switchboard.agents.capacity import WHOLE as WHOLE
from switchboard.agents.capacity import Capacity as Capacity
from switchboard.agents.capacity import Stop as Stop


class AgentState(StrEnum):
    """What an agent is doing. The values are the words that API, feed and ledger use."""

    SIGNED_OUT = "signed out"
    AVAILABLE = "available"
    OFFERED = "offered"
    """A contact rings at him; ends at the lease's deadline at the latest."""
    ENGAGED = "engaged"
    """He talks, with one or with several; ends when the last talk ends."""
    WRAP_UP = "wrap-up"
    """He finishes the record; ends at the queue's limit at the latest."""
    PAUSED = "paused"
    """He asked for a pause and gave a reason; he ends it himself, or its longest time does where that is set."""
    DELAYED = "delayed"
    """A short rest after he declined, was busy or could not be reached; ends by itself."""
    NOT_RESPONDING = "not responding"
    """He let offers ring, his page was lost during a call, or his pause was too long; he comes back by asking for
    available."""


class Reach(StrEnum):
    """Where an agent's calls ring."""

    BROWSER = "browser"
    PHONE = "phone"


_S = AgentState

MOVES: Final[Mapping[AgentState, Mapping[AgentState, str]]] = {
    _S.SIGNED_OUT: {_S.AVAILABLE: "signs in", _S.PAUSED: "signs in with a pause"},
    _S.AVAILABLE: {
        _S.OFFERED: "an offer is made",
        _S.PAUSED: "asks for a pause",
        _S.SIGNED_OUT: "signs out",
    },
    _S.OFFERED: {
        _S.ENGAGED: "accepts",
        # Not his fault, or he cannot be offered anything until he is reachable again.
        _S.AVAILABLE: "caller left, a colleague answered, offer withdrawn, his page or phone was lost",
        _S.DELAYED: "rejects, is busy, cannot be reached, set-up failed",
        _S.NOT_RESPONDING: "does not answer, or his page was lost",
        _S.PAUSED: "the offer ended and a pause was asked for",
        _S.SIGNED_OUT: "signs out",
    },
    _S.ENGAGED: {
        _S.ENGAGED: "takes another contact beside this one, or goes on with another",
        _S.WRAP_UP: "talk ended",
        _S.OFFERED: "talk ended, no wrap-up, and another contact rings",
        _S.DELAYED: "talk ended, no wrap-up, and a delay is not over",
        _S.AVAILABLE: "talk ended, no wrap-up",
        _S.PAUSED: "talk ended, no wrap-up, a pause was asked for",
        _S.SIGNED_OUT: "talk ended, sign-out was asked for or forced",
        _S.NOT_RESPONDING: "his page was lost: the caller is back in line; or another contact rang in vain",
    },
    _S.WRAP_UP: {
        _S.ENGAGED: "accepts another contact",
        _S.WRAP_UP: "finished, and another one is not",
        _S.OFFERED: "finished, and another contact rings",
        _S.DELAYED: "finished, and a delay is not over",
        _S.NOT_RESPONDING: "finished, and another contact had rung in vain",
        _S.AVAILABLE: "finished, or the limit was reached",
        _S.PAUSED: "finished, a pause was asked for",
        _S.SIGNED_OUT: "finished, sign-out was asked for or forced",
    },
    _S.PAUSED: {
        _S.AVAILABLE: "asks for available, or the longest time of its reason is over",
        _S.NOT_RESPONDING: "the longest time of its reason is over",
        _S.PAUSED: "gives another reason",
        _S.SIGNED_OUT: "signs out, or the longest time of its reason is over",
    },
    _S.DELAYED: {
        _S.AVAILABLE: "the delay is over, or asks for available",
        _S.PAUSED: "asks for a pause",
        _S.SIGNED_OUT: "signs out",
    },
    _S.NOT_RESPONDING: {
        _S.AVAILABLE: "asks for available",
        _S.PAUSED: "asks for a pause",
        _S.SIGNED_OUT: "signs out",
    },
}
"""From each state, where it can go and what leads there."""

ENDED_BY_DEADLINE: Final = frozenset({_S.OFFERED, _S.WRAP_UP, _S.DELAYED})
"""States that always carry a deadline; the others end by the agent's own or a supervisor's act."""

MAY_END_BY_DEADLINE: Final = frozenset({_S.PAUSED})
"""States that carry a deadline when it is so set."""

AFTER_PAUSE: Final = (_S.AVAILABLE, _S.NOT_RESPONDING, _S.SIGNED_OUT)
"""What can come after a pause that lasted too long, as set with its reason."""


class Reason(msgspec.Struct, frozen=True, gc=False):
    """A reason for a pause, set by the administrator. key is stable, name may change. longest: microseconds that
    such a pause should last at most, None for no limit. then: what its agent is when that time is over, one of
    `AFTER_PAUSE`; None: he is marked and goes on."""

    key: str
    name: str
    longest: int | None = None
    then: AgentState | None = None


class Team(msgspec.Struct, frozen=True, gc=False):
    """Agents who belong together, for lists and boards, and as a customer's branch. client: id of the brand they work
    for, None for several. capacity: of its agents who have none of their own. hours: key of the opening hours outside
    which the branch is not preferred, None for always."""

    key: str
    name: str
    client: str | None = None
    capacity: Capacity | None = None
    hours: str | None = None


class Profile(msgspec.Struct, frozen=True, gc=False):
    """What is configured about one agent.

    person: id of the person, which is also the agent's id everywhere. key: the person's stable key.
    queues: ids of the queues he serves. skills: id of the skill -> level, 1 and up; a skill that is not
    there is not had at all. phone: id of the phone that rings when reach is PHONE, or None. team: id.
    tiers: id of a queue -> the tier in which he serves it, 1 first. cost: of an hour of his, in one unit for all.
    capacity: how many contacts at a time; None: as his team's, and without that one.
    """

    person: str
    key: str
    queues: tuple[str, ...] = ()
    skills: dict[str, int] = {}
    reach: Reach = Reach.BROWSER
    phone: str | None = None
    team: str | None = None
    tiers: dict[str, int] = {}
    cost: int = 0
    capacity: Capacity | None = None
