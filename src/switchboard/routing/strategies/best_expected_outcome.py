"""The agent with whom the contact is expected to come out best. Score: expected cost in seconds of handling, negative.

Goes by the learned version in force (`routing.outcomes`); without one, by the longest idle.
"""

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Final

import msgspec

from switchboard.routing.outcomes import Group, Learned, OutcomeRule, OutcomeWhy, QueueLearned, cost, group_of
from switchboard.routing.strategies.contract import Candidate, Choice, Request, best_by
from switchboard.routing.strategies.longest_idle import LongestIdle

_LONGEST_IDLE: Final = LongestIdle()


class BestExpectedOutcome:
    """Less handling, more resolved and satisfied; of equals the longest idle."""

    def choose(self, request: Request, candidates: Iterator[Candidate], now: int, /) -> Choice | None:
        """Where there is a choice, a share of the hours goes to the longest idle and a share of the other contacts to
        whom least is known about; `Choice.outcome` says which it was, None where there was nothing to choose."""
        learned = request.learned
        queue = None if learned is None else learned.queues.get(request.queue)
        if learned is None or queue is None:
            return _LONGEST_IDLE.choose(request, candidates, now)
        idle = list(candidates)
        if len(idle) < 2:
            return _best(queue, request, idle)
        group = group_of(request.contact, request.queue, now, request.rule)
        if group is Group.EXPLORING and not _unknown(queue, idle, request.rule):
            group = Group.NOBODY_TO_EXPLORE
        choice = _chosen(group, queue, request, idle, now)
        return None if choice is None else _with_outcome(choice, learned, queue, request, group)


def _unknown(queue: QueueLearned, idle: Sequence[Candidate], rule: OutcomeRule) -> bool:
    """Whether too little is known about one of them."""
    return any(queue.count(candidate.agent) < rule.least_data for candidate in idle)


def _chosen(group: Group, queue: QueueLearned, request: Request, idle: Sequence[Candidate], now: int) -> Choice | None:
    if group is Group.HELD_OUT:
        return _LONGEST_IDLE.choose(request, iter(idle), now)
    if group is Group.EXPLORING:
        least = request.rule.least_data
        return best_by(lambda candidate: -float(min(queue.count(candidate.agent), least)), iter(idle))
    return _best(queue, request, _not_overloaded(idle, request.rule, now))


def _best(queue: QueueLearned, request: Request, idle: Sequence[Candidate]) -> Choice | None:
    return best_by(lambda one: -cost(queue.of(one.agent, request.entrance), request.rule), iter(idle))


def _not_overloaded(idle: Sequence[Candidate], rule: OutcomeRule, now: int) -> Sequence[Candidate]:
    """Those who are not much busier than the others: the best shall not pay for it with his breaks.

    Never nobody, because somebody is not above the mean.
    """
    shares = [candidate.occupancy(now) for candidate in idle]
    bound = fmean(shares) + rule.load_margin / 100
    # Rounding may put the mean of equal shares below each of them.
    return [candidate for candidate, share in zip(idle, shares, strict=True) if share <= bound + 1e-9]


def _with_outcome(choice: Choice, learned: Learned, queue: QueueLearned, request: Request, group: Group) -> Choice:
    outcome = OutcomeWhy(learned.version, group, queue.of(choice.agent, request.entrance))
    return msgspec.structs.replace(choice, outcome=outcome)
