"""What a version is expected to bring, and what it has brought: its contacts against those that were held out. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.confidence import Interval, difference
from switchboard.routing.learning.model import Gain, Handled
from switchboard.routing.outcomes import PLAIN_OUTCOME, Group, OutcomeRule, QueueLearned, cost

LEAST_COMPARED: Final = 2
"""Contacts of each group from which on a difference has an interval."""

Rules = Mapping[str, OutcomeRule]


def expected_gain(handled: Iterable[Handled], queue: str, learned: QueueLearned, rule: OutcomeRule) -> float | None:
    """Seconds by which the best of those who were idle is expected to cost less than their mean, over the queue's
    contacts with a choice; None without any."""
    gains = []
    for one in handled:
        if one.queue == queue and one.idle:
            costs = [cost(learned.of(agent, one.entrance), rule) for agent in (one.agent, *one.idle)]
            gains.append(fmean(costs) - min(costs))
    return fmean(gains) if gains else None


def gains(handled: Iterable[Handled], rules: Rules) -> dict[tuple[int, str], Gain]:
    """What each version has brought in each queue, by (version, queue): its contacts against those held out."""
    compared: dict[tuple[int, str], dict[Group, list[Handled]]] = defaultdict(lambda: defaultdict(list))
    for one in handled:
        if one.group is not None:
            compared[one.version, one.queue][one.group].append(one)
    found = {}
    for (version, queue), groups in sorted(compared.items()):
        best, held_out = groups[Group.BEST], groups[Group.HELD_OUT]
        if min(len(best), len(held_out)) >= LEAST_COMPARED:
            found[version, queue] = _gain(best, held_out, rules.get(queue, PLAIN_OUTCOME))
    return found


def _gain(best: Sequence[Handled], held_out: Sequence[Handled], rule: OutcomeRule) -> Gain:
    def between(value: Callable[[Handled], float | None]) -> Interval | None:
        before, after = (_known(group, value) for group in (held_out, best))
        return difference(before, after) if min(len(before), len(after)) >= LEAST_COMPARED else None

    measures = [
        (weight, value)
        for weight, value in ((rule.unresolved, _resolved), (rule.dissatisfied, _satisfied))
        if min(len(_known(group, value)) for group in (best, held_out)) >= rule.least_data
    ]
    handling = between(lambda one: one.handling / MICROSECONDS)
    assert handling is not None
    return Gain(
        len(best),
        len(held_out),
        difference(_costs(held_out, measures), _costs(best, measures)),
        handling,
        between(_resolved),
        between(_satisfied),
    )


def _resolved(one: Handled) -> float | None:
    return None if one.resolved is None else float(one.resolved)


def _satisfied(one: Handled) -> float | None:
    return one.satisfaction


Value = Callable[[Handled], float | None]


def _known(group: Iterable[Handled], value: Value) -> list[float]:
    return [found for one in group if (found := value(one)) is not None]


def costs(group: Sequence[Handled], rule: OutcomeRule) -> list[float]:
    """Numbers whose mean is what a contact has cost, in seconds of handling, and whose variance says how sure that is.

    A measure that nobody knows of any of these contacts is left out.
    """
    weighed = ((rule.unresolved, _resolved), (rule.dissatisfied, _satisfied))
    return _costs(group, [(weight, value) for weight, value in weighed if _known(group, value)])


def _costs(group: Sequence[Handled], measures: Sequence[tuple[int, Value]]) -> list[float]:
    """Contacts of which a measure is known stand for those of which it is not: their distance from the mean weighs as
    much more as they are fewer.

    Source: the linearised ratio estimator, Cochran, Sampling techniques, 1977, section 6.3.
    """
    totals = [float(one.handling) for one in group]
    for weight, value in measures:
        known = _known(group, value)
        mean, more = fmean(known), len(group) / len(known)
        for place, one in enumerate(group):
            found = value(one)
            share = mean if found is None else mean + more * (found - mean)
            totals[place] += weight * (1.0 - share)
    return [total / MICROSECONDS for total in totals]
