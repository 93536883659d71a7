"""What must hold of contacts that ring at several agents, restated by brute force."""

from support.capacities import could_be_offered
from support.floor import Centre
from support.relieved import serves
from support.restatement import restated
from switchboard.routing import events as told


def check_ringing(centre: Centre) -> None:
    """What rings together rings at every idle agent who could take it, except those whom it rang in vain since it
    last stood in line, and except that nobody joins once its time is up or its queue is no longer."""
    state, book = centre.floor.state, restated(centre)
    for visit in [one for one in state.visits.values() if one.together]:
        passed = rung_in_vain(centre, visit.id)
        assert passed == set(visit.passed)
        time_is_up = visit.leave_at is not None and visit.leave_at <= centre.now
        if time_is_up or visit.queue not in state.queues:
            continue
        for settings in state.configuration.agents:
            one = state.agents[settings.id]
            idle = could_be_offered(state, settings, visit) and serves(state, settings, visit.queue)
            assert not (idle and book.suits(settings, visit.id)) or one.id in passed, (visit, one)


def rung_in_vain(centre: Centre, visit: str) -> set[str]:
    """Whose offers of this visit have ended since it rings, as the journal tells it."""
    live: set[int] = set()
    passed: set[str] = set()
    for event in (event for entry in centre.entries for event in told.decode(entry.decisions)):
        if isinstance(event, told.Offered) and event.visit == visit:
            live.add(event.offer)
        elif isinstance(event, told.OfferEnded) and event.visit == visit:
            live.discard(event.offer)
            passed = passed | {event.agent} if live else set()
    return passed
