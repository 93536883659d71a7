"""Overflow in random histories: rules as hypothesis strategies, and what must hold after every input."""

from collections.abc import Sequence

from hypothesis import strategies as st

from support.floor import Centre
from switchboard.conversations.model import OVERFLOWED
from switchboard.routing import events as told
from switchboard.routing.overflow import Overflow, Reason


def overflows(queues: Sequence[str]) -> st.SearchStrategy[tuple[Overflow, ...]]:
    """Rules of a queue, also such as lead in circles or nowhere."""
    reasons = st.lists(st.sampled_from(Reason), min_size=1, unique=True).map(tuple)
    return st.lists(st.builds(Overflow, st.sampled_from(queues), reasons), max_size=2).map(tuple)


def check_overflow(centre: Centre) -> None:
    """Who is sent on is in another queue at once, at his place, and in none where he was; a line takes in no more than
    it may but for those who return and those who are offered at once, and refuses nobody before that."""
    visits = centre.floor.state.visits.values()
    offered = {event.contact for event in centre.events if isinstance(event, told.Offered)}
    for number, event in enumerate(centre.events):
        if isinstance(event, told.QueueLeft | told.QueueRefused) and event.how in OVERFLOWED:
            after = centre.events[number + 1]
            assert isinstance(after, told.QueueEntered)
            assert after.contact == event.contact
            assert after.passage is not None
            assert after.passage.passed[-1] == event.queue or event.queue in after.passage.passed
            assert len({*after.passage.passed, after.queue}) == len(after.passage.passed) + 1
        if not isinstance(event, told.QueueEntered | told.QueueRefused):
            continue
        settings = next(one for one in centre.floor.configuration.queues if one.id == event.queue)
        others = [one for one in visits if one.queue == event.queue and one.contact != event.contact]
        if isinstance(event, told.QueueRefused):
            assert settings.max_length is not None
            assert len(others) >= settings.max_length
        elif settings.max_length is not None and event.returned is None and event.contact not in offered:
            # Several who come at once may count on the same idle agent.
            assert len(others) < settings.max_length or sum(type(one) is type(event) for one in centre.events) > 1
