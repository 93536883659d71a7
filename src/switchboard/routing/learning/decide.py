"""How agents' averages are learned so that little data does not mislead: hierarchical shrinkage. Pure.

An agent's deviation from his queue is believed in the proportion n / (n + within / between): n his contacts, within
the variance of one contact, between the variance of agents. Where agents do not differ, between is 0 and everybody is
equal. First by agent within the queue (the mix of entrances taken out), then by entrance within the agent.
Source: Efron & Morris, Data analysis using Stein's estimator, JASA 70, 1975; the variance between by DerSimonian &
Laird, Meta-analysis in clinical trials, Controlled Clinical Trials 7, 1986.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final, NamedTuple, TypeVar

import msgspec

from switchboard.conversations.service import HandledFact
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.learning.model import Handled
from switchboard.routing.model import QueueItem, Why
from switchboard.routing.outcomes import (
    PLAIN_OUTCOME,
    AgentLearned,
    Expected,
    Learned,
    OutcomeRule,
    QueueLearned,
)

ENTRANCES: Final = 20
"""Entrances of a queue that are told apart, the most frequent ones."""

LONGEST_SHARE: Final = 0.99
"""Longer handling than this share of the queue's counts as that long: a line that somebody forgot says nothing."""

DAY: Final = 86_400 * MICROSECONDS

Key = TypeVar("Key", bound=Hashable)
Rules = Mapping[str, OutcomeRule]


def learn(handled: Iterable[Handled], version: int, rules: Rules) -> Learned:
    """A version from these contacts. rules: by queue; a queue without one goes by the plain rule."""
    by_queue: dict[str, list[Handled]] = defaultdict(list)
    for one in handled:
        by_queue[one.queue].append(one)
    return Learned(
        version,
        {queue: _of_queue(by_queue[queue], rules.get(queue, PLAIN_OUTCOME)) for queue in sorted(by_queue)},
    )


class _Measured(NamedTuple):
    """What is known of one measure. agents, cells: deviations; overall, entrances: means."""

    overall: float
    entrances: dict[str, float]
    agents: dict[str, float]
    cells: dict[tuple[str, str], float]

    def of(self, agent: str, entrance: str | None) -> float:
        """Of this agent; entrance None is all of them."""
        own = self.agents.get(agent, 0.0)
        if entrance is None:
            return self.overall + own
        return self.entrances.get(entrance, self.overall) + own + self.cells.get((agent, entrance), 0.0)


def _of_queue(handled: Sequence[Handled], rule: OutcomeRule) -> QueueLearned:
    counts = _counted(handled, lambda one: one.entrance)
    frequent = sorted(counts, key=lambda entrance: (-counts[entrance], entrance))[:ENTRANCES]
    entrances = sorted(entrance for entrance in frequent if counts[entrance] >= rule.least_data)
    longest = sorted(one.handling for one in handled)[int(LONGEST_SHARE * (len(handled) - 1))]
    handling = _measured(handled, lambda one: float(min(one.handling, longest)), entrances, rule.least_data)
    resolution = _measured(handled, lambda one: one.resolved, entrances, rule.least_data)
    satisfaction = _measured(handled, lambda one: one.satisfaction, entrances, rule.least_data)

    def expected(agent: str, entrance: str | None, count: int) -> Expected:
        return Expected(
            0 if handling is None else max(round(handling.of(agent, entrance)), 0),
            None if resolution is None else _share(resolution.of(agent, entrance)),
            None if satisfaction is None else _share(satisfaction.of(agent, entrance)),
            count,
        )

    agents = _counted(handled, lambda one: one.agent)
    cells = _counted(handled, lambda one: (one.agent, one.entrance))
    return QueueLearned(
        expected("", None, len(handled)),
        {entrance: expected("", entrance, counts[entrance]) for entrance in entrances},
        {
            agent: AgentLearned(
                expected(agent, None, agents[agent]),
                {entrance: expected(agent, entrance, cells.get((agent, entrance), 0)) for entrance in entrances},
            )
            for agent in sorted(agents)
        },
    )


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 6)


def _counted(handled: Sequence[Handled], key: Callable[[Handled], Key]) -> dict[Key, int]:
    counts: dict[Key, int] = {}
    for one in handled:
        counts[key(one)] = counts.get(key(one), 0) + 1
    return counts


