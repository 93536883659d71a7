"""How a contact stands in line: its place, what its wait rests on, and that none of it changes a decision."""

import pytest

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState, Capacity
from switchboard.conversations.model import TalkEnd
from switchboard.measures.waiting import DEFAULT_HANDLING
from switchboard.routing.commands import (
    AgentStateAsked,
    ContactLeft,
    EngagementEnded,
    OfferAccepted,
    OfferRejected,
    WorkReturned,
    WrapUpFinished,
)
from switchboard.routing.floor import Floor
from switchboard.routing.floor.handling import ONE, learned
from switchboard.routing.floor.standing import Standing
from switchboard.routing.model import AgentSettings, Requirement, WhenNobody


def centre(*agents: str, **settings: object) -> Centre:
    made = Centre(queues=[queue(when_nobody=WhenNobody.STAY, **settings)], agents=[agent(one) for one in agents])
    made.sign_in(*agents)
    return made


def stands(at: Centre, contact: str) -> Standing:
    found = at.floor.standing(contact, at.now)
    assert found is not None
    return found


def accept(at: Centre) -> str:
    offer = at.offered()
    return at.tell(OfferAccepted(offer.offer, offer.fence)).engagement or ""


def handled(at: Centre, seconds: float) -> None:
    """A contact that takes so long."""
    at.call()
    engagement = accept(at)
    at.wait(seconds)
    at.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))


def test_places_are_counted_from_one_and_who_rings_is_still_ahead() -> None:
    at = centre("anna")
    first, second, third = at.call(), at.call(), at.call(priority=1)
    assert [stands(at, contact).position for contact in (first, third, second)] == [1, 1, 3]
    assert stands(at, second).ahead == 2
    at.tell(OfferAccepted(1, 1))
    assert stands(at, second).position == 2
    assert at.floor.standing(first, at.now) is None
    assert at.floor.standing("nobody", at.now) is None


def test_without_data_the_default_is_taken_and_nobody_means_unknown() -> None:
    at = Centre(queues=[queue(when_nobody=WhenNobody.STAY)], agents=[agent("anna")])
    contact = at.call()
    assert (stands(at, contact).agents, stands(at, contact).high) == (0, None)
    at.sign_in("anna")
    assert stands(at, contact).high == 0.0
    accept(at)
    waiting = at.call()
    assert stands(at, waiting).handling == DEFAULT_HANDLING
    at.wait(100)
    one, low, high = 80.0, stands(at, waiting).low, stands(at, waiting).high
    assert low is not None
    assert high is not None
    assert low < one < high


def test_handling_times_are_learned_talk_and_wrap_up_together() -> None:
    at = centre("anna", wrap_up=60 * SECOND)
    at.call()
    engagement = accept(at)
    at.wait(100)
    at.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    at.wait(20)
    at.tell(WrapUpFinished(engagement))
    assert at.floor.state.handling["support"].mean == 120 * SECOND


def test_ringing_wrap_up_and_patience_are_learned_beside() -> None:
    at = centre("anna", wrap_up=60 * SECOND)
    at.call()
    at.wait(4)
    engagement = at.tell(OfferAccepted(1, 1)).engagement or ""
    at.wait(100)
    at.call()
    at.wait(30)
    at.tell(ContactLeft("c2"))
    at.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    at.wait(20)
    at.tell(WrapUpFinished(engagement))
    known = at.floor.state.handling["support"]
    assert (known.ringing, known.wrap_up) == (4 * SECOND, 20 * SECOND)
    # One waited 4 seconds and was answered, one 30 and was not.
    assert known.gave_up == ONE
    assert known.waited == pytest.approx(34 * SECOND, rel=0.01)


def test_callers_of_another_queue_count_as_far_as_its_own_agents_do_not_take_them() -> None:
    def found(others: tuple[str, ...]) -> float:
        at = Centre(
            queues=[queue(when_nobody=WhenNobody.STAY), queue("sales", when_nobody=WhenNobody.STAY)],
            agents=[agent("anna", "support", "sales"), *(agent(one, "sales") for one in others)],
        )
        at.sign_in("anna", *others)
        for _ in range(1 + len(others)):
            at.call("sales")
            accept(at)
        for _ in range(4):
            at.call("sales")
        return stands(at, at.call("support")).likely or 0.0

    alone, helped = found(()), found(("ben", "cleo", "dora"))
    # Four callers are before him; with three more who take them he waits for about one and himself.
    assert helped < alone / 2


