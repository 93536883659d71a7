"""Earliest due first, with clocks that stand still: work that may wait, such as written questions."""

from hypothesis import given, settings
from hypothesis import strategies as st

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState
from switchboard.conversations.model import OfferEnd, TalkEnd, VisitEnd
from switchboard.routing.commands import (
    AgentStateAsked,
    ClockPaused,
    ClockResumed,
    ContactArrived,
    ContactBrokeOut,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
    WorkReturned,
)
from switchboard.routing.due import LONGEST_PAUSE, Clock
from switchboard.routing.events import ClockSet, Offered, OfferEnded, QueueEntered, QueueLeft
from switchboard.routing.floor.stuck import OF_HELD
from switchboard.routing.live import MOST_DUE, LiveView
from switchboard.routing.model import Ranking, Refusal, Requirement, Scheme, Step, Wanted, WhenNobody
from switchboard.routing.overflow import Overflow
from switchboard.routing.requirements import SkillLevel

HOUR = 3_600 * SECOND
DUE = Ranking(Scheme.DUE, due_in=4 * HOUR)


def desk(ranking: Ranking = DUE, **more: object) -> Centre:
    """A queue of deferred work, and Anna who is not there yet."""
    return Centre(
        queues=[queue("mail", when_nobody=WhenNobody.STAY, ranking=ranking, **more)], agents=[agent("anna", "mail")]
    )


def served(centre: Centre) -> list[str]:
    """The contacts in the order in which Anna gets them."""
    centre.sign_in("anna")
    order = []
    while offers := centre.of(Offered):
        order.append(offers[0].contact)
        talk = centre.tell(OfferAccepted(offers[0].offer, offers[0].fence)).engagement
        centre.tell(EngagementEnded(str(talk), TalkEnd.AGENT))
    return order


def test_whoever_is_due_first_comes_first_within_his_class() -> None:
    centre = desk()
    usual = centre.call("mail")
    soon = centre.call("mail", due_in=HOUR)
    late = centre.call("mail", due=centre.now + 9 * HOUR)
    class_above = centre.call("mail", priority=1, due_in=20 * HOUR)
    assert served(centre) == [class_above, soon, usual, late]


