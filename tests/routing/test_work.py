"""Agents at work: talk, hold, wrap-up, next state, signing out, and what is lost."""

import pytest

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactEnd, TalkEnd, VisitEnd, WrapUpEnd
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    AgentStateAsked,
    ConfigurationTaken,
    ContactArrived,
    ContactFinished,
    ContactLeft,
    EngagementEnded,
    HoldAsked,
    NodeLost,
    OfferAccepted,
    ReachChanged,
    WorkerLost,
    WrapUpFinished,
)
from switchboard.routing.events import (
    AgentReachSet,
    AgentStateChanged,
    ContactClosed,
    EngagementClosed,
    EngagementTalkEnded,
    Offered,
    QueueLeft,
    Resumed,
    WrapUpStarted,
)
from switchboard.routing.model import Configuration, Delays, Refusal


def talking(*, wrap_up: float = 30, agents: tuple[str, ...] = ("anna",)) -> tuple[Centre, str, str]:
    """A centre in which the first agent talks: (centre, contact, engagement)."""
    centre = Centre(queues=[queue(wrap_up=round(wrap_up * SECOND))], agents=[agent(name) for name in agents])
    centre.sign_in(*agents)
    contact = centre.call()
    offer = centre.offered()
    engagement = centre.tell(OfferAccepted(offer.offer, offer.fence)).engagement
    assert engagement is not None
    return centre, contact, engagement


def test_times_of_talk_and_hold_add_up() -> None:
    centre, _, engagement = talking()
    centre.wait(10)
    centre.tell(HoldAsked(engagement, on=True))
    assert centre.tell(HoldAsked(engagement, on=True)).done
    assert centre.events == []
    centre.wait(4)
    centre.tell(HoldAsked(engagement, on=False))
    assert centre.of(Resumed)[0].held == 4 * SECOND
    centre.wait(6)
    centre.tell(HoldAsked(engagement, on=True))
    centre.wait(5)
    centre.tell(EngagementEnded(engagement, TalkEnd.AGENT))
    (ended,) = centre.of(EngagementTalkEnded)
    assert (ended.talk, ended.hold, ended.holds, ended.by) == (16 * SECOND, 9 * SECOND, 2, TalkEnd.AGENT)
    assert centre.of(ContactClosed)[0].how is ContactEnd.ANSWERED


def test_wrap_up_ends_at_its_limit_and_the_next_caller_comes() -> None:
    centre, _, engagement = talking(wrap_up=30)
    waiting = centre.call()
    centre.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    assert centre.state("anna") is AgentState.WRAP_UP
    assert centre.of(WrapUpStarted)[0].until == centre.now + 30 * SECOND
    centre.wait(30)
    closed = centre.of(EngagementClosed)[0]
    assert (closed.how, closed.wrap_up) == (WrapUpEnd.LIMIT, 30 * SECOND)
    assert centre.offered().contact == waiting


def test_wrap_up_can_be_finished_earlier_with_a_disposition() -> None:
    centre, _, engagement = talking()
    assert centre.tell(WrapUpFinished(engagement)).refusal is Refusal.NOT_IN_WRAP_UP
    centre.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    centre.wait(12)
    assert centre.tell(WrapUpFinished(engagement, "solved")).done
    closed = centre.of(EngagementClosed)[0]
    assert (closed.how, closed.wrap_up, closed.disposition) == (WrapUpEnd.FINISHED, 12 * SECOND, "solved")
    assert centre.state("anna") is AgentState.AVAILABLE
    assert centre.tell(WrapUpFinished(engagement)).refusal is Refusal.UNKNOWN_ENGAGEMENT


def test_without_wrap_up_the_agent_is_available_at_once() -> None:
    centre, _, engagement = talking(wrap_up=0)
    centre.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    assert centre.of(EngagementClosed)[0].how is WrapUpEnd.NONE
    assert [change.state for change in centre.of(AgentStateChanged)] == [AgentState.AVAILABLE]


