"""Between queues: whose head does an agent get who serves several? The smallest claim wins."""

from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.waiting import DEFAULT_HANDLING
from switchboard.routing.floor.line import Order, QueueOnFloor
from switchboard.routing.floor.state import FloorState
from switchboard.routing.model import PLAIN_RANKING, Scheme

Claim = tuple[int, int, int, int]
"""(-rank of the queue, -priority class, -weight x waited, number)."""

_DEFAULT: Final = round(DEFAULT_HANDLING * MICROSECONDS)


def claim_of(state: FloorState, queue: QueueOnFloor, order: Order, now: int) -> Claim:
    """What this head of the queue has to say for itself.

    With equal weights whoever waits longest in his class comes first. With `short_first` the weight counts by the
    rate at which the queue's contacts are served: the agent gets the head with the largest weight x waited / mean
    handling time, which is the generalized c-mu rule for costs that grow with the square of the wait (Mandelbaum &
    Stolyar, Scheduling flexible servers with convex delay costs, Operations Research 52, 2004). Where nothing is
    known of the handling yet, a queue counts as one of average length.
    """
    ranking = queue.settings.ranking
    if ranking is PLAIN_RANKING:
        return (0, order[0], order[1] - now, order[2])
    lead = order[1] - now
    # What is not due yet comes behind all who wait; a larger weight brings it nearer all the same.
    early = ranking.scheme is Scheme.DUE and lead > 0
    claim = lead // ranking.weight if early else ranking.weight * lead
    if ranking.short_first and (handling := state.handling.get(queue.settings.id)) is not None:
        claim = claim * _DEFAULT // max(handling.mean, MICROSECONDS)
    return (-ranking.rank, order[0], claim, order[2])