def test_a_pause_pushes_the_time_back_and_nobody_is_offered_it_meanwhile() -> None:
    centre = desk()
    first, second = centre.call("mail", due_in=HOUR), centre.call("mail", due_in=2 * HOUR)
    centre.tell(ClockPaused(first))
    centre.wait(30 * 60)
    why = centre.floor.why_waiting(first)
    assert why is not None
    assert why.clock is not None
    assert why.clock.due_at(centre.now) == why.clock.due + HOUR // 2  # type: ignore[operator]
    centre.sign_in("anna")
    assert centre.floor.state.leases[1].contact == second
    centre.wait(60 * 60)
    centre.tell(ClockResumed(first))
    (told,) = centre.of(ClockSet)
    assert (told.clock.paused, told.clock.since, told.clock.held) == (HOUR * 3 // 2 + 1, None, False)
    assert told.clock.due_at(centre.now) == centre.now + HOUR
    # Twice changes nothing.
    assert centre.tell(ClockResumed(first)).done
    assert centre.events == []


def test_the_longest_wait_stands_still_with_the_clock() -> None:
    centre = desk(max_wait=60 * SECOND, max_length=1)
    contact = centre.call("mail")
    centre.wait(20)
    centre.tell(ClockPaused(contact))
    assert centre.floor.next_deadline() == centre.now + LONGEST_PAUSE
    centre.wait(600)
    # Whoever is held takes nobody's room.
    other = centre.call("mail")
    assert centre.of(QueueEntered)
    centre.tell(ClockResumed(contact))
    centre.wait(41)
    assert [one.contact for one in centre.of(QueueLeft)] == [contact]
    assert centre.floor.why_waiting(other) is not None


def test_a_step_of_its_requirements_stands_still_with_the_clock() -> None:
    expert = Wanted(None, (Step(SkillLevel("repairs", 3), 10 * SECOND),))
    centre = Centre(
        queues=[queue("mail", ranking=DUE)],
        agents=[agent("anna", "mail"), agent("expert", "mail", skills={"repairs": 3})],
    )
    centre.sign_in("anna", "expert")
    centre.tell(AgentStateAsked("expert", AgentState.PAUSED, "break"))
    contact = centre.call("mail", wanted=expert)
    centre.wait(4)
    centre.tell(ClockPaused(contact))
    centre.wait(600)
    centre.tell(ClockResumed(contact))
    assert (centre.of(ClockSet)[0].step_until, centre.of(Offered)) == (centre.now + 6 * SECOND, [])
    centre.wait(5)
    assert not centre.of(Offered)
    centre.wait(1)
    assert centre.offered().agent == "anna"


def test_a_pause_that_began_in_the_flow_pushes_the_longest_wait_on_only_from_its_place_in_line() -> None:
    centre = desk(Ranking(), max_wait=60 * SECOND)
    centre.tell(ContactArrived("c9", "acme", "email", "n1"), ClockPaused("c9"))
    centre.wait(600)
    centre.tell(ContactQueued("c9", "mail"))
    centre.wait(20)
    centre.tell(ClockResumed("c9"))
    assert centre.of(ClockSet)[0].leave_at == centre.now + 60 * SECOND


def test_what_is_offered_all_the_same_waits_no_longer_for_its_pause() -> None:
    centre = desk(Ranking(Scheme.DUE, due_in=HOUR, offer_paused=True), max_wait=60 * SECOND)
    contact = centre.call("mail")
    centre.wait(20)
    centre.tell(ClockPaused(contact))
    centre.wait(30)
    centre.tell(ClockResumed(contact))
    assert centre.of(ClockSet)[0].leave_at == centre.now + 10 * SECOND


def test_a_pause_takes_it_from_the_agent_whom_it_rings_and_he_is_not_blamed() -> None:
    centre = desk()
    centre.sign_in("anna")
    contact = centre.call("mail")
    centre.tell(ClockPaused(contact))
    assert [one.end for one in centre.of(OfferEnded)] == [OfferEnd.WITHDRAWN]
    assert centre.state("anna") is AgentState.AVAILABLE
    centre.tell(ClockResumed(contact))
    assert centre.offered().contact == contact


def test_where_the_queue_says_so_it_is_offered_all_the_same() -> None:
    centre = desk(Ranking(Scheme.DUE, due_in=HOUR, offer_paused=True))
    contact = centre.call("mail")
    centre.tell(ClockPaused(contact))
    centre.sign_in("anna")
    assert centre.offered().contact == contact
    centre.tell(ClockResumed(contact))
    assert centre.floor.state.leases


def test_whoever_becomes_idle_joins_what_is_due_first_as_it_is_after_a_pause() -> None:
    ranking = Ranking(Scheme.DUE, due_in=HOUR, offer_paused=True)
    people = [
        agent(one, "mail", skills=skills)
        for one, skills in (("anna", {"french": 1}), ("ben", {}), ("cleo", {"french": 1}))
    ]
    centre = Centre(queues=[queue("mail", ranking=ranking, strategy="ring all", ring_time=9 * HOUR)], agents=people)
    centre.sign_in("anna", "ben")
    first, second = centre.call("mail", requirements=(Requirement("french"),)), centre.call("mail", due_in=2 * HOUR)
    centre.tell(ClockPaused(first))
    centre.wait(2 * 3_600)
    centre.tell(ClockResumed(first))
    centre.sign_in("cleo")
    assert centre.offered().contact == second


def test_a_clock_that_stands_still_in_the_flow_stands_still_in_line() -> None:
    centre = desk()
    centre.sign_in("anna")
    centre.tell(ContactArrived("c9", "acme", "email", "n1"))
    assert centre.tell(ClockPaused("c9")).done
    centre.wait(600)
    centre.tell(ContactQueued("c9", "mail", due_in=HOUR))
    assert not centre.of(Offered)
    centre.wait(300)
    centre.tell(ClockResumed("c9"))
    # Only since it was due: what came before is no part of it.
    assert centre.floor.state.contacts["c9"].clock.due_at(centre.now) == centre.now + HOUR  # type: ignore[union-attr]
    assert centre.of(Offered)


def test_what_was_due_stays_due_when_it_comes_back_and_when_its_agent_is_lost() -> None:
    centre = desk()
    contact = centre.call("mail", due_in=HOUR)
    due = centre.floor.state.contacts[contact].clock
    centre.wait(60)
    centre.tell(ContactBrokeOut(contact))
    centre.tell(ContactQueued(contact, "mail", due_in=5 * HOUR))
    assert centre.floor.state.contacts[contact].clock == due
    centre.sign_in("anna")
    offer = centre.offered()
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert centre.tell(ClockPaused(contact)).refusal is Refusal.WITH_AGENT
    centre.tell(WorkReturned("anna", TalkEnd.AGENT_LOST))
    assert centre.of(QueueEntered)[0].clock == due
    assert centre.tell(ClockPaused("nobody")).refusal is Refusal.UNKNOWN_CONTACT


def test_it_overflows_with_its_clock() -> None:
    rules = (Overflow("sales"),)
    centre = Centre(
        queues=[
            queue("mail", when_nobody=WhenNobody.STAY, ranking=DUE, max_wait=60 * SECOND, overflow=rules),
            queue("sales", when_nobody=WhenNobody.STAY),
        ]
    )
    contact = centre.call("mail", due_in=HOUR)
    due = centre.floor.state.contacts[contact].clock
    centre.wait(60)
    assert centre.of(QueueLeft)[0].how is VisitEnd.OVERFLOWED_MAX_WAIT
    assert centre.of(QueueEntered)[0].clock == due


def test_what_is_not_due_comes_behind_those_who_wait_in_other_queues() -> None:
    centre = Centre(
        queues=[queue("mail", when_nobody=WhenNobody.STAY, ranking=DUE), queue("calls", when_nobody=WhenNobody.STAY)],
        agents=[agent("anna", "mail", "calls")],
    )
    mail = centre.call("mail", due_in=600)
    early = centre.call("mail")
    centre.wait(60)
    call = centre.call("calls")
    centre.wait(5)
    # The overdue one has "waited" since it was due, the other is not due yet.
    assert served(centre) == [mail, call, early]


def test_the_board_leaves_out_whom_nobody_may_be_offered() -> None:
    centre = desk()
    held = centre.call("mail")
    centre.wait(60)
    centre.call("mail")
    centre.tell(ClockPaused(held))
    (row,) = LiveView(centre.floor.state, {}).board().queues
    assert (row.waiting, row.paused, row.offered, row.longest_since) == (1, 1, 0, centre.now)


def test_the_board_knows_when_the_first_of_every_class_are_due() -> None:
    centre = desk()
    due = [centre.now + hours * HOUR for hours in range(MOST_DUE + 10)]
    for number, one in enumerate(reversed(due)):
        centre.call("mail", priority=number % 3, due=one)
    paused = centre.call("mail", due=centre.now - HOUR)
    centre.tell(ClockPaused(paused))
    (row,) = LiveView(centre.floor.state, {}).board().queues
    assert list(row.due) == due[:MOST_DUE]
    centre.tell(ClockResumed(paused))
    (row,) = LiveView(centre.floor.state, {}).board().queues
    assert list(row.due) == [centre.now - HOUR, *due[: MOST_DUE - 1]]


def test_who_is_held_has_an_owner() -> None:
    centre = desk()
    held = centre.call("mail")
    centre.tell(ClockPaused(held))
    assert centre.floor.stuck(centre.now + LONGEST_PAUSE) == []
    (late,) = centre.floor.stuck(centre.now + LONGEST_PAUSE + 6 * SECOND)
    assert (late.kind, late.why) == ("deadline", "a deadline passed (clock)")
    # What the rules would never do: held, but with no clock that anybody could set going.
    centre.floor.state.visits[f"{held}.v1"].clock = Clock(held=True)
    (found,) = centre.floor.stuck(centre.now)
    assert (found.why, found.owner) == ("held, though its clock goes on", OF_HELD.who)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 1), st.integers(1, 50), st.lists(st.integers(1, 30), max_size=4)),
        min_size=1,
        max_size=8,
    )
)
def test_the_order_is_that_of_a_plain_list(work: list[tuple[int, int, list[int]]]) -> None:
    """Class, then due with all pauses, then as they came: worked out here by hand."""
    centre = desk()
    contacts = [centre.call("mail", priority=level, due_in=hours * HOUR) for level, hours, _ in work]
    expected = []
    for number, (contact, (level, hours, pauses)) in enumerate(zip(contacts, work, strict=True)):
        began = centre.floor.state.visits[f"{contact}.v1"].place
        for length in pauses:
            centre.tell(ClockPaused(contact))
            centre.wait(length * 3_600)
            centre.tell(ClockResumed(contact))
        expected.append((-level, began + (hours + sum(pauses)) * HOUR, number, contact))
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    assert served(centre) == [contact for *_, contact in sorted(expected)]