@pytest.mark.parametrize("wrap_up", [0, 30])
def test_a_pause_asked_for_while_talking_comes_after_the_work(wrap_up: float) -> None:
    centre, contact, _ = talking(wrap_up=wrap_up)
    centre.call()
    assert centre.tell(AgentStateAsked("anna", AgentState.PAUSED, "break")).done
    assert centre.kinds() == ["NextStateSet"]
    centre.tell(ContactLeft(contact))
    if wrap_up:
        centre.wait(wrap_up)
    assert centre.state("anna") is AgentState.PAUSED
    assert centre.floor.state.agents["anna"].reason == "break"
    assert not centre.of(Offered)


def test_a_wish_can_be_taken_back() -> None:
    centre, contact, _ = talking(wrap_up=0)
    centre.tell(AgentStateAsked("anna", AgentState.PAUSED, "break"))
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    centre.tell(ContactLeft(contact))
    assert centre.state("anna") is AgentState.AVAILABLE


def test_signing_out_waits_for_the_work_unless_forced() -> None:
    centre, contact, _ = talking(wrap_up=30)
    centre.tell(AgentSignedOut("anna"))
    assert centre.state("anna") is AgentState.ENGAGED
    centre.tell(ContactLeft(contact))
    centre.tell(AgentSignedOut("anna"))
    assert centre.state("anna") is AgentState.WRAP_UP
    centre.wait(30)
    assert centre.state("anna") is AgentState.SIGNED_OUT
    assert centre.tell(AgentSignedOut("anna")).refusal is Refusal.NOT_SIGNED_IN


def test_signing_in_again_takes_a_sign_out_back() -> None:
    centre, contact, _ = talking(wrap_up=0)
    centre.tell(AgentSignedOut("anna"))
    centre.tell(AgentSignedIn("anna", "n1", Reach.PHONE))
    centre.tell(ContactLeft(contact))
    assert centre.state("anna") is AgentState.AVAILABLE


def test_forced_sign_out_ends_talk_and_wrap_up() -> None:
    centre, _, _ = talking(wrap_up=30)
    centre.tell(AgentSignedOut("anna", forced=True))
    assert centre.of(EngagementTalkEnded)[0].by is TalkEnd.SIGNED_OUT
    assert centre.of(EngagementClosed)[0].how is WrapUpEnd.SIGNED_OUT
    assert centre.state("anna") is AgentState.SIGNED_OUT
    assert not centre.floor.state.contacts

    centre, contact, _ = talking(wrap_up=30)
    centre.tell(ContactLeft(contact))
    centre.tell(AgentSignedOut("anna", forced=True))
    assert centre.state("anna") is AgentState.SIGNED_OUT
    assert not centre.floor.state.engagements


def test_not_responding_comes_back_by_asking() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    contact = centre.call()
    centre.wait(20)
    assert centre.state("anna") is AgentState.NOT_RESPONDING
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    assert centre.offered().contact == contact


def test_several_misses_may_be_allowed() -> None:
    centre = Centre(agents=[agent("anna")], delays=Delays(misses=2, no_answer=3 * SECOND))
    centre.sign_in("anna")
    centre.call()
    centre.wait(20)
    assert centre.state("anna") is AgentState.DELAYED
    centre.wait(3)
    centre.wait(20)
    assert centre.state("anna") is AgentState.NOT_RESPONDING


def test_asking_for_available_again_keeps_the_place_among_the_idle() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    assert centre.events == []
    centre.call()
    assert centre.offered().agent == "anna"


def test_another_reason_is_another_span() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.tell(AgentStateAsked("anna", AgentState.PAUSED, "break"))
    centre.wait(5)
    centre.tell(AgentStateAsked("anna", AgentState.PAUSED, "training"))
    (change,) = centre.of(AgentStateChanged)
    assert (change.reason_before, change.reason, centre.now - change.since) == ("break", "training", 5 * SECOND)


