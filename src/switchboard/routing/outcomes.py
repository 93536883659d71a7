"""What a contact is expected to come to with each agent: numbered versions of what was learned, plain data.

    learned = Learned(12, {"support": QueueLearned(overall, {}, {"anna": AgentLearned(annas, {})})})
    expected = learned.queues["support"].of("anna", "hotline")      # handling time, resolution, satisfaction
    cost(expected, queue.outcome)                                   # in seconds: less is better

`routing.learning` makes the versions, `commands.LearnedVersionTaken` brings one to the Floor, the strategy
`best expected outcome` goes by it. References and figures only: nothing here can tell who a customer was.
"""

from enum import StrEnum
from hashlib import blake2b
from typing import Final

import msgspec

from switchboard.kit.clock import MICROSECONDS


class OutcomeRule(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How a queue goes by expected outcomes.

    unresolved, dissatisfied: microseconds of handling that an unresolved contact, a dissatisfied customer are worth.
    hold_out: per cent of its hours in which contacts go to the longest idle, to measure what the others gain. explore:
    per cent of the contacts of the others that go to whom least is known about. least_data: contacts below which an
    agent counts as unknown. load_margin: percentage points of occupancy above the mean of the idle from where on an
    agent is passed over. repeat_within: days within which another contact of the customer means that the first had
    not resolved it.
    """

    unresolved: int = 300 * MICROSECONDS
    dissatisfied: int = 60 * MICROSECONDS
    hold_out: int = 10
    explore: int = 5
    least_data: int = 20
    load_margin: int = 20
    repeat_within: int = 7


PLAIN_OUTCOME: Final = OutcomeRule()

HOUR: Final = 3_600 * MICROSECONDS
"""What is held out at a time. Single contacts would meet a floor on which the good agents are at work, and go to those
chosen least; in a whole hour everybody is dealt with alike. Source: Bojinov, Simchi-Levi & Zhao, Design and analysis
of switchback experiments, Management Science 69, 2023."""


class Expected(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a contact comes to on average. handling: talk, hold and wrap-up, microseconds. resolution, satisfaction:
    shares 0 to 1, None where nothing is known of anybody in the queue. count: contacts it was learned from."""

    handling: int
    resolution: float | None
    satisfaction: float | None
    count: int


class AgentLearned(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An agent in a queue. by_entrance: the same entrances as the queue's, all of them."""

    overall: Expected
    by_entrance: dict[str, Expected]


class QueueLearned(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A queue: its means, and its agents. by_entrance: the entrances of which enough contacts came, by id."""

    overall: Expected
    by_entrance: dict[str, Expected]
    agents: dict[str, AgentLearned]

    def of(self, agent: str, entrance: str) -> Expected:
        """What is expected of this agent; of one who is not known, what holds for the queue."""
        known = self.agents.get(agent, self)
        return known.by_entrance.get(entrance, known.overall)

    def count(self, agent: str) -> int:
        """Contacts of this queue that were learned from about this agent."""
        known = self.agents.get(agent)
        return 0 if known is None else known.overall.count


class Learned(msgspec.Struct, frozen=True, gc=False):
    """One version, by queue id. version: its number, 1 or more, never given twice in an organization."""

    version: int
    queues: dict[str, QueueLearned] = {}


class Group(StrEnum):
    """How a contact's agent was chosen: by the hour and its id alone, so that hours can be compared."""

    BEST = "best"
    HELD_OUT = "held out"
    """By the longest idle, as everybody in this hour, to have something to compare with."""
    EXPLORING = "exploring"
    """To whom least is known about."""
    NOBODY_TO_EXPLORE = "nobody to explore"
    """Should have been exploring, but enough is known about everybody: the best."""


class OutcomeWhy(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the choice rested on: the version, the group, and what is expected of who was chosen."""

    version: int
    group: Group
    expected: Expected


def cost(expected: Expected, rule: OutcomeRule) -> float:
    """What a contact is expected to cost, in seconds of handling. What nobody knows counts for nobody."""
    total = float(expected.handling)
    if expected.resolution is not None:
        total += rule.unresolved * (1.0 - expected.resolution)
    if expected.satisfaction is not None:
        total += rule.dissatisfied * (1.0 - expected.satisfaction)
    return total / MICROSECONDS


def group_of(contact: str, queue: str, now: int, rule: OutcomeRule) -> Group:
    """The group of a contact that is decided about now, UTC epoch microseconds: in the hours held out all are one.

    The same whenever it is asked, and without regard to anything but hour, id and queue.
    """
    if _drawn(f"{queue}/hour/{now // HOUR}") < rule.hold_out:
        return Group.HELD_OUT
    return Group.EXPLORING if _drawn(f"{queue}/{contact}") < rule.explore else Group.BEST


def _drawn(what: str) -> int:
    """0 to 99, each as often as another."""
    return int.from_bytes(blake2b(what.encode(), digest_size=4).digest()) * 100 >> 32
