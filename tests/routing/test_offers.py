"""Offers are leases: every way in which one ends, and what that does to agent and contact."""

import pytest

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactEnd, ContactStage, OfferEnd, VisitEnd
from switchboard.routing.commands import (
    AgentSignedOut,
    ContactFinished,
    ContactLeft,
    OfferAccepted,
    OfferFailed,
    OfferRejected,
    ReachChanged,
)
from switchboard.routing.events import ContactClosed, Offered, OfferEnded, QueueLeft
from switchboard.routing.model import Exclusion, Found, Refusal


def one_agent(**settings: object) -> Centre:
    centre = Centre(queues=[queue(**settings)], agents=[agent("anna")])
    centre.sign_in("anna")
    return centre


def test_arrived_queued_and_offered_are_one_batch() -> None:
    centre = one_agent()
    centre.call()
    assert centre.kinds() == ["ContactRegistered", "QueueEntered", "Offered", "AgentStateChanged"]


def test_an_offer_carries_deadline_fence_and_where_both_sides_are() -> None:
    centre = one_agent(ring_time=15 * SECOND)
    centre.call(worker=7)
    offer = centre.offered()
    assert (offer.agent, offer.node, offer.worker, offer.agent_node) == ("anna", "n1", 7, "n1")
    assert offer.deadline == centre.now + 15 * SECOND
    assert centre.floor.lease_holds(offer.offer, offer.fence)
    assert not centre.floor.lease_holds(offer.offer, offer.fence + 1)


def test_accepting_opens_the_engagement_with_its_ring_time() -> None:
    centre = one_agent()
    centre.call()
    offer = centre.offered()
    centre.wait(3)
    answer = centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert centre.kinds() == ["OfferEnded", "QueueLeft", "EngagementOpened", "AgentStateChanged"]
    opened = centre.events[2]
    assert opened.engagement == answer.engagement
    assert opened.ring_time == 3 * SECOND
    assert centre.state("anna") is AgentState.ENGAGED


@pytest.mark.parametrize("late", [OfferAccepted, OfferRejected])
def test_a_second_answer_is_refused(late: type) -> None:
    centre = one_agent()
    centre.call()
    offer = centre.offered()
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert centre.tell(late(offer.offer, offer.fence)).refusal is Refusal.STALE_OFFER
    assert centre.events == []


def test_a_wrong_fence_is_refused() -> None:
    centre = one_agent()
    centre.call()
    offer = centre.offered()
    assert centre.tell(OfferAccepted(offer.offer, offer.fence + 1)).refusal is Refusal.STALE_OFFER
    assert centre.state("anna") is AgentState.OFFERED


def test_no_answer_returns_the_caller_to_his_place_and_shows_the_agent_as_not_responding() -> None:
    centre = one_agent(ring_time=20 * SECOND)
    first = centre.call()
    second = centre.call()
    centre.wait(20)
    (ended,) = centre.of(OfferEnded)
    assert ended.end is OfferEnd.NO_ANSWER
    assert centre.state("anna") is AgentState.NOT_RESPONDING
    assert centre.floor.why_waiting(first).position == 0  # type: ignore[union-attr]
    assert centre.floor.why_waiting(second).position == 1  # type: ignore[union-attr]
    assert centre.floor.why_waiting(first).stops == {"anna": Exclusion.NOT_RESPONDING}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("end", "seconds"),
    [(OfferEnd.BUSY, 10), (OfferEnd.UNREACHABLE, 30), (OfferEnd.SET_UP_FAILED, 5), (OfferEnd.REJECTED, 5)],
)
def test_each_failure_rests_the_agent_for_its_own_time_and_then_he_is_offered_again(
    end: OfferEnd, seconds: int
) -> None:
    centre = one_agent()
    contact = centre.call()
    offer = centre.offered()
    assert centre.tell(OfferFailed(offer.offer, offer.fence, end)).done
    assert centre.of(OfferEnded)[0].end is end
    assert centre.state("anna") is AgentState.DELAYED
    assert centre.floor.state.agents["anna"].reason == end
    centre.wait(seconds - 0.5)
    assert centre.state("anna") is AgentState.DELAYED
    centre.wait(0.5)
    again = centre.offered()
    assert again.contact == contact
    assert (again.offer, again.fence) == (offer.offer + 1, offer.fence + 1)


