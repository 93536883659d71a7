"""Lines that are full, and contacts that go on to another queue: at their place, in one batch, never in a circle."""

from typing import Any

import msgspec
import pytest

from support.floor import SECOND, Centre, agent, queue
from support.overflowing import to, where
from switchboard.agents.model import AgentState
from switchboard.conversations.model import ContactStage, OfferEnd, TalkEnd, VisitEnd
from switchboard.routing.commands import (
    AgentSignedOut,
    AgentStateAsked,
    ConfigurationTaken,
    ContactArrived,
    ContactBrokeOut,
    ContactQueued,
    OfferAccepted,
    OfferRejected,
    TimePassed,
    WorkReturned,
    decode,
)
from switchboard.routing.events import Offered, QueueEntered, QueueLeft, QueueRefused, encode
from switchboard.routing.floor import Floor
from switchboard.routing.model import Configuration, Requirement, Step, Wanted, WhenNobody
from switchboard.routing.overflow import Passage, Reason
from switchboard.routing.requirements import SkillLevel

STAY = WhenNobody.STAY
MINUTE = 60 * SECOND


def two(*, agents: Any = (), **support: Any) -> Centre:
    """`support`, which overflows to `sales`."""
    support = {"when_nobody": STAY, "overflow": (to("sales"),)} | support
    return Centre(queues=[queue("support", **support), queue("sales", when_nobody=STAY)], agents=agents)


# -- the longest line


def test_a_full_line_lets_nobody_in_and_the_flow_goes_on() -> None:
    centre = Centre(queues=[queue(when_nobody=STAY, max_length=2)])
    centre.call()
    centre.call()
    third = centre.call()
    assert centre.kinds() == ["ContactRegistered", "QueueRefused"]
    assert centre.of(QueueRefused) == [QueueRefused(f"{third}.v1", third, "support", VisitEnd.FULL)]
    assert centre.floor.state.contacts[third].stage is ContactStage.IN_FLOW
    centre.tell(ContactQueued(third, "support"))
    assert centre.of(QueueRefused)[0].visit == f"{third}.v2"


def test_who_can_be_offered_to_somebody_at_once_is_let_in_whatever_the_length() -> None:
    centre = Centre(queues=[queue(max_length=0)], agents=[agent("anna"), agent("ben", skills={"french": 1})])
    centre.sign_in("anna")
    centre.call()
    assert centre.offered().agent == "anna"
    refused = centre.call()
    assert centre.of(QueueRefused)[0].contact == refused
    centre.sign_in("ben")
    centre.call(requirements=(Requirement("german"),))
    assert centre.of(QueueRefused)
    centre.call(requirements=(Requirement("french"),))
    assert centre.offered().agent == "ben"


def test_who_returns_is_never_refused() -> None:
    centre = Centre(queues=[queue(when_nobody=STAY, max_length=1)], agents=[agent("anna"), agent("ben")])
    first = centre.call()
    kept = centre.call(place=centre.now - MINUTE)
    assert where(centre, kept) == "support"
    assert centre.of(QueueRefused) == []
    # Told something before he entered the line, which he has never stood in.
    told = centre.call(place=centre.now, comes=True)
    assert where(centre, told) is None
    centre.sign_in("anna")
    offer = centre.offered()
    assert offer.contact == kept
    centre.tell(OfferRejected(offer.offer, offer.fence))
    assert where(centre, kept) == "support"
    centre.wait(6)
    offer = centre.of(Offered)[0]
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    centre.call()
    centre.tell(WorkReturned("anna", TalkEnd.AGENT_LOST))
    assert where(centre, kept) == "support"
    centre.tell(ContactBrokeOut(first))
    centre.tell(ContactQueued(first, "support", place=centre.now - MINUTE))
    assert where(centre, first) == "support"


# -- overflow


