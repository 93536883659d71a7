"""Ring all: a contact rings at everybody who is idle, the first who answers has it, and nobody else is blamed."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.floor import SECOND, Centre, agent, queue
from support.histories import centre_of, configurations, play, steps
from support.invariants import check
from switchboard.agents.model import AgentState, Capacity
from switchboard.conversations.model import ContactStage, OfferEnd, VisitEnd
from switchboard.routing.commands import (
    AgentSignedOut,
    ContactBrokeOut,
    ContactFinished,
    ContactLeft,
    OfferAccepted,
    OfferFailed,
    OfferRejected,
)
from switchboard.routing.events import EngagementOpened, Offered, OfferEnded, QueueLeft
from switchboard.routing.floor import Floor
from switchboard.routing.floor.snapshot import load
from switchboard.routing.live import LiveView
from switchboard.routing.model import AgentSettings, Delays, Found, ReliefRule, Requirement, WhenNobody
from switchboard.routing.relief import Relief, ReliefBounds, ReliefGroup

ALL = ("anna", "ben", "cleo", "dora")


def house(*signed_in: str, delays: Delays = Delays(), **settings: Any) -> Centre:  # noqa: B008 - frozen
    centre = Centre(
        queues=[queue(strategy="ring all", **settings), queue("sales")],
        agents=[agent(one, "support", "sales") for one in ALL],
        delays=delays,
    )
    centre.sign_in(*signed_in)
    return centre


def rung(centre: Centre) -> dict[str, Offered]:
    """The offers of the last input, by agent."""
    return {offer.agent: offer for offer in centre.of(Offered)}


def ends(centre: Centre) -> dict[str, OfferEnd]:
    return {ended.agent: ended.end for ended in centre.of(OfferEnded)}


def test_it_rings_at_everybody_who_is_idle_with_a_lease_for_each() -> None:
    centre = house("anna", "ben", "cleo")
    contact = centre.call()
    offers = rung(centre)
    assert list(offers) == ["anna", "ben", "cleo"]
    assert len({offer.fence for offer in offers.values()}) == 3
    assert {offer.why.ringing for offer in offers.values()} == {3}
    assert all(offer.together for offer in offers.values())
    assert centre.floor.why_waiting(contact).offered_to == ("anna", "ben", "cleo")  # type: ignore[union-attr]
    check(centre)


def test_back_in_line_it_rings_at_those_as_well_who_did_not_want_it() -> None:
    centre = house("anna", "ben", delays=Delays(rejected=0, busy=0, misses=9))
    centre.call()
    offers = rung(centre)
    centre.tell(OfferRejected(offers["ben"].offer, offers["ben"].fence))
    assert rung(centre) == {}
    centre.tell(OfferFailed(offers["anna"].offer, offers["anna"].fence, OfferEnd.BUSY))
    assert set(rung(centre)) == {"anna", "ben"}
    check(centre)


def test_the_first_answer_wins_and_the_others_keep_their_place_among_the_idle() -> None:
    centre = house("anna", "ben", "cleo")
    idle_since = {one: centre.floor.state.agents[one].idle_since for one in ("anna", "cleo")}
    contact = centre.call()
    offers = rung(centre)
    centre.now += 3 * SECOND
    first, late = offers["ben"], offers["anna"]
    centre.tell(OfferAccepted(first.offer, first.fence), OfferAccepted(late.offer, late.fence))
    assert ends(centre) == {
        "ben": OfferEnd.ACCEPTED,
        "anna": OfferEnd.ANSWERED_ELSEWHERE,
        "cleo": OfferEnd.ANSWERED_ELSEWHERE,
    }
    (opened,) = centre.of(EngagementOpened)
    assert (opened.agent, opened.ring_time) == ("ben", 3 * SECOND)
    assert centre.floor.state.engagements[opened.engagement].fence == first.fence
    assert centre.floor.state.contacts[contact].stage is ContactStage.ENGAGED
    for one, since in idle_since.items():
        of = centre.floor.state.agents[one]
        assert (of.state, of.idle_since, of.misses) == (AgentState.AVAILABLE, since, 0)
    check(centre)


def test_only_those_who_were_too_slow_read_that_a_colleague_answered() -> None:
    centre = house("anna", "ben")
    desks = LiveView(load(centre.floor.snapshot()), {})
    centre.call()
    offers = rung(centre)
    desks.take(centre.events, centre.now)
    assert desks.desk("anna").offer is not None  # type: ignore[union-attr]
    centre.tell(OfferAccepted(offers["ben"].offer, offers["ben"].fence))
    desks.take(centre.events, centre.now)
    anna, ben = desks.desk("anna"), desks.desk("ben")
    assert anna is not None
    assert ben is not None
    assert (anna.offer, anna.taken_offer) == (None, offers["anna"].offer)
    assert ben.taken_offer == 0


def test_who_becomes_free_while_it_rings_joins_with_a_time_of_his_own() -> None:
    centre = house("anna", "ben")
    centre.call()
    centre.now += 15 * SECOND
    centre.sign_in("cleo")
    joined = rung(centre)["cleo"]
    assert (joined.why.found, joined.why.ringing) == (Found.CONTACT, 3)
    centre.wait(6)
    assert ends(centre) == {"anna": OfferEnd.NO_ANSWER, "ben": OfferEnd.NO_ANSWER}
    assert centre.state("cleo") is AgentState.OFFERED
    centre.tell(OfferAccepted(joined.offer, joined.fence))
    assert centre.of(QueueLeft)[0].how is VisitEnd.ANSWERED


def test_who_declines_is_out_of_this_round_and_rung_again_in_the_next() -> None:
    centre = house("anna", "ben", delays=Delays(rejected=0, misses=2))
    centre.call()
    declined = rung(centre)["anna"]
    centre.tell(OfferRejected(declined.offer, declined.fence))
    assert not centre.of(Offered)
    assert centre.state("anna") is AgentState.AVAILABLE
    check(centre)
    centre.wait(20)
    assert ends(centre) == {"ben": OfferEnd.NO_ANSWER}
    assert list(rung(centre)) == ["anna"]
    check(centre)


def test_a_round_in_vain_leaves_the_contact_at_its_place() -> None:
    centre = house("anna", "ben")
    first, second = centre.call(), centre.call()
    centre.wait(20)
    assert {centre.state("anna"), centre.state("ben")} == {AgentState.NOT_RESPONDING}
    assert [one.contact for one in centre.floor.in_line("support", 9)] == [first, second]
    centre.sign_in("cleo")
    assert rung(centre)["cleo"].contact == first
    assert rung(centre)["cleo"].why.ringing == 1


def test_the_second_in_line_waits_and_rings_at_those_whom_the_first_leaves() -> None:
    centre = house("anna", "ben", "cleo")
    first, second = centre.call(), centre.call()
    assert not centre.of(Offered)
    assert [one.offered_to for one in centre.floor.in_line("support", 9)][1] == ()
    contacts = {lease.contact for lease in centre.floor.state.leases.values()}
    assert contacts == {first}
    lease = next(iter(centre.floor.state.leases.values()))
    centre.tell(OfferAccepted(lease.offer, lease.fence))
    offers = rung(centre)
    assert set(offers) == {"ben", "cleo"}
    assert {offer.contact for offer in offers.values()} == {second}
    check(centre)


def test_a_contact_of_another_queue_that_waits_longer_comes_before_joining() -> None:
    centre = house("anna")
    waiting = centre.call("sales", place=centre.now - 60 * SECOND)
    centre.sign_in("ben")
    ringing = centre.call()
    assert {lease.contact for lease in centre.floor.state.leases.values()} == {waiting, ringing}
    older = centre.call("sales", place=centre.now - 90 * SECOND)
    centre.sign_in("cleo")
    assert rung(centre)["cleo"].contact == older
    centre.sign_in("dora")
    assert rung(centre)["dora"].contact == ringing


@pytest.mark.parametrize(
    ("gone", "end"),
    [
        (ContactLeft, OfferEnd.CALLER_LEFT),
        (ContactFinished, OfferEnd.WITHDRAWN),
        (ContactBrokeOut, OfferEnd.WITHDRAWN),
    ],
)
def test_a_customer_who_goes_ends_every_offer(gone: Callable[[str], Any], end: OfferEnd) -> None:
    centre = house("anna", "ben", "cleo")
    contact = centre.call()
    centre.tell(gone(contact))
    assert set(ends(centre).values()) == {end}
    assert len(ends(centre)) == 3
    assert {centre.state(one) for one in ("anna", "ben", "cleo")} == {AgentState.AVAILABLE}
    assert not centre.floor.state.leases
    check(centre)


def test_one_who_signs_out_takes_only_his_own_offer_away() -> None:
    centre = house("anna", "ben")
    contact = centre.call()
    centre.tell(AgentSignedOut("anna"))
    assert ends(centre) == {"anna": OfferEnd.WITHDRAWN}
    assert centre.floor.state.contacts[contact].stage is ContactStage.OFFERED
    assert centre.floor.why_waiting(contact).offered_to == ("ben",)  # type: ignore[union-attr]


def test_nobody_joins_whose_time_is_up() -> None:
    centre = house("anna", max_wait=5 * SECOND)
    contact = centre.call()
    centre.wait(6)
    centre.sign_in("ben")
    assert not centre.of(Offered)
    check(centre)
    centre.wait(20)
    assert centre.floor.state.contacts[contact].left_line is VisitEnd.MAX_WAIT


@pytest.mark.parametrize("helps", [False, True])
def test_who_is_idle_at_the_same_moment_is_rung_by_the_first_in_line_that_he_can_take(helps: bool) -> None:
    """Anna is looked at first and can take only the second in line; Ben could, but the first one waits for him."""
    relief = Relief((ReliefRule(ReliefGroup(queue="night"), ReliefBounds(waiting=1)),)) if helps else None
    support = queue(strategy="longest idle" if helps else "ring all", when_nobody=WhenNobody.STAY, relief=relief)
    anna, ben = agent("anna", "night" if helps else "support"), agent("ben", "support", skills={"french": 1})
    centre = Centre(queues=[support, queue("night")], agents=[anna, ben])
    centre.sign_in("anna", "ben")
    first, second = centre.call(requirements=(Requirement("french"),)), centre.call()
    for lease in list(centre.floor.state.leases.values()):
        centre.tell(OfferRejected(lease.offer, lease.fence))
    centre.wait(5)
    assert {agent: offer.contact for agent, offer in rung(centre).items()} == {"anna": second, "ben": first}


def test_who_has_no_room_for_it_does_not_join() -> None:
    calls_only = AgentSettings("cleo", ("support",), capacity=Capacity({"voice": 1, "chat": 0}))
    centre = Centre(queues=[queue(strategy="ring all")], agents=[agent("anna"), calls_only])
    centre.sign_in("anna")
    centre.call(channel="chat")
    centre.sign_in("cleo")
    assert not centre.of(Offered)
    check(centre)


def test_who_was_asked_for_is_rung_alone() -> None:
    centre = house("anna", "ben")
    centre.call(preferred=("ben",))
    assert not centre.offered().together
    centre.sign_in("cleo")
    assert not centre.of(Offered)
    check(centre)


def test_a_snapshot_goes_on_ringing_and_one_of_an_earlier_version_does_as_well() -> None:
    centre = house("anna", "ben", delays=Delays(rejected=0))
    centre.call()
    declined = rung(centre)["anna"]
    centre.tell(OfferRejected(declined.offer, declined.fence))
    again = Floor()
    again.restore(centre.floor.snapshot())
    assert again.snapshot() == centre.floor.snapshot()
    (visit,) = again.state.visits.values()
    assert (visit.together, visit.passed, len(visit.offers)) == (True, ("anna",), 1)
    assert again.state.queues["support"].ringing
    # Earlier versions did not keep the offers with the visit.
    for one in centre.floor.state.visits.values():
        one.offers = ()
    earlier = Floor()
    earlier.restore(centre.floor.snapshot())
    assert earlier.snapshot() == again.snapshot()


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configurations(strategy="ring all"), st.lists(steps, min_size=10, max_size=40))
def test_it_holds_whatever_happens(configuration: tuple, some: list) -> None:
    centre = centre_of(configuration)
    centre.sign_in(*centre.floor.state.agents)
    for step in some:
        play(centre, step)
        check(centre)