def test_accepted_is_no_way_to_fail() -> None:
    centre = one_agent()
    centre.call()
    offer = centre.offered()
    told = OfferFailed(offer.offer, offer.fence, OfferEnd.ACCEPTED)
    assert centre.tell(told).refusal is Refusal.NOT_A_FAILURE


def test_a_rejected_contact_goes_to_the_next_agent_at_once() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    contact = centre.call()
    offer = centre.offered()
    assert offer.agent == "anna"
    centre.tell(OfferRejected(offer.offer, offer.fence))
    assert (centre.offered().agent, centre.offered().contact) == ("ben", contact)


def test_a_caller_who_leaves_while_it_rings_is_not_the_agents_fault() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    contact = centre.call()
    centre.wait(5)
    centre.tell(ContactLeft(contact))
    assert centre.of(OfferEnded)[0].end is OfferEnd.CALLER_LEFT
    assert centre.of(QueueLeft)[0].how is VisitEnd.ABANDONED_WHILE_OFFERED
    assert centre.of(ContactClosed)[0].how is ContactEnd.ABANDONED
    assert centre.state("anna") is AgentState.AVAILABLE
    # He keeps his place among the idle: the next call is his again.
    centre.call()
    assert centre.offered().agent == "anna"


def test_a_page_that_is_lost_while_it_rings_gives_the_contact_back_at_once() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben", reach=Reach.BROWSER)
    contact = centre.call()
    centre.tell(ReachChanged("anna", reachable=False))
    assert centre.of(OfferEnded)[0].end is OfferEnd.UNREACHABLE
    assert (centre.offered().agent, centre.offered().contact) == ("ben", contact)
    assert centre.offered().why.excluded == {Exclusion.NOT_REACHABLE: 1}


def test_signing_out_while_it_rings_withdraws_the_offer() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    contact = centre.call()
    centre.tell(AgentSignedOut("anna"))
    assert centre.of(OfferEnded)[0].end is OfferEnd.WITHDRAWN
    assert centre.state("anna") is AgentState.SIGNED_OUT
    assert (centre.offered().agent, centre.offered().contact) == ("ben", contact)


def test_a_flow_that_finishes_while_it_rings_withdraws_the_offer() -> None:
    centre = one_agent()
    contact = centre.call()
    centre.tell(ContactFinished(contact))
    assert centre.of(OfferEnded)[0].end is OfferEnd.WITHDRAWN
    assert centre.of(ContactClosed)[0].how is ContactEnd.FINISHED
    assert centre.state("anna") is AgentState.AVAILABLE


def test_two_callers_for_one_agent_are_served_in_order() -> None:
    centre = one_agent()
    first, second = centre.call(), centre.call()
    assert not [event for event in centre.events if isinstance(event, Offered)]
    centre.tell(ContactLeft(first))
    assert centre.offered().contact == second
    assert centre.offered().why.found is Found.CONTACT


def test_why_names_the_chosen_the_runners_up_and_the_excluded() -> None:
    names = [f"a{number}" for number in range(9)]
    centre = Centre(agents=[agent(name) for name in [*names, "away"]])
    centre.sign_in(*names)
    centre.wait(60)
    centre.call()
    why = centre.offered().why
    assert (why.strategy, why.found) == ("longest idle", Found.AGENT)
    assert centre.offered().agent == "a0"
    assert [runner.agent for runner in why.runners_up] == ["a1", "a2", "a3", "a4", "a5"]
    assert round(why.score) == 60
    assert why.excluded == {Exclusion.SIGNED_OUT: 1}


def test_a_contact_that_no_longer_waits_has_no_why() -> None:
    centre = one_agent()
    contact = centre.call()
    offer = centre.offered()
    assert centre.floor.why_waiting(contact).offered_to == ("anna",)  # type: ignore[union-attr]
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert centre.floor.why_waiting(contact) is None
    assert centre.floor.state.contacts[contact].stage is ContactStage.ENGAGED