def test_at_the_longest_wait_it_goes_on_at_its_place_with_its_priority_and_needs() -> None:
    centre = two(max_wait=MINUTE, requires=(Requirement("lights"),))
    came = centre.now
    contact = centre.call(priority=2, requirements=(Requirement("german", 2),))
    centre.wait(30)
    other = centre.call("sales", priority=2)
    centre.wait(30)
    left, entered = centre.of(QueueLeft)[0], centre.of(QueueEntered)[0]
    assert centre.kinds() == ["QueueLeft", "QueueEntered"]
    assert (left.queue, left.how) == ("support", VisitEnd.OVERFLOWED_MAX_WAIT)
    assert (entered.queue, entered.place, entered.number, entered.priority) == ("sales", came, 1, 2)
    # What the contact needs it needs there, too; what its queue needed it does not.
    assert entered.requirements == (Requirement("german", 2),)
    assert entered.passage == Passage((Requirement("german", 2),), passed=("support",), why=Reason.MAX_WAIT)
    position = [centre.floor.why_waiting(one).position for one in (contact, other)]  # type: ignore[union-attr]
    assert position == [0, 1]


def test_a_full_line_sends_on_before_the_contact_stood_in_it() -> None:
    centre = two(max_length=1)
    centre.call()
    contact = centre.call()
    assert centre.kinds() == ["ContactRegistered", "QueueRefused", "QueueEntered"]
    assert centre.of(QueueRefused)[0].how is VisitEnd.OVERFLOWED_FULL
    assert centre.of(QueueEntered)[0].visit == f"{contact}.v2"
    assert where(centre, contact) == "sales"


def test_a_full_queue_is_passed_over_for_the_next_rule_and_for_its_own_rules() -> None:
    chain = [
        queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"), to("vip"))),
        queue("sales", when_nobody=STAY, max_length=0, overflow=(to("night", Reason.FULL),)),
        queue("vip", when_nobody=STAY),
        queue("night", when_nobody=STAY),
    ]
    centre = Centre(queues=chain)
    contact = centre.call()
    centre.wait(60)
    assert where(centre, contact) == "night"
    assert centre.of(QueueEntered)[0].passage.passed == ("support", "sales")
    centre = Centre(queues=[chain[0], queue("sales", max_length=0, when_nobody=STAY), chain[2]])
    contact = centre.call()
    centre.wait(60)
    assert where(centre, contact) == "vip"