@pytest.mark.parametrize("state", [AgentState.ENGAGED, AgentState.SIGNED_OUT, AgentState.OFFERED])
def test_states_that_cannot_be_asked_for(state: AgentState) -> None:
    centre = Centre(agents=[agent("anna")])
    assert centre.tell(AgentStateAsked("anna", AgentState.PAUSED)).refusal is Refusal.NOT_SIGNED_IN
    assert centre.tell(AgentStateAsked("zoe", AgentState.PAUSED)).refusal is Refusal.UNKNOWN_AGENT
    centre.sign_in("anna")
    assert centre.tell(AgentStateAsked("anna", state)).refusal is Refusal.NOT_NOW


def test_an_unreachable_agent_gets_nothing_until_he_is_back() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.tell(AgentSignedIn("anna", "n1", Reach.BROWSER, reachable=False))
    contact = centre.call()
    assert not centre.of(Offered)
    centre.tell(ReachChanged("anna", reachable=True, reach=Reach.PHONE))
    assert (centre.offered().contact, centre.offered().reach) == (contact, Reach.PHONE)


def test_a_lost_worker_ends_its_contacts_only() -> None:
    centre = Centre(agents=[agent("anna")], queues=[queue(wrap_up=0)])
    centre.sign_in("anna")
    lost = [centre.call(worker=1), centre.call(worker=1)]
    kept = centre.call(worker=2)
    centre.tell(WorkerLost("n1", 1))
    assert [closed.contact for closed in centre.of(ContactClosed)] == lost
    assert {closed.how for closed in centre.of(ContactClosed)} == {ContactEnd.MEDIA_LOST}
    assert {left.how for left in centre.of(QueueLeft)} == {VisitEnd.MEDIA_LOST}
    assert centre.offered().contact == kept


def test_a_node_that_starts_anew_closes_what_died_with_it() -> None:
    centre, _, engagement = talking(wrap_up=0, agents=("anna", "ben"))
    centre.tell(ReachChanged("ben", reachable=True, reach=Reach.BROWSER))
    centre.tell(ContactArrived("menu", "acme", "voice", "n1"))
    centre.tell(ContactArrived("elsewhere", "acme", "voice", "n2"))
    centre.tell(NodeLost("n1"))
    assert centre.of(EngagementTalkEnded)[0].by is TalkEnd.SIGNALLING_LOST
    assert {closed.how for closed in centre.of(ContactClosed)} == {ContactEnd.SIGNALLING_LOST}
    assert set(centre.floor.state.contacts) == {"elsewhere"}
    assert [change.agent for change in centre.of(AgentReachSet)] == ["ben"]
    assert centre.state("anna") is AgentState.AVAILABLE
    assert engagement not in centre.floor.state.engagements


def test_who_is_no_longer_an_agent_finishes_his_work_first() -> None:
    centre, contact, _ = talking(wrap_up=0)
    centre.tell(ConfigurationTaken(Configuration(2, (queue(wrap_up=0),))))
    assert centre.state("anna") is AgentState.ENGAGED
    centre.tell(ContactLeft(contact))
    assert "anna" not in centre.floor.state.agents
    answer = centre.tell(AgentSignedIn("anna", "n1", Reach.PHONE))
    assert answer.refusal is Refusal.UNKNOWN_AGENT


def test_a_flow_may_end_a_contact_with_its_own_words() -> None:
    centre = Centre()
    centre.tell(ContactArrived("c", "acme", "voice", "n1"))
    assert centre.tell(ContactArrived("c", "acme", "voice", "n1")).refusal is Refusal.KNOWN_CONTACT
    centre.wait(2)
    centre.tell(ContactFinished("c"))
    closed = centre.of(ContactClosed)[0]
    assert (closed.how, centre.now - closed.arrived) == (ContactEnd.FINISHED, 2 * SECOND)
    assert centre.tell(ContactLeft("c")).refusal is Refusal.UNKNOWN_CONTACT