def test_an_agent_in_wrap_up_is_nearly_free() -> None:
    at = centre("anna", wrap_up=60 * SECOND)
    for _ in range(3):
        at.call()
        engagement = accept(at)
        at.wait(100)
        at.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
        at.wait(10)
        at.tell(WrapUpFinished(engagement))
    at.call()
    engagement = accept(at)
    waiting = at.call()
    talking = stands(at, waiting).likely
    at.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    wrapping_up = stands(at, waiting).likely
    assert talking is not None
    assert wrapping_up is not None
    assert wrapping_up < 15 < 60 < talking


def test_a_talk_that_was_cut_short_teaches_nothing() -> None:
    at = centre("anna")
    handled(at, 100)
    at.call()
    accept(at)
    at.wait(3)
    at.tell(WorkReturned("anna"))
    assert at.floor.state.handling["support"].mean == 100 * SECOND


def test_recent_contacts_weigh_more_and_all_weigh_the_same_at_first() -> None:
    at = centre("anna")
    for seconds in (100, 200, 300):
        handled(at, seconds)
    assert at.floor.state.handling["support"].mean == 200 * SECOND
    value = at.floor.state.handling["support"]
    for _ in range(200):
        value = learned(value, 50 * SECOND)
    assert value.mean == pytest.approx(50 * SECOND, rel=0.01)


@pytest.mark.parametrize(
    "away",
    [AgentStateAsked("ben", AgentState.PAUSED, "tea"), WorkReturned("ben")],
)
def test_who_is_away_or_about_to_go_is_not_counted(away: object) -> None:
    at = centre("anna", "ben")
    for _ in range(2):
        at.call()
        accept(at)
    waiting = at.call()
    assert stands(at, waiting).agents == 2
    at.tell(away)  # type: ignore[arg-type]
    assert stands(at, waiting).agents == 1


def test_only_agents_with_the_skills_are_counted() -> None:
    at = Centre(
        queues=[queue(when_nobody=WhenNobody.STAY)],
        agents=[agent("anna", skills={"french": 1}), agent("ben")],
    )
    at.sign_in("anna", "ben")
    for _ in range(2):
        at.call()
        accept(at)
    assert stands(at, at.call(requirements=(Requirement("french"),))).agents == 1


def test_a_rest_after_a_decline_is_counted_to_its_end() -> None:
    at = centre("anna")
    waiting = at.call()
    at.tell(OfferRejected(1, 1))
    at.wait(2)
    found = stands(at, waiting)
    assert (found.agents, found.position) == (1, 1)
    assert found.low is not None
    assert found.low < 3.0 < (found.high or 0.0)


def test_asking_changes_nothing_and_the_memory_survives_a_snapshot() -> None:
    at = centre("anna")
    handled(at, 77)
    at.call()
    before = at.floor.snapshot()
    stands(at, "c2")
    assert at.floor.snapshot() == before
    restored = Floor()
    restored.restore(before)
    assert restored.standing("c2", at.now) == at.floor.standing("c2", at.now)
    at.tell(ContactLeft("c2"))


def test_who_may_have_three_chats_counts_as_three() -> None:
    capacity = Capacity({"chat": 3})
    at = Centre(
        queues=[queue(when_nobody=WhenNobody.STAY)],
        agents=[AgentSettings(one, ("support",), capacity=capacity) for one in ("anna", "ben")],
    )
    at.sign_in("anna")
    for _ in range(3):
        at.call(channel="chat")
        accept(at)
    waiting = at.call(channel="chat")
    alone = stands(at, waiting)
    one_at_a_time = centre("anna")
    one_at_a_time.call()
    accept(one_at_a_time)
    plain = stands(one_at_a_time, one_at_a_time.call())
    assert alone.likely is not None
    assert plain.likely is not None
    # Three talks end sooner than one of the same length.
    assert 0 < alone.likely < plain.likely / 2
    # Whoever takes no calls is nobody for those who ring.
    nobody = Centre(
        queues=[queue(when_nobody=WhenNobody.STAY)],
        agents=[AgentSettings("anna", ("support",), capacity=Capacity({"voice": 0}))],
    )
    nobody.sign_in("anna")
    assert stands(nobody, nobody.call()).agents == 0