def test_where_no_queue_takes_it_the_flow_goes_on_with_the_first_reason() -> None:
    for sales in (queue("sales", max_length=0, when_nobody=STAY), queue("sales")):
        centre = Centre(queues=[queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"),)), sales])
        contact = centre.call()
        centre.wait(60)
        assert centre.of(QueueLeft)[0].how is VisitEnd.MAX_WAIT
        assert centre.floor.state.contacts[contact].stage is ContactStage.IN_FLOW


def test_a_circle_ends_where_it_began() -> None:
    # The configuration refuses one; the Floor ends it whatever it is given.
    here = queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"),))
    there = queue("sales", when_nobody=STAY, max_wait=MINUTE, overflow=(to("support"),))
    centre = Centre(queues=[here, there])
    contact = centre.call()
    centre.wait(60)
    assert where(centre, contact) == "sales"
    centre.wait(60)
    assert centre.of(QueueLeft)[0].how is VisitEnd.MAX_WAIT
    # Its flow may put it in line anew: that is a wait of its own.
    centre.tell(ContactQueued(contact, "support", place=centre.now - 2 * MINUTE))
    centre.wait(60)
    assert where(centre, contact) == "sales"


def test_it_knows_the_queues_that_it_came_through_in_their_order() -> None:
    chain = [
        queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"),)),
        queue("sales", when_nobody=STAY, max_wait=MINUTE, overflow=(to("vip"),)),
        queue("vip", when_nobody=STAY),
    ]
    centre = Centre(queues=chain)
    contact = centre.call()
    centre.wait(120)
    assert centre.of(QueueEntered)[-1].passage.passed == ("support", "sales")
    assert centre.floor.why_waiting(contact).came_from == "sales"  # type: ignore[union-attr]


def test_a_queue_that_it_came_through_is_not_asked_either_when_its_agent_is_lost() -> None:
    here = queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"),))
    there = queue("sales", when_nobody=STAY, max_wait=MINUTE, overflow=(to("support"),))
    centre = Centre(queues=[here, there], agents=[agent("anna", "sales")])
    centre.call()
    centre.wait(60)
    centre.sign_in("anna")
    centre.tell(OfferAccepted(centre.offered().offer, 1))
    centre.tell(WorkReturned("anna", TalkEnd.AGENT_LOST))
    centre.wait(60)
    assert [one.how for one in centre.of(QueueLeft)] == [VisitEnd.MAX_WAIT]


def test_the_steps_of_the_queue_that_it_comes_to_begin_then() -> None:
    expert = Wanted(None, (Step(SkillLevel("repairs", 1), 10 * SECOND),))
    centre = Centre(
        queues=[
            queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"),)),
            queue("sales", wanted=expert),
        ],
        agents=[agent("expert", "sales", skills={"repairs": 1})],
    )
    centre.sign_in("expert")
    centre.tell(AgentStateAsked("expert", AgentState.PAUSED, "break"))
    centre.call()
    centre.wait(60)
    assert centre.of(QueueEntered)[0].step_until == centre.now + 10 * SECOND


def test_a_queue_takes_whom_somebody_there_may_take_behind_his_last_step() -> None:
    centre = Centre(
        queues=[queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"),)), queue("sales")],
        agents=[agent("anna", "sales")],
    )
    centre.sign_in("anna")
    contact = centre.call(wanted=Wanted(None, (Step(SkillLevel("repairs", 1), 10 * SECOND),)))
    centre.wait(60)
    assert (where(centre, contact), centre.offered().agent) == ("sales", "anna")


def test_nobody_there_sends_on_and_so_does_the_last_who_signs_out() -> None:
    rules = (to("sales", Reason.NOBODY),)
    for when_nobody in WhenNobody:
        centre = two(when_nobody=when_nobody, overflow=rules, agents=[agent("anna"), agent("ben")])
        first = centre.call()
        assert where(centre, first) == "sales"
        assert centre.of(QueueLeft)[0].how is VisitEnd.OVERFLOWED_NOBODY
        centre.sign_in("anna")
        centre.call()
        waiting = centre.call()
        assert where(centre, waiting) == "support"
        centre.tell(AgentSignedOut("anna"))
        assert where(centre, waiting) == "sales"


def test_a_retired_queue_sends_on_by_the_rules_that_it_had() -> None:
    centre = two(overflow=(to("sales", Reason.CLOSED),))
    contact = centre.call()
    centre.tell(ConfigurationTaken(Configuration(2, (queue("sales", when_nobody=STAY),))))
    assert where(centre, contact) == "sales"
    assert centre.of(QueueLeft)[0].how is VisitEnd.OVERFLOWED_CLOSED


def test_a_target_that_is_gone_is_passed_over() -> None:
    centre = two(max_wait=MINUTE)
    support = centre.floor.configuration.queues[0]
    contact = centre.call()
    centre.tell(ConfigurationTaken(Configuration(2, (support,))))
    centre.wait(60)
    assert centre.of(QueueLeft)[0].how is VisitEnd.MAX_WAIT
    assert where(centre, contact) is None


def test_who_overflowed_is_with_his_flow_when_that_queue_is_retired() -> None:
    centre = two(max_wait=MINUTE)
    contact = centre.call()
    centre.wait(60)
    centre.tell(ConfigurationTaken(Configuration(2, (centre.floor.configuration.queues[0],))))
    assert centre.of(QueueLeft)[0].how is VisitEnd.QUEUE_CLOSED
    assert centre.floor.state.contacts[contact].stage is ContactStage.IN_FLOW


def test_while_an_agent_is_rung_it_stays_and_goes_on_when_he_does_not_take_it() -> None:
    centre = two(max_wait=5 * SECOND, agents=[agent("anna")])
    centre.sign_in("anna")
    contact = centre.call()
    offer = centre.offered()
    centre.wait(10)
    assert where(centre, contact) == "support"
    centre.tell(OfferRejected(offer.offer, offer.fence))
    assert where(centre, contact) == "sales"
    assert centre.of(QueueLeft)[0].how is VisitEnd.OVERFLOWED_MAX_WAIT


def test_an_agent_of_both_queues_gets_it_in_the_batch_in_which_it_goes_on() -> None:
    """The longest wait is reached at the very instant at which he is free again."""
    centre = two(
        max_wait=5 * SECOND, ring_time=5 * SECOND, agents=[agent("anna", "support"), agent("ben", "sales", "support")]
    )
    contact = centre.call()
    centre.now += 5 * SECOND
    centre.sign_in("ben")
    assert centre.offered().contact == contact
    assert centre.offered().queue == "sales"
    assert where(centre, contact) == "sales"
    # The deadline that comes up afterwards is no longer one.
    centre.tell(TimePassed())
    assert centre.events == []


def test_the_ring_time_and_wrap_up_are_those_of_the_queue_it_is_in_now() -> None:
    queues = [
        queue("support", when_nobody=STAY, max_wait=5 * SECOND, ring_time=9 * SECOND, overflow=(to("sales"),)),
        queue("sales", when_nobody=STAY, ring_time=30 * SECOND, max_wait=50 * SECOND),
    ]
    centre = Centre(queues=queues, agents=[agent("ben", "sales")])
    centre.sign_in("ben")
    centre.call()
    centre.wait(5)
    offer = centre.of(Offered)[0]
    assert offer.deadline == centre.now + 30 * SECOND
    assert centre.of(QueueEntered)[0].leave_at == centre.now + 50 * SECOND
    centre.wait(30)
    assert [event.end for event in centre.events if hasattr(event, "end")] == [OfferEnd.NO_ANSWER]


def test_who_waits_as_long_as_he_himself_wants_is_not_sent_on_for_it() -> None:
    centre = two(max_wait=MINUTE)
    contact = centre.call(max_wait=10 * SECOND)
    centre.wait(10)
    assert centre.of(QueueLeft)[0].how is VisitEnd.MAX_WAIT
    assert where(centre, contact) is None


def test_rules_that_come_later_hold_for_those_who_wait_already() -> None:
    centre = two(max_wait=MINUTE, overflow=(), requires=(Requirement("lights"),))
    contact = centre.call()
    support, sales = centre.floor.configuration.queues
    changed = msgspec.structs.replace(support, overflow=(to("sales"),))
    centre.tell(ConfigurationTaken(Configuration(2, (changed, sales))))
    centre.wait(60)
    assert where(centre, contact) == "sales"
    # What it brought itself was not kept apart: it needs what it needed.
    assert centre.of(QueueEntered)[0].requirements == (Requirement("lights"),)


@pytest.mark.parametrize("cut", range(1, 6))
def test_a_floor_restored_at_any_point_goes_on_the_same_way(cut: int) -> None:
    centre = two(max_wait=10 * SECOND, max_length=1, agents=[agent("ben", "sales")])
    restored = Floor()
    for number in range(6):
        if number == cut:
            restored.restore(centre.floor.snapshot())
            begun = len(centre.entries)
        if number == 3:
            centre.sign_in("ben")
        else:
            centre.tell(ContactArrived(f"x{number}", "acme", "voice", "n1"), ContactQueued(f"x{number}", "support"))
        centre.wait(4)
    for entry in centre.entries[begun:]:
        decided = [event for command in decode(entry.input) for event in restored.handle(command, entry.at).events]
        assert encode(decided) == entry.decisions
