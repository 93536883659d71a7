"""Level 1 hands its customer over to level 2: the talk ends, the customer keeps his place and comes first there."""

import pytest

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState
from switchboard.conversations.model import ContactStage, TalkEnd, VisitEnd
from switchboard.routing.commands import ContactHandedOver, EngagementEnded, OfferAccepted
from switchboard.routing.events import (
    ContactClosed,
    EngagementTalkEnded,
    Offered,
    QueueEntered,
    QueueLeft,
    WrapUpStarted,
)
from switchboard.routing.model import HandOver, Refusal, Requirement, WhenNobody
from switchboard.routing.requirements import SkillLevel, Wanted

HOUR = 3_600 * SECOND


def talking(**level_2: object) -> tuple[Centre, str]:
    """Anna of level 1 talks to c1."""
    centre = Centre(
        queues=[
            queue("level1", wrap_up=30 * SECOND, hand_over=HandOver(("level2",), 5)),
            queue("level2", **{"max_wait": HOUR, "hand_over": HandOver(("level1",)), **level_2}),
        ],
        agents=[agent("anna", "level1"), agent("ben", "level2", skills={"network": 2})],
    )
    centre.sign_in("anna", "ben")
    centre.call("level1")
    return centre, accept(centre)


def accept(centre: Centre) -> str:
    offer = centre.of(Offered)[-1]
    answer = centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert answer.engagement is not None
    return answer.engagement


def test_the_talk_ends_the_wrap_up_begins_and_level_2_rings_in_one_batch() -> None:
    centre, engagement = talking()
    centre.wait(60)
    arrived = centre.floor.state.contacts["c1"].arrived
    answer = centre.tell(ContactHandedOver(engagement, "level2"))
    assert answer.done
    assert (answer.visit, answer.engagement) == ("c1.v2", engagement)
    assert centre.of(EngagementTalkEnded)[0].by is TalkEnd.HANDED_OVER
    assert centre.of(WrapUpStarted)[0].agent == "anna"
    (entered,) = centre.of(QueueEntered)
    assert (entered.queue, entered.place, entered.priority) == ("level2", arrived, 5)
    assert entered.returned is TalkEnd.HANDED_OVER
    assert entered.leave_at == centre.now + HOUR
    assert centre.offered().agent == "ben"
    assert not centre.of(ContactClosed)


def test_he_comes_before_those_who_wait_there_and_keeps_his_place_among_the_handed_over() -> None:
    centre, engagement = talking()
    centre.call("level2")
    accept(centre)
    centre.wait(1)
    centre.call("level2")
    centre.tell(ContactHandedOver(engagement, "level2"))
    state = centre.floor.state
    assert [state.visits[one].contact for one in state.queues["level2"].in_line()] == ["c1", "c3"]


def test_of_two_who_came_in_the_same_moment_the_first_stays_the_first_though_handed_over_later() -> None:
    hand_over = HandOver(("level2",))
    centre = Centre(
        queues=[queue("level1", hand_over=hand_over), queue("level2", when_nobody=WhenNobody.STAY)],
        agents=[agent("anna", "level1"), agent("cleo", "level1"), agent("ben", "level2")],
    )
    centre.sign_in("anna", "cleo")
    talks = []
    for _ in range(2):
        centre.call("level1")
        talks.append(accept(centre))
    for talk in reversed(talks):
        centre.tell(ContactHandedOver(talk, "level2"))
    assert centre.floor.why_waiting("c1").position == 0  # type: ignore[union-attr]
    centre.sign_in("ben")
    assert centre.offered().contact == "c1"


def test_level_2_needs_what_its_queue_needs_and_not_what_level_1_did() -> None:
    needs = Wanted(SkillLevel("network", 2))
    centre, engagement = talking(requires=(Requirement("network", 1),), wanted=needs)
    centre.tell(ContactHandedOver(engagement, "level2"))
    (entered,) = centre.of(QueueEntered)
    assert entered.requirements == (Requirement("network", 1),)
    assert entered.wanted == needs
    assert centre.offered().agent == "ben"


def test_level_2_may_hand_him_back() -> None:
    centre, engagement = talking()
    centre.tell(ContactHandedOver(engagement, "level2"))
    second = accept(centre)
    centre.wait(60)
    assert centre.tell(ContactHandedOver(second, "level1")).done
    (entered,) = centre.of(QueueEntered)
    assert (entered.queue, entered.priority, entered.visit) == ("level1", 6, "c1.v3")
    assert centre.offered().agent == "anna"
    centre.tell(EngagementEnded(accept(centre), TalkEnd.CUSTOMER))
    assert centre.of(ContactClosed)


@pytest.mark.parametrize(
    ("engagement", "to", "refusal"),
    [
        ("nothing", "level2", Refusal.UNKNOWN_ENGAGEMENT),
        ("c1.e1", "nowhere", Refusal.UNKNOWN_QUEUE),
        ("c1.e1", "level1", Refusal.NOT_A_TARGET),
    ],
)
def test_what_is_refused_changes_nothing(engagement: str, to: str, refusal: Refusal) -> None:
    centre, _ = talking()
    assert centre.tell(ContactHandedOver(engagement, to)).refusal is refusal
    assert not centre.events
    assert centre.floor.state.contacts["c1"].stage is ContactStage.ENGAGED


def test_a_talk_that_has_ended_is_handed_over_to_nobody() -> None:
    centre, engagement = talking()
    centre.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    assert centre.tell(ContactHandedOver(engagement, "level2")).refusal is Refusal.NOT_TALKING


def test_where_nobody_is_signed_in_the_rule_of_the_queue_decides() -> None:
    for when_nobody, stays in ((WhenNobody.LEAVE, False), (WhenNobody.STAY, True)):
        centre, engagement = talking(when_nobody=when_nobody, requires=(Requirement("magic", 1),))
        centre.tell(ContactHandedOver(engagement, "level2"))
        assert ("c1.v2" in centre.floor.state.visits) is stays
        assert [left.how for left in centre.of(QueueLeft)] == ([] if stays else [VisitEnd.NOBODY_SIGNED_IN])
        assert centre.state("anna") is AgentState.WRAP_UP
