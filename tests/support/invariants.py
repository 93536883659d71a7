"""What must hold of a center after every input, whatever happened in it. Who may take whom is said by `restatement`."""

from collections.abc import Callable, Iterator
from functools import partial

from support.capacities import could_be_offered, fits, takes
from support.clocks import check_deadline, check_waits
from support.eligibility import eligible
from support.floor import Centre
from support.overflowing import check_nobody_waits_in_vain, check_overflow
from support.relieved import check_relief, helps, serves
from support.restatement import Restatement, restated
from support.ringing import check_ringing
from switchboard.agents.model import ENDED_BY_DEADLINE, MAY_END_BY_DEADLINE, AgentState
from switchboard.conversations.model import ContactStage
from switchboard.routing import commands as asked
from switchboard.routing import events as told
from switchboard.routing.floor.state import FloorState, Visit
from switchboard.routing.model import AgentSettings

_CHANGE_THE_LINE = (told.QueueEntered, told.OfferEnded, told.ClockSet, told.Widened)


def check(centre: Centre) -> None:
    """Raises AssertionError naming what is wrong."""
    state = centre.floor.state
    check_agents(state)
    check_contacts(state)
    book = restated(centre)
    check_parts(centre, book)
    check_offers(centre, book)
    check_expected(centre, book)
    check_overflow(centre)
    check_nobody_waits_in_vain(state)
    assert centre.floor.stuck(centre.now) == []
    check_ringing(centre)
    pairs = list(could_be_matched(state, lambda settings, visit: book.suits(settings, visit.id)))
    assert not pairs, f"idle beside waiting: {pairs}"
    check_relief(state)
    check_deadline(centre)
    check_waits(centre)


def check_agents(state: FloorState) -> None:
    for one in state.agents.values():
        assert len(one.offers) <= 1, one
        work = [state.engagements[engagement] for engagement in one.engagements]
        if any(engagement.talk_ended is None for engagement in work):
            assert one.state is AgentState.ENGAGED, one
        elif work:
            assert one.state is AgentState.WRAP_UP, one
            assert one.until == max(engagement.wrap_up_until or 0 for engagement in work), one
        else:
            assert (one.state is AgentState.OFFERED) == bool(one.offers), one
            assert one.state not in (AgentState.ENGAGED, AgentState.WRAP_UP), one
        assert one.resting_until is None or work, one
        assert one.state in MAY_END_BY_DEADLINE or (one.until is not None) == (one.state in ENDED_BY_DEADLINE), one
        assert (one.then is not None) == (one.state is AgentState.PAUSED and one.until is not None), one


def check_contacts(state: FloorState) -> None:
    for contact in state.contacts.values():
        assert (contact.stage in (ContactStage.WAITING, ContactStage.OFFERED)) == (contact.visit is not None)
        assert (contact.stage is ContactStage.ENGAGED) == (contact.engagement is not None)
        leases = [lease for lease in state.leases.values() if lease.contact == contact.id]
        assert bool(leases) == (contact.stage is ContactStage.OFFERED)
        assert len(leases) <= 1 or state.visits[contact.visit or ""].together
    for visit in state.visits.values():
        assert state.contacts[visit.contact].visit == visit.id


def could_be_matched(
    state: FloorState, suits: Callable[[AgentSettings, Visit], bool] = eligible
) -> Iterator[tuple[str, str]]:
    """(contact, agent) of every waiting contact and idle agent who could take it."""
    for visit in state.visits.values():
        if visit.offers or visit.held:
            continue
        for settings in state.configuration.agents:
            one = state.agents[settings.id]
            if (
                could_be_offered(state, settings, visit)
                and serves(state, settings, visit.queue)
                and suits(settings, visit)
            ):
                yield visit.contact, one.id


def check_offers(centre: Centre, book: Restatement) -> None:
    """What the last input offered was offered to an agent who has what is needed, and nobody whom he could take as
    well stands before it in that line."""
    state = centre.floor.state
    for place, event in enumerate(centre.events):
        if not isinstance(event, told.Offered) or event.offer not in state.leases:
            continue
        settings = state.settings[event.agent]
        visit = state.visits[event.visit]
        assert serves(state, settings, event.queue)
        assert event.why.helps == helps(state, settings, event.queue)
        assert fits(state, settings, event.contact), event
        assert book.suits(settings, visit.id), event
        if event.why.helps and event.why.strategy != "preferred":
            own = [one for one in state.configuration.agents if visit.queue in one.queues and book.suits(one, visit.id)]
            idle = [one for one in own if could_be_offered(state, one, visit)]
            # Whose rest was over at the same moment may be free only after the offer was made.
            free_later = {one.agent for one in centre.events[place:] if isinstance(one, told.AgentStateChanged)}
            assert visit.together or free_later.issuperset(one.id for one in idle), event
        before = [one for one in state.visits.values() if one.queue == event.queue and book.before(one, visit)]
        before = [one for one in before if not one.offers and not one.held and fits(state, settings, one.contact)]
        # What came, went on or widened only after the offer was made did not stand there for him then.
        later = {one.visit for one in centre.events[place:] if isinstance(one, _CHANGE_THE_LINE)}
        before = [one for one in before if one.id not in later]
        assert not [one for one in before if book.suits(settings, one.id)], event


def check_parts(centre: Centre, book: Restatement) -> None:
    """Nobody waits in a part of what it asked for whose time is over or that nobody who is there could satisfy, unless
    it is the last; and nobody rests for longer than his rest."""
    state = centre.floor.state
    assert set(book.waits) == set(state.visits)
    for visit_id, wait in book.waits.items():
        visit = state.visits[visit_id]
        if visit.offers or visit.held or wait.queue not in state.queues or wait.parts[wait.part].lasts is None:
            continue
        assert not wait.over(centre.now), visit
        assert book.somebody(visit_id, there=partial(_is_there, state, visit)), visit
    for one in state.agents.values():
        assert one.state is not AgentState.DELAYED or book.rests[one.id] > centre.now, one


def check_expected(centre: Centre, book: Restatement) -> None:
    """What a contact will wait is written down when that was asked for, it waits, and somebody could take it who is
    there and not away."""
    state = centre.floor.state
    commands = asked.decode(centre.entries[-1].input)
    measured = {one.contact for one in commands if isinstance(one, asked.ContactQueued) and one.measured}
    entered = {one.contact: one.visit for one in centre.events if isinstance(one, told.QueueEntered)}
    found = {one.visit for one in centre.events if isinstance(one, told.WaitExpected)}
    assert found <= {visit for contact, visit in entered.items() if contact in measured}
    if any(isinstance(one, told.ReliefBegan | told.ReliefEnded) for one in centre.events):
        # They come after it, and others are there then.
        return
    for visit in [state.visits[one] for contact, one in entered.items() if contact in measured and one in state.visits]:
        takes_offers = partial(_takes_offers, state, visit)
        assert (visit.id in found) == (not visit.offers and book.somebody(visit.id, there=takes_offers)), visit


def _is_there(state: FloorState, visit: Visit, one: AgentSettings) -> bool:
    here = state.agents[one.id].state is not AgentState.SIGNED_OUT
    return here and serves(state, one, visit.queue) and takes(one, state.contacts[visit.contact].channel)


def _takes_offers(state: FloorState, visit: Visit, one: AgentSettings) -> bool:
    agent = state.agents[one.id]
    away = agent.state in (AgentState.PAUSED, AgentState.NOT_RESPONDING) or agent.next_state is not None
    return _is_there(state, visit, one) and agent.reachable and not away