def _measured(
    handled: Sequence[Handled], value: Callable[[Handled], float | None], entrances: Sequence[str], least: int
) -> _Measured | None:
    """None when the measure is known of no contact."""
    known = [(one.agent, one.entrance, float(found)) for one in handled if (found := value(one)) is not None]
    if not known:
        return None
    overall = fmean(found for _, _, found in known)
    means = {
        entrance: overall + deviation
        for entrance, deviation in _shrunk(
            ((entrance, found - overall) for _, entrance, found in known if entrance in entrances), least
        ).items()
    }
    left = [(agent, entrance, found - means.get(entrance, overall)) for agent, entrance, found in known]
    agents = _shrunk(((agent, found) for agent, _, found in left), least)
    cells = _shrunk(
        (
            ((agent, entrance), found - agents.get(agent, 0.0))
            for agent, entrance, found in left
            if entrance in entrances
        ),
        least,
    )
    return _Measured(overall, means, agents, cells)


def _shrunk(deviations: Iterable[tuple[Key, float]], least: int) -> dict[Key, float]:
    """The part of each group's mean deviation that is to be believed; groups of less than `least` have none."""
    groups: dict[Key, list[float]] = defaultdict(list)
    for key, deviation in deviations:
        groups[key].append(deviation)
    sizes = {key: len(values) for key, values in groups.items()}
    means = {key: fmean(values) for key, values in groups.items()}
    total, number = sum(sizes.values()), len(groups)
    if number < 2 or total <= number:
        return {}
    within = sum((value - means[key]) ** 2 for key, values in groups.items() for value in values) / (total - number)
    spread = sum(size * means[key] ** 2 for key, size in sizes.items())
    between = (spread - (number - 1) * within) / (total - sum(size**2 for size in sizes.values()) / total)
    if between <= 0:
        return {}
    return {
        key: means[key] * size / (size + within / between) for key, size in sizes.items() if size >= least
    }  # fmt: skip


def judged(facts: Sequence[HandledFact], queues: Mapping[str, QueueItem], until: int) -> list[Handled]:
    """What the ledger says as what is learned from. queues: by id. until: where what is known ends.

    A contact counts as resolved or not only when the customer has had the days in which he could have come again;
    sooner only those who are discontent would be known. What a customer answered counts for the agent who was the last
    to talk to him.
    """
    again = _came_again(facts)
    last = {fact.contact: number for number, fact in enumerate(facts)}
    found = []
    for number, fact in enumerate(facts):
        item = queues.get(fact.queue)
        if item is not None:
            resolved = _resolved(fact, item, again.get(number), until)
            satisfaction = fact.satisfaction if last[fact.contact] == number else None
            found.append(_handled(fact, resolved, satisfaction))
    return found


def _came_again(facts: Sequence[HandledFact]) -> dict[int, int]:
    """By place of the fact: when its customer's next contact arrived that came to this queue."""
    by_customer: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for number, fact in enumerate(facts):
        if fact.customer is not None:
            by_customer[fact.customer, fact.queue].append((fact.arrived_at, number))
    again = {}
    for arrivals in by_customer.values():
        arrivals.sort()
        for (_, number), (at, _) in pairwise(arrivals):
            again[number] = at
    return again


def _resolved(fact: HandledFact, item: QueueItem, again: int | None, until: int) -> bool | None:
    days = item.outcome.repeat_within * DAY
    if until - fact.closed_at < days:
        return None
    said = next((one.resolved for one in item.dispositions if one.key == fact.disposition), None)
    if said is False or (again is not None and again - fact.closed_at < days):
        return False
    return None if said is None and fact.customer is None else True


def _handled(fact: HandledFact, resolved: bool | None, satisfaction: float | None) -> Handled:
    plain = Handled(
        fact.queue,
        fact.entrance or "",
        fact.agent,
        fact.handling,
        resolved,
        satisfaction,
        offered_at=fact.offered_at,
    )
    try:
        why = msgspec.convert(fact.why, Why)
    except msgspec.ValidationError:
        # Of another version than ours: what was handled counts, how it was chosen does not.
        return plain
    outcome = why.outcome
    return plain._replace(
        idle=tuple(one.agent for one in why.runners_up),
        version=0 if outcome is None else outcome.version,
        group=None if outcome is None else outcome.group,
    )
