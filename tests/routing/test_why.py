"""Why a contact waits, why an agent is idle, and that nothing sticks: what people and the watchdog are told."""

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState
from switchboard.conversations.model import ContactStage
from switchboard.routing.commands import AgentStateAsked, OfferAccepted
from switchboard.routing.events import Offered
from switchboard.routing.floor.stuck import GRACE, OF_AGENTS, OF_CONTACTS
from switchboard.routing.model import AfterSteps, Asks, Exclusion, Requirement, Step, Wanted, WhenNobody
from switchboard.routing.requirement_text import read_needs, write_needs

STEPS = Wanted(
    read_needs("not team:trainees"),
    (Step(read_needs("german >= 3"), 10 * SECOND), Step(read_needs("german"), 20 * SECOND)),
)
PEOPLE = [agent("expert", skills={"german": 4}), agent("new", skills={"german": 1}), agent("anna")]


def paused(*agents: str) -> Centre:
    centre = Centre(agents=PEOPLE)
    centre.sign_in("expert", "new", "anna")
    for one in agents:
        centre.tell(AgentStateAsked(one, AgentState.PAUSED, "break"))
    return centre


def test_a_waiting_contact_says_who_could_take_it_and_what_comes_next() -> None:
    centre = paused("expert", "new", "anna")
    contact = centre.call(wanted=STEPS, max_wait=60 * SECOND)
    why = centre.floor.why_waiting(contact)
    assert why is not None
    assert why.needs is not None
    assert why.then is not None
    assert why.stops == {
        "expert": Exclusion.PAUSED,
        "new": Exclusion.LACKS_SKILL,
        "anna": Exclusion.LACKS_SKILL,
    }
    assert (why.step, why.steps, why.until) == (0, 2, centre.now + 10 * SECOND)
    assert write_needs(why.needs) == "not team:trainees and german >= 3"
    assert write_needs(why.then) == "not team:trainees and german"
    assert why.leave_at == centre.now + 60 * SECOND
    centre.wait(30)
    why = centre.floor.why_waiting(contact)
    assert why is not None
    assert (why.step, why.until, why.then) == (2, None, None)
    assert set(why.stops.values()) == {Exclusion.PAUSED}


def test_what_was_set_for_a_customer_is_told_apart_in_line_and_at_the_offer() -> None:
    german, english = Requirement("german", 4), Requirement("english", 2)
    centre = Centre(
        queues=[queue(requires=(Requirement("english", 3),))],
        agents=[agent("anna", skills={"german": 4, "english": 3})],
    )
    centre.sign_in("anna")
    asks = Asks((english, german), 20)
    contact = centre.call(requirements=(english, german), priority=20, wanted=Wanted(asks=asks))
    why = centre.floor.why_waiting(contact)
    assert why is not None
    assert why.needs is not None
    assert write_needs(why.needs) == "english >= 3 and german >= 4"
    (offer,) = [event for event in centre.events if isinstance(event, Offered)]
    # The queue asks for more English than the customer does: that is not for his sake.
    assert why.asks == offer.why.asks == Asks((german,), 20)


def test_those_in_line_come_in_order_whom_it_rings_for_included() -> None:
    centre = paused("new", "anna")
    ringing, second, first = centre.call(), centre.call(), centre.call(priority=1)
    found = centre.floor.in_line("support", 9)
    assert [(one.contact, one.offered_to) for one in found] == [(first, ()), (ringing, ("expert",)), (second, ())]
    assert [one.contact for one in centre.floor.in_line("support", 1)] == [first]
    assert centre.floor.in_line("nowhere", 9) == []


def test_a_step_that_stays_has_nothing_after_it() -> None:
    centre = paused("expert")
    contact = centre.call(wanted=Wanted(None, STEPS.steps[:1], AfterSteps.STAY))
    why = centre.floor.why_waiting(contact)
    assert why is not None
    assert (why.step, why.steps, why.until, why.then) == (0, 1, None, None)


def test_an_idle_agent_says_what_waits_and_why_it_is_not_his() -> None:
    sales = queue("sales", when_nobody=WhenNobody.STAY)
    centre = Centre(queues=[queue(when_nobody=WhenNobody.STAY), sales], agents=PEOPLE)
    centre.sign_in("anna")
    since = centre.now
    for _ in range(2):
        centre.call(wanted=Wanted(read_needs("german >= 3")))
    centre.call("sales")
    why = centre.floor.why_idle("anna")
    assert why is not None
    assert (why.stopped, why.his) == (None, ())
    assert [(one.queue, one.waiting, one.since) for one in why.lacking] == [("support", 2, since)]
    assert why.lacking[0].needs == read_needs("german >= 3")
    assert [(one.queue, one.waiting) for one in why.elsewhere] == [("sales", 1)]
    assert centre.floor.why_idle("nobody") is None


def test_an_agent_who_is_kept_from_offers_says_by_what_and_what_he_misses() -> None:
    centre = paused("expert", "new", "anna")
    centre.call()
    why = centre.floor.why_idle("anna")
    assert why is not None
    assert why.stopped is Exclusion.PAUSED
    assert [(one.queue, one.waiting) for one in why.his] == [("support", 1)]


def test_every_state_that_is_not_final_has_its_owner() -> None:
    assert set(OF_AGENTS) == set(AgentState) - {AgentState.SIGNED_OUT}
    assert set(OF_CONTACTS) == set(ContactStage) - {ContactStage.CLOSED}


def test_the_watchdog_sees_what_the_rules_would_never_do() -> None:
    centre = paused("new", "anna")
    centre.call()
    offer = centre.offered()
    assert centre.floor.stuck(offer.deadline + GRACE) == []
    (late,) = centre.floor.stuck(offer.deadline + GRACE + 1)
    assert (late.kind, late.id, late.since) == ("deadline", "1", offer.deadline)
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert centre.floor.stuck(centre.now + 3_600 * SECOND) == []
    # Broken by hand: no input leads there.
    state = centre.floor.state
    waiting = centre.call()
    state.engagements.clear()
    state.visits.pop(f"{waiting}.v1")
    state.queues["support"].lanes.clear()
    state.queues["support"].heads.clear()
    assert [(one.kind, one.why) for one in centre.floor.stuck(centre.now)] == [
        ("agent", "engaged, but with nobody"),
        ("contact", "talks, but with nobody"),
        ("contact", "in line, but nowhere"),
    ]


def test_an_idle_agent_beside_a_contact_he_could_take_is_an_alarm() -> None:
    centre = paused("expert", "new", "anna")
    contact = centre.call()
    queue_on_floor = centre.floor.state.queues["support"]
    queue_on_floor._idle_agents.add("anna")
    assert [(one.kind, one.id) for one in centre.floor.stuck(centre.now)] == [("pair", contact)]
