"""What a version is expected to bring, and what it has brought: its hours against those that were held out. Pure.

Contacts of one hour share a floor and are not independent, so hours are what is counted, and all of an hour's contacts:
also those with whom there was no choice, because who was left for them is what the choices before came to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from statistics import fmean
from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.confidence import Interval, difference_of_clusters
from switchboard.routing.learning.model import Gain, Handled
from switchboard.routing.outcomes import HOUR, PLAIN_OUTCOME, Group, OutcomeRule, QueueLearned, cost

LEAST_HOURS: Final = 3
"""Hours of each group from which on they are compared: of two nobody can say how unlike hours are."""

BURN_IN: Final = 600 * MICROSECONDS
"""The beginning of an hour that is left out: who is free then was decided by the hour before. Ten minutes are about two
handling times, after which nearly everybody who talked has been chosen anew."""

COMPARED: Final = 28 * 24
"""Hours up to a version's last one that are compared. It is in force for a day as a rule, of which hardly an hour is
held out; those before it have learned from nearly the same."""

Rules = Mapping[str, OutcomeRule]
Hours = list[list[Handled]]
Value = Callable[[Handled], float | None]


def expected_gain(handled: Iterable[Handled], queue: str, learned: QueueLearned, rule: OutcomeRule) -> float | None:
    """Seconds by which the best of those who were idle is expected to cost less than their mean, over the queue's
    contacts with a choice; None without any.

    Each contact for itself: that the best are then at work when the next one comes is not in it.
    """
    gains = []
    for one in handled:
        if one.queue == queue and one.idle:
            costs = [cost(learned.of(agent, one.entrance), rule) for agent in (one.agent, *one.idle)]
            gains.append(fmean(costs) - min(costs))
    return fmean(gains) if gains else None


def gains(handled: Iterable[Handled], rules: Rules) -> dict[tuple[int, str], Gain]:
    """What the last version of each queue and those before it have brought, by (version, queue): hours by them against
    those held out.

    An hour of the version's that follows on one held out is left out: the good agents come rested out of that one, so
    `load_margin` passes them over less than it does in other hours.
    """
    hours = _hours(handled)
    known = {place: how for place, hour in hours.items() if (how := _how(hour)) is not None}
    last = dict(sorted(known))
    compared: dict[str, tuple[Hours, Hours]] = defaultdict(lambda: ([], []))
    for (queue, number), (version, held_out) in known.items():
        _, rested = known.get((queue, number - 1), (version, False))
        if number > last[queue] - COMPARED and (held_out or not rested):
            compared[queue][held_out].append(hours[queue, number])
    return {
        (known[queue, last[queue]][0], queue): _gain(best, held_out, rules.get(queue, PLAIN_OUTCOME))
        for queue, (best, held_out) in sorted(compared.items())
        if min(len(best), len(held_out)) >= LEAST_HOURS
    }


def _hours(handled: Iterable[Handled]) -> dict[tuple[str, int], list[Handled]]:
    """The contacts of each hour of each queue, without its beginning."""
    found: dict[tuple[str, int], list[Handled]] = defaultdict(list)
    for one in handled:
        hour, since = divmod(one.offered_at, HOUR)
        if since >= BURN_IN:
            found[one.queue, hour].append(one)
    return found


def _how(hour: Iterable[Handled]) -> tuple[int, bool] | None:
    """The version that an hour went by, and whether it was held out; None when that is not clear.

    Without a choice nobody knows. With several answers another version came into force or the setting was changed, or
    contacts were held out one by one, as long ago.
    """
    found = {(one.version, one.group is Group.HELD_OUT) for one in hour if one.group is not None}
    return found.pop() if len(found) == 1 else None


def _gain(best: Hours, held_out: Hours, rule: OutcomeRule) -> Gain:
    after, before = ([one for hour in hours for one in hour] for hours in (best, held_out))
    measures = [
        (weight, value)
        for weight, value in ((rule.unresolved, _resolved), (rule.dissatisfied, _satisfied))
        if min(len(_known(group, value)) for group in (after, before)) >= rule.least_data
    ]
    handling = _between(best, held_out, lambda one: one.handling / MICROSECONDS)
    assert handling is not None
    return Gain(
        len(after),
        len(before),
        difference_of_clusters(_by_hour(held_out, _costs(before, measures)), _by_hour(best, _costs(after, measures))),
        handling,
        _between(best, held_out, _resolved),
        _between(best, held_out, _satisfied),
        len(best),
        len(held_out),
    )


def _by_hour(hours: Hours, values: Iterable[float]) -> list[list[float]]:
    """values: of all contacts of the hours, in order."""
    rest = iter(values)
    return [list(islice(rest, len(hour))) for hour in hours]


def _between(best: Hours, held_out: Hours, value: Value) -> Interval | None:
    """None when it is known in too few hours."""
    before, after = ([known for hour in hours if (known := _known(hour, value))] for hours in (held_out, best))
    return difference_of_clusters(before, after) if min(len(before), len(after)) >= LEAST_HOURS else None


def _resolved(one: Handled) -> float | None:
    return None if one.resolved is None else float(one.resolved)


def _satisfied(one: Handled) -> float | None:
    return one.satisfaction


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
