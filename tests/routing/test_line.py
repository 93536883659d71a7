"""The line: order, skills, preferred agents, maximum wait, nobody signed in, places that are kept."""

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactStage, VisitEnd
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    AgentStateAsked,
    ConfigurationTaken,
    ContactQueued,
    OfferAccepted,
    OfferRejected,
)
from switchboard.routing.events import Offered, QueueLeft
from switchboard.routing.model import (
    Configuration,
    Exclusion,
    Refusal,
    Requirement,
    WhenNobody,
)

PAUSE = (AgentState.PAUSED, "break")


def test_skills_with_levels_are_honoured_and_a_missing_skill_is_false() -> None:
    centre = Centre(
        queues=[queue(requires=(Requirement("english", 3),))],
        agents=[agent("none"), agent("weak", skills={"english": 2}), agent("good", skills={"english": 3})],
    )
    centre.sign_in("none", "weak", "good")
    contact = centre.call()
    assert centre.offered().agent == "good"
    assert centre.offered().why.excluded == {Exclusion.LACKS_SKILL: 2}
    centre.call(requirements=(Requirement("french"),))
    assert centre.of(QueueLeft)[0].how is VisitEnd.NOBODY_SIGNED_IN
    assert centre.floor.why_waiting(contact).stops["weak"] is Exclusion.LACKS_SKILL  # type: ignore[union-attr]


def test_a_level_of_zero_still_needs_the_skill() -> None:
    centre = Centre(agents=[agent("none")])
    centre.sign_in("none")
    centre.call(requirements=(Requirement("english", 0),))
    assert not centre.of(Offered)


def test_an_idle_agent_takes_the_first_he_can_take_past_those_he_cannot() -> None:
    centre = Centre(queues=[queue(when_nobody=WhenNobody.STAY)], agents=[agent("anna", skills={"english": 1})])
    blocked = centre.call(requirements=(Requirement("french"),))
    open_to_all = centre.call()
    centre.sign_in("anna")
    assert centre.offered().contact == open_to_all
    assert centre.offered().why.ahead == 1
    assert centre.floor.why_waiting(blocked).position == 0  # type: ignore[union-attr]


def test_priority_comes_first_then_the_place() -> None:
    centre = Centre(queues=[queue(when_nobody=WhenNobody.STAY)], agents=[agent("anna")])
    waiting = [centre.call(), centre.call(priority=1), centre.call(priority=1), centre.call()]
    assert [centre.floor.why_waiting(contact).position for contact in waiting] == [2, 0, 1, 3]  # type: ignore[union-attr]


def test_a_place_from_an_earlier_queue_is_kept() -> None:
    centre = Centre(queues=[queue(when_nobody=WhenNobody.STAY)], agents=[agent("anna")])
    since = centre.now
    centre.wait(60)
    first = centre.call()
    back = centre.call(place=since)
    assert centre.floor.why_waiting(back).position == 0  # type: ignore[union-attr]
    assert centre.floor.why_waiting(first).position == 1  # type: ignore[union-attr]


def test_one_agent_serves_several_queues_oldest_contact_first() -> None:
    centre = Centre(
        queues=[queue("support", when_nobody=WhenNobody.STAY), queue("sales", when_nobody=WhenNobody.STAY)],
        agents=[agent("anna", "support", "sales")],
    )
    centre.wait(1)
    sales = centre.call("sales")
    centre.wait(1)
    support = centre.call("support")
    centre.sign_in("anna")
    offer = centre.offered()
    assert offer.contact == sales
    centre.tell(OfferRejected(offer.offer, offer.fence))
    centre.wait(5)
    assert centre.offered().contact == sales
    assert centre.floor.why_waiting(support) is not None


def test_a_preferred_agent_who_is_free_comes_before_the_longest_idle() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben"), agent("cleo")])
    centre.sign_in("anna", "ben", "cleo")
    centre.call(preferred=("cleo", "ben"))
    assert (centre.offered().agent, centre.offered().why.strategy) == ("cleo", "preferred")
    centre.call(preferred=("cleo",))
    assert (centre.offered().agent, centre.offered().why.strategy) == ("anna", "longest idle")


def test_nobody_signed_in_lets_the_flow_go_on_at_once() -> None:
    centre = Centre(agents=[agent("anna")])
    contact = centre.call()
    assert centre.kinds() == ["ContactRegistered", "QueueEntered", "QueueLeft"]
    assert centre.of(QueueLeft)[0].how is VisitEnd.NOBODY_SIGNED_IN
    assert centre.floor.state.contacts[contact].stage is ContactStage.IN_FLOW


