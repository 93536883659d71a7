"""Leaving the line by a key: the contact lives on with its flow, and nobody counts it as abandoned."""

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState
from switchboard.conversations.model import ContactEnd, ContactStage, OfferEnd, VisitEnd
from switchboard.routing.commands import (
    ContactBrokeOut,
    ContactFinished,
    ContactQueued,
    OfferAccepted,
)
from switchboard.routing.events import ContactClosed, Offered, OfferEnded, QueueEntered, QueueLeft
from switchboard.routing.model import Refusal, WhenNobody

STAYS = queue(when_nobody=WhenNobody.STAY)


def test_the_visit_ends_as_broke_out_and_the_flow_has_the_contact_again() -> None:
    centre = Centre(queues=[STAYS])
    contact = centre.call()
    assert centre.tell(ContactBrokeOut(contact)).done
    assert [event.how for event in centre.of(QueueLeft)] == [VisitEnd.BROKE_OUT]
    assert not centre.of(ContactClosed)
    assert centre.floor.state.contacts[contact].stage is ContactStage.IN_FLOW
    assert centre.floor.why_waiting(contact) is None


def test_an_agent_who_is_rung_is_no_longer_and_gets_the_next_one() -> None:
    centre = Centre(queues=[STAYS], agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    first = centre.call()
    assert centre.offered().agent == "anna"
    centre.wait(3)
    centre.tell(ContactBrokeOut(first))
    assert [event.end for event in centre.of(OfferEnded)] == [OfferEnd.WITHDRAWN]
    assert centre.state("anna") is AgentState.AVAILABLE
    assert not centre.of(Offered)
    # She was not to blame: she is still the longest idle.
    centre.call()
    assert centre.offered().agent == "anna"


def test_whoever_waits_behind_is_offered_in_the_same_batch() -> None:
    centre = Centre(queues=[STAYS], agents=[agent("anna")])
    centre.sign_in("anna")
    first, second = centre.call(), centre.call()
    centre.tell(ContactBrokeOut(first))
    assert centre.offered().contact == second


def test_who_talks_already_or_is_not_there_is_refused() -> None:
    centre = Centre(queues=[STAYS], agents=[agent("anna")])
    centre.sign_in("anna")
    contact = centre.call()
    offer = centre.offered()
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert centre.tell(ContactBrokeOut(contact)).refusal is Refusal.NOT_WAITING
    assert centre.tell(ContactBrokeOut("nobody")).refusal is Refusal.UNKNOWN_CONTACT


def test_back_in_line_at_the_old_place() -> None:
    centre = Centre(queues=[STAYS], agents=[agent("anna")])
    since = centre.now
    first = centre.call()
    centre.wait(10)
    second = centre.call()
    centre.tell(ContactBrokeOut(first))
    assert centre.floor.why_waiting(second).position == 0  # type: ignore[union-attr]
    centre.wait(20)
    centre.tell(ContactQueued(first, "support", place=since))
    (entered,) = centre.of(QueueEntered)
    assert entered.place == since
    assert centre.floor.why_waiting(first).position == 0  # type: ignore[union-attr]
    # The maximum wait of a visit counts from when it was entered.
    assert centre.floor.state.visits[entered.visit].entered == since + 30 * SECOND


def test_the_flows_word_for_the_end_is_told() -> None:
    centre = Centre(queues=[STAYS])
    contact = centre.call()
    centre.tell(ContactBrokeOut(contact))
    centre.tell(ContactFinished(contact, why="thanks"))
    (closed,) = centre.of(ContactClosed)
    assert (closed.how, closed.why) == (ContactEnd.FINISHED, "thanks")
