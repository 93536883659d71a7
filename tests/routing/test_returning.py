"""An agent is lost during a call, or dismissed: his customer stands at the head of his line, nobody is hung up on."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState
from switchboard.conversations.model import ContactStage, OfferEnd, TalkEnd, VisitEnd, WrapUpEnd
from switchboard.routing.commands import (
    AgentSignedOut,
    AgentStateAsked,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
    WorkReturned,
)
from switchboard.routing.events import (
    ContactClosed,
    EngagementClosed,
    EngagementTalkEnded,
    Offered,
    OfferEnded,
    QueueEntered,
    QueueLeft,
)
from switchboard.routing.floor import Floor
from switchboard.routing.model import Refusal, Requirement, WhenNobody


def talking(**settings: object) -> Centre:
    """Anna talks to c1; c2 and c3 wait."""
    queues = [queue(when_nobody=WhenNobody.STAY, **settings)]
    centre = Centre(queues=queues, agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna")
    centre.call()
    offer = centre.offered()
    centre.wait(2)
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    centre.wait(60)
    centre.call()
    centre.wait(5)
    centre.call()
    return centre


def in_line(centre: Centre) -> list[str]:
    state = centre.floor.state
    return [state.visits[visit].contact for visit in state.queues["support"].in_line()]


def test_the_customer_of_a_lost_agent_stands_at_the_head_and_the_agent_is_not_responding() -> None:
    centre = talking()
    answer = centre.tell(WorkReturned("anna"))
    assert answer.done
    assert in_line(centre) == ["c1", "c2", "c3"]
    assert centre.state("anna") is AgentState.NOT_RESPONDING
    assert not centre.of(ContactClosed)
    (ended,) = centre.of(EngagementTalkEnded)
    (entered,) = centre.of(QueueEntered)
    assert ended.by is TalkEnd.AGENT_LOST
    assert (entered.returned, entered.visit, entered.number) == (TalkEnd.AGENT_LOST, "c1.v2", 1)
    assert centre.of(EngagementClosed)[0].how is WrapUpEnd.NONE
    assert centre.floor.state.contacts["c1"].stage is ContactStage.WAITING


def test_another_agent_gets_him_in_the_same_batch_before_those_who_came_after() -> None:
    centre = talking()
    centre.tell(ContactLeft("c2"), ContactLeft("c3"))
    centre.sign_in("ben")
    centre.tell(WorkReturned("anna"))
    assert (centre.offered().contact, centre.offered().agent) == ("c1", "ben")
    assert centre.offered().fence == 2


def test_his_second_wait_begins_when_he_is_back_so_that_times_add_up() -> None:
    centre = talking()
    talked_at = centre.now
    centre.tell(WorkReturned("anna"))
    centre.wait(7)
    centre.sign_in("ben")
    offer = centre.offered()
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    (left,) = centre.of(QueueLeft)
    assert (left.contact, left.how, left.entered) == ("c1", VisitEnd.ANSWERED, talked_at)


def test_he_may_wait_as_long_as_before_though_that_time_has_long_passed() -> None:
    centre = talking(max_wait=30 * SECOND)
    centre.tell(ContactLeft("c2"), ContactLeft("c3"), WorkReturned("anna"))
    centre.wait(29)
    assert in_line(centre) == ["c1"]
    centre.wait(2)
    assert centre.of(QueueLeft)[0].how is VisitEnd.MAX_WAIT


def test_his_priority_and_what_he_needs_stay() -> None:
    centre = Centre(
        queues=[queue(when_nobody=WhenNobody.STAY)],
        agents=[agent("anna", skills={"french": 2}), agent("ben"), agent("cleo", skills={"french": 1})],
    )
    centre.sign_in("anna")
    centre.call(priority=1, requirements=(Requirement("french"),))
    centre.tell(OfferAccepted(centre.offered().offer, 1))
    centre.call()
    centre.call(priority=2)
    centre.tell(WorkReturned("anna"))
    assert in_line(centre) == ["c3", "c1", "c2"]
    centre.tell(ContactLeft("c3"))
    centre.sign_in("ben")
    assert centre.offered().contact == "c2"
    centre.sign_in("cleo")
    assert centre.offered().contact == "c1"


def test_whom_he_was_offered_goes_on_to_the_next_agent() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    centre.call()
    assert centre.offered().agent == "anna"
    centre.tell(WorkReturned("anna"))
    assert centre.of(OfferEnded)[0].end is OfferEnd.UNREACHABLE
    assert centre.offered().agent == "ben"
    assert centre.state("anna") is AgentState.NOT_RESPONDING


def test_who_is_dismissed_is_signed_out_and_his_offer_was_not_his_fault() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    centre.call()
    centre.tell(WorkReturned("anna", TalkEnd.DISMISSED, sign_out=True))
    assert centre.of(OfferEnded)[0].end is OfferEnd.WITHDRAWN
    assert centre.state("anna") is AgentState.SIGNED_OUT
    assert centre.offered().agent == "ben"


def test_who_is_dismissed_while_he_talks_wraps_up_or_is_idle_is_signed_out_at_once() -> None:
    centre = talking(wrap_up=10 * SECOND)
    centre.tell(WorkReturned("anna", TalkEnd.DISMISSED, sign_out=True))
    assert centre.state("anna") is AgentState.SIGNED_OUT
    assert in_line(centre) == ["c1", "c2", "c3"]
    centre.sign_in("ben")
    offer = centre.offered()
    assert offer.contact == "c1"
    engagement = centre.tell(OfferAccepted(offer.offer, offer.fence)).engagement
    centre.tell(EngagementEnded(engagement or "", TalkEnd.CUSTOMER))
    assert centre.state("ben") is AgentState.WRAP_UP
    centre.tell(WorkReturned("ben", TalkEnd.DISMISSED, sign_out=True))
    assert centre.of(EngagementClosed)[0].how is WrapUpEnd.SIGNED_OUT
    assert centre.state("ben") is AgentState.SIGNED_OUT
    centre.sign_in("anna")
    centre.tell(ContactLeft("c2"), ContactLeft("c3"))
    centre.wait(0)
    assert centre.state("anna") is AgentState.AVAILABLE
    centre.tell(WorkReturned("anna", TalkEnd.DISMISSED, sign_out=True))
    assert centre.state("anna") is AgentState.SIGNED_OUT


def test_one_who_is_lost_after_the_talk_may_still_finish_the_record() -> None:
    centre = talking(wrap_up=10 * SECOND)
    centre.tell(EngagementEnded("c1.e1", TalkEnd.CUSTOMER))
    centre.tell(WorkReturned("anna"))
    assert not centre.events
    assert centre.state("anna") is AgentState.WRAP_UP


def test_who_wanted_to_go_home_goes_home_and_who_wanted_a_break_is_not_responding() -> None:
    centre = talking()
    centre.tell(AgentSignedOut("anna"))
    centre.tell(WorkReturned("anna"))
    assert centre.state("anna") is AgentState.SIGNED_OUT
    centre = talking()
    centre.tell(AgentStateAsked("anna", AgentState.PAUSED, "break"))
    centre.tell(WorkReturned("anna"))
    assert centre.state("anna") is AgentState.NOT_RESPONDING
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    assert centre.offered().contact == "c1"


def test_with_nobody_left_his_flow_goes_on_where_the_queue_says_so() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.call()
    centre.tell(OfferAccepted(centre.offered().offer, 1))
    centre.tell(WorkReturned("anna", TalkEnd.DISMISSED, sign_out=True))
    assert centre.of(QueueLeft)[0].how is VisitEnd.NOBODY_SIGNED_IN
    assert centre.floor.state.contacts["c1"].stage is ContactStage.IN_FLOW
    assert centre.tell(ContactQueued("c1", "support")).done


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (WorkReturned("nobody"), Refusal.UNKNOWN_AGENT),
        (WorkReturned("ben"), Refusal.NOT_SIGNED_IN),
        (WorkReturned("anna", TalkEnd.CUSTOMER), Refusal.NOT_A_RETURN),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(command: WorkReturned, refusal: Refusal) -> None:
    centre = talking()
    assert centre.tell(command).refusal is refusal
    assert not centre.events


def test_a_talk_from_before_places_were_kept_returns_with_the_time_of_arrival() -> None:
    centre = talking()
    state = centre.floor.state
    state.contacts["c1"].answered = None
    old = Floor()
    old.restore(centre.floor.snapshot())
    [entered] = [one for one in old.handle(WorkReturned("anna"), centre.now).events if isinstance(one, QueueEntered)]
    assert entered.place == state.contacts["c1"].arrived
    assert [old.state.visits[visit].contact for visit in old.state.queues["support"].in_line()] == ["c1", "c2", "c3"]


THREE = ("anna", "ben", "cleo")
moves = st.lists(
    st.tuples(st.sampled_from(["call", "accept", "lose", "back", "end"]), st.integers(0, 2)),
    max_size=60,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves)
def test_first_come_first_served_holds_within_a_priority_whoever_is_lost(steps: list[tuple[str, int]]) -> None:
    """Every offer goes to the one of the highest priority who came first, returned or not, and all are served."""
    centre = Centre(queues=[queue(when_nobody=WhenNobody.STAY)], agents=[agent(one) for one in THREE])
    centre.sign_in(*THREE)
    rank: dict[str, tuple[int, int]] = {}
    for step in steps:
        could_be_offered = set(in_line(centre)) | with_agent(centre, step)
        move(centre, rank, step)
        if step[0] == "call":
            could_be_offered.add(f"c{len(rank)}")
        for offered in centre.of(Offered):
            assert offered.contact == min(could_be_offered, key=rank.__getitem__)
            could_be_offered.discard(offered.contact)
        assert in_line(centre) == sorted(in_line(centre), key=rank.__getitem__)
    for _ in range(2 * len(rank) + 2):
        serve(centre)
    assert not centre.floor.state.contacts


def with_agent(centre: Centre, step: tuple[str, int]) -> set[str]:
    """Whom a lost agent gives back."""
    what, number = step
    state = centre.floor.state
    if what != "lose":
        return set()
    held = [*state.leases.values(), *state.engagements.values()]
    return {one.contact for one in held if one.agent == THREE[number]}


def move(centre: Centre, rank: dict[str, tuple[int, int]], step: tuple[str, int]) -> None:
    what, number = step
    state = centre.floor.state
    centre.now += SECOND
    if what == "call":
        rank[centre.call(priority=number % 2)] = (-(number % 2), len(rank))
    elif what == "accept":
        ringing = sorted(state.leases.values(), key=lambda lease: lease.offer)[: number + 1]
        centre.tell(*[OfferAccepted(lease.offer, lease.fence) for lease in ringing])
    elif what == "lose":
        centre.tell(WorkReturned(THREE[number]))
    elif what == "back":
        centre.tell(AgentStateAsked(THREE[number], AgentState.AVAILABLE))
    else:
        centre.tell(*[EngagementEnded(one, TalkEnd.AGENT) for one in state.agents[THREE[number]].engagements])


def serve(centre: Centre) -> None:
    centre.tell(*[AgentStateAsked(who, AgentState.AVAILABLE) for who in THREE])
    for lease in list(centre.floor.state.leases.values()):
        centre.tell(OfferAccepted(lease.offer, lease.fence))
    centre.tell(*[EngagementEnded(one, TalkEnd.AGENT) for one in sorted(centre.floor.state.engagements)])