def test_a_paused_agent_is_signed_in_all_the_same() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.tell(AgentStateAsked("anna", *PAUSE))
    contact = centre.call()
    assert centre.floor.why_waiting(contact).stops == {"anna": Exclusion.PAUSED}  # type: ignore[union-attr]


def test_when_the_last_agent_signs_out_those_who_wait_go_on() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.tell(AgentStateAsked("anna", *PAUSE))
    centre.call()
    centre.call()
    centre.tell(AgentSignedOut("anna"))
    assert [left.how for left in centre.of(QueueLeft)] == [VisitEnd.NOBODY_SIGNED_IN] * 2


def test_the_maximum_wait_lets_the_flow_go_on() -> None:
    centre = Centre(queues=[queue(max_wait=60 * SECOND)], agents=[agent("anna")])
    centre.sign_in("anna")
    centre.tell(AgentStateAsked("anna", *PAUSE))
    contact = centre.call()
    patient = centre.call(max_wait=90 * SECOND)
    centre.wait(60)
    (left,) = centre.of(QueueLeft)
    assert (left.contact, left.how) == (contact, VisitEnd.MAX_WAIT)
    assert centre.floor.why_waiting(patient) is not None
    assert centre.tell(ContactQueued(contact, "support")).visit == f"{contact}.v2"


def test_an_agent_who_comes_at_the_moment_of_a_maximum_wait_takes_the_next_in_line() -> None:
    centre = Centre(queues=[queue(when_nobody=WhenNobody.STAY, max_wait=30 * SECOND)], agents=[agent("anna")])
    late = centre.call()
    centre.wait(10)
    following = centre.call()
    # He comes before anybody has looked at the time.
    centre.now += 20 * SECOND
    centre.tell(AgentSignedIn("anna", "n1", Reach.PHONE))
    assert [(one.contact, one.how) for one in centre.of(QueueLeft)] == [(late, VisitEnd.MAX_WAIT)]
    assert centre.offered().contact == following


def test_the_maximum_wait_lets_an_offer_ring_to_its_end() -> None:
    centre = Centre(queues=[queue(max_wait=10 * SECOND, ring_time=20 * SECOND)], agents=[agent("anna")])
    centre.sign_in("anna")
    centre.call()
    offer = centre.offered()
    centre.wait(15)
    assert centre.events == []
    assert centre.floor.lease_holds(offer.offer, offer.fence)
    centre.wait(5)
    assert centre.kinds() == ["OfferEnded", "AgentStateChanged", "QueueLeft"]
    assert centre.of(QueueLeft)[0].how is VisitEnd.MAX_WAIT


def test_a_retired_queue_lets_go_of_those_who_wait() -> None:
    centre = Centre(queues=[queue(), queue("sales")], agents=[agent("anna", "support", "sales")])
    centre.sign_in("anna")
    ringing, waiting = centre.call(), centre.call()
    offer = centre.floor.state.leases[1]
    without = Configuration(2, (queue("sales"),), (agent("anna", "sales"),))
    assert centre.tell(ConfigurationTaken(without)).done
    (left,) = centre.of(QueueLeft)
    assert (left.contact, left.how) == (waiting, VisitEnd.QUEUE_CLOSED)
    # What rings may still be answered.
    assert centre.tell(OfferAccepted(offer.offer, offer.fence)).done
    assert centre.floor.state.contacts[ringing].stage is ContactStage.ENGAGED


def test_a_skill_that_is_learned_counts_for_those_already_waiting() -> None:
    needs = queue(requires=(Requirement("english"),), when_nobody=WhenNobody.STAY)
    centre = Centre(queues=[needs], agents=[agent("anna")])
    centre.sign_in("anna")
    contact = centre.call()
    learned = Configuration(2, (needs,), (agent("anna", skills={"english": 1}),))
    centre.tell(ConfigurationTaken(learned))
    assert centre.offered().contact == contact


def test_an_unknown_strategy_and_an_old_configuration_are_refused() -> None:
    centre = Centre()
    odd = Configuration(2, (queue(strategy="dice"),))
    assert centre.tell(ConfigurationTaken(odd)).refusal is Refusal.UNKNOWN_STRATEGY
    assert centre.tell(ConfigurationTaken(Configuration(1))).refusal is Refusal.OLD_CONFIGURATION


def test_queueing_twice_or_unknown_things_is_refused() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    contact = centre.call()
    assert centre.tell(ContactQueued(contact, "support")).refusal is Refusal.NOT_IN_FLOW
    assert centre.tell(ContactQueued("nobody", "support")).refusal is Refusal.UNKNOWN_CONTACT
    assert centre.tell(ContactQueued(contact, "nowhere")).refusal is Refusal.UNKNOWN_QUEUE
