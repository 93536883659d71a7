"""Overflow in tests: what stories say of it; and in random histories rules as hypothesis strategies, and what must hold
after every input."""

from collections.abc import Iterator, Sequence

from hypothesis import strategies as st
from msgspec.structs import replace

from support.capacities import could_be_offered, takes
from support.eligibility import eligible
from support.floor import Centre
from support.relieved import serves
from switchboard.agents.model import AgentState
from switchboard.conversations.model import OVERFLOWED
from switchboard.routing import events as told
from switchboard.routing.floor.state import FloorState, Visit
from switchboard.routing.model import AfterSteps, AgentSettings, QueueSettings, WhenNobody
from switchboard.routing.overflow import Overflow, Passage, Reason
from switchboard.routing.requirements import wanted_by


def to(queue_id: str, *when: Reason) -> Overflow:
    """A rule: to that queue, for these reasons or for those that a rule has by itself."""
    return Overflow(queue_id, when) if when else Overflow(queue_id)


def where(centre: Centre, contact: str) -> str | None:
    """The queue in which it waits."""
    found = centre.floor.state.contacts.get(contact)
    return None if found is None or found.visit is None else centre.floor.state.visits[found.visit].queue


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
        settings = next((one for one in centre.floor.configuration.queues if one.id == event.queue), None)
        if settings is None:
            # He is back from an agent in a line that is gone, and sent on from there.
            continue
        # Whose clock stands still takes nobody's place.
        others = [one for one in visits if one.queue == event.queue and one.contact != event.contact and not one.held]
        if isinstance(event, told.QueueRefused):
            assert settings.max_length is not None
            assert len(others) >= settings.max_length
        elif event.clock is not None and event.clock.held:
            # It takes nobody's place either, as long as it is not offered.
            continue
        elif settings.max_length is not None and event.returned is None and event.contact not in offered:
            assert len(others) < settings.max_length, event


def check_nobody_waits_in_vain(state: FloorState) -> None:
    """Nobody whom nobody who is there could ever take waits where another queue would take him by the rules."""
    queues = {one.id: one for one in state.configuration.queues}
    for visit in state.visits.values():
        if visit.offers or visit.held or list(_could(state, visit)):
            continue
        # What still rings may be of a queue that is gone.
        settings = queues[visit.queue]
        own = visit.passage or Passage(visit.requirements, visit.wanted)
        passed = [*own.passed, visit.queue]
        assert _taker(state, queues, visit, own, settings, Reason.NOBODY, passed) is None, visit
        assert settings.when_nobody is WhenNobody.STAY, visit


def _taker(
    state: FloorState,
    queues: dict[str, QueueSettings],
    visit: Visit,
    own: Passage,
    settings: QueueSettings,
    why: Reason,
    passed: list[str],
) -> str | None:
    """The queue that takes him; those asked in vain are added to `passed`."""
    for rule in settings.overflow:
        if why not in rule.when or rule.queue not in queues or rule.queue in passed:
            continue
        target = queues[rule.queue]
        refusal = _refusal(state, target, visit, own)
        if refusal is None:
            return target.id
        passed.append(target.id)
        further = _taker(state, queues, visit, own, target, refusal, passed)
        if further is not None:
            return further
    return None


def _refusal(state: FloorState, target: QueueSettings, visit: Visit, own: Passage) -> Reason | None:
    wanted = wanted_by(target.wanted, own.wanted)
    last = 0 if wanted is None else max(len(wanted.steps) - (wanted.after is AfterSteps.STAY), 0)
    there = replace(visit, queue=target.id, requirements=(*own.requirements, *target.requires), wanted=wanted)
    steps = [replace(there, step=step) for step in range(last + 1)]
    first = next((one for one in steps if list(_could(state, one))), steps[-1])
    could = list(_could(state, first))
    if target.when_nobody is WhenNobody.LEAVE and not could:
        return Reason.NOBODY
    standing = [one for one in state.visits.values() if one.queue == target.id and not one.held]
    full = target.max_length is not None and len(standing) >= target.max_length
    return Reason.FULL if full and not any(could_be_offered(state, one, first) for one in could) else None


def _could(state: FloorState, visit: Visit) -> Iterator[AgentSettings]:
    """Who is signed in and could ever take him."""
    channel = state.contacts[visit.contact].channel
    for one in state.configuration.agents:
        there = state.agents[one.id].state is not AgentState.SIGNED_OUT
        if there and serves(state, one, visit.queue) and eligible(one, visit) and takes(one, channel):
            yield one
