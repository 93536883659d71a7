"""Agents who work on several contacts at a time: slots by channel, what may interrupt, silent conversations, misses."""

import pytest

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState, Capacity, Stop
from switchboard.conversations.model import OfferEnd, TalkEnd
from switchboard.routing.commands import (
    ActivityTold,
    AgentSignedOut,
    AgentStateAsked,
    ConfigurationTaken,
    EngagementEnded,
    OfferAccepted,
    OfferFailed,
    OfferRejected,
    ReachChanged,
    WrapUpFinished,
)
from switchboard.routing.events import AgentStateChanged, Offered, QueueLeft
from switchboard.routing.model import AgentSettings, Configuration, Delays, Exclusion, Refusal

CHATS = Capacity({"voice": 1, "chat": 3}, {"chat": ("voice",)})
ENGAGED, WRAP_UP, AVAILABLE = AgentState.ENGAGED, AgentState.WRAP_UP, AgentState.AVAILABLE


def centre(*agents: AgentSettings, **settings: object) -> Centre:
    floor = Centre(queues=[queue(**settings)], agents=agents or (sharing("anna"),))
    floor.sign_in(*[one.id for one in agents or (sharing("anna"),)])
    return floor


def sharing(id_: str, capacity: Capacity = CHATS) -> AgentSettings:
    return AgentSettings(id_, ("support",), capacity=capacity)


def take(floor: Centre) -> str:
    """Accept what rings; the engagement's id."""
    [lease] = floor.floor.state.leases.values()
    engagement = floor.tell(OfferAccepted(lease.offer, lease.fence)).engagement
    assert engagement is not None
    return engagement


def chats(floor: Centre, count: int) -> list[str]:
    taken = []
    for _ in range(count):
        floor.call(channel="chat")
        taken.append(take(floor))
    return taken


def rings(floor: Centre) -> list[str]:
    return [lease.contact for lease in floor.floor.state.leases.values()]


def test_three_chats_at_once_and_a_fourth_waits() -> None:
    floor = centre()
    first, *_ = chats(floor, 3)
    waiting = floor.call(channel="chat")
    assert rings(floor) == []
    assert floor.floor.why_waiting(waiting).stops == {"anna": Exclusion.AT_CAPACITY}
    assert floor.state("anna") is ENGAGED
    floor.tell(EngagementEnded(first, TalkEnd.CUSTOMER))
    assert rings(floor) == [waiting]
    assert floor.state("anna") is ENGAGED


def test_a_call_interrupts_chats_and_nothing_interrupts_a_call() -> None:
    floor = centre()
    chats(floor, 1)
    call = floor.call()
    assert rings(floor) == [call]
    engagement = take(floor)
    chat = floor.call(channel="chat")
    assert rings(floor) == []
    assert floor.floor.why_waiting(chat).stops == {"anna": Exclusion.ENGAGED}
    floor.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    assert rings(floor) == [chat]


def test_a_call_is_exclusive_whatever_room_there_is() -> None:
    floor = centre()
    floor.call()
    take(floor)
    second = floor.call()
    assert floor.floor.why_waiting(second).stops == {"anna": Exclusion.AT_CAPACITY}
    assert rings(floor) == []


def test_one_rings_at_a_time() -> None:
    floor = centre()
    first, second = floor.call(channel="chat"), floor.call(channel="chat")
    assert rings(floor) == [first]
    assert floor.floor.why_waiting(second).stops == {"anna": Exclusion.OFFERED}
    take(floor)
    assert rings(floor) == [second]


def test_a_chat_in_wrap_up_holds_its_slot_until_it_is_finished() -> None:
    floor = centre(sharing("anna", Capacity({"chat": 2})), wrap_up=60 * SECOND)
    first, second = chats(floor, 2)
    waiting = floor.call(channel="chat")
    floor.tell(EngagementEnded(first, TalkEnd.AGENT))
    assert floor.state("anna") is ENGAGED
    assert rings(floor) == []
    floor.wait(10)
    floor.tell(EngagementEnded(second, TalkEnd.AGENT))
    anna = floor.floor.state.agents["anna"]
    # The state ends with the wrap-up that may last longest.
    assert (anna.state, anna.until) == (WRAP_UP, floor.now + 60 * SECOND)
    floor.tell(WrapUpFinished(first))
    assert rings(floor) == [waiting]
    assert anna.state is WRAP_UP
    take(floor)
    assert anna.state is ENGAGED


def test_a_silent_conversation_gives_its_slot_free_and_takes_it_back_even_beyond_the_capacity() -> None:
    floor = centre(sharing("anna", Capacity({"chat": 2})))
    first, _ = chats(floor, 2)
    waiting = floor.call(channel="chat")
    assert floor.tell(ActivityTold(first, active=False)).done
    assert rings(floor) == [waiting]
    take(floor)
    # He is the customer's agent, and has one more than he may; nothing new comes before he is below it.
    assert floor.tell(ActivityTold(first, active=True)).done
    late = floor.call(channel="chat")
    assert len(floor.floor.state.agents["anna"].engagements) == 3
    floor.tell(EngagementEnded(first, TalkEnd.CUSTOMER))
    assert rings(floor) == []
    floor.tell(ActivityTold("c2.e1", active=False))
    assert rings(floor) == [late]


def test_saying_twice_that_a_conversation_is_silent_changes_nothing() -> None:
    floor = centre()
    [chat] = chats(floor, 1)
    floor.tell(ActivityTold(chat, active=True))
    assert floor.events == []
    floor.tell(ActivityTold(chat, active=False))
    floor.tell(ActivityTold(chat, active=False))
    assert floor.events == []
    assert floor.tell(ActivityTold("nobody", active=False)).refusal is Refusal.UNKNOWN_ENGAGEMENT
    assert floor.tell(EngagementEnded(chat, TalkEnd.CUSTOMER)).done
    assert floor.tell(ActivityTold(chat, active=False)).refusal is Refusal.UNKNOWN_ENGAGEMENT


def test_a_delay_after_a_miss_holds_for_all_channels_while_he_goes_on_with_his_work() -> None:
    floor = centre()
    [chat] = chats(floor, 1)
    call = floor.call()
    [lease] = floor.floor.state.leases.values()
    floor.tell(OfferRejected(lease.offer, lease.fence))
    assert floor.state("anna") is ENGAGED
    assert rings(floor) == []
    assert floor.floor.why_waiting(call).stops == {"anna": Exclusion.DELAYED}
    floor.wait(4)
    assert rings(floor) == []
    floor.wait(1)
    assert rings(floor) == [call]
    floor.tell(OfferFailed(*_lease(floor), OfferEnd.BUSY))
    # His work ends first: what is left of the delay becomes his state.
    floor.tell(EngagementEnded(chat, TalkEnd.CUSTOMER))
    assert floor.state("anna") is AgentState.DELAYED
    floor.wait(10)
    assert rings(floor) == [call]


def test_what_is_left_of_a_delay_when_his_work_ends_counts_from_the_miss() -> None:
    floor = centre()
    [chat] = chats(floor, 1)
    call = floor.call()
    floor.tell(OfferFailed(*_lease(floor), OfferEnd.BUSY))
    floor.wait(4)
    floor.tell(EngagementEnded(chat, TalkEnd.CUSTOMER))
    assert floor.floor.state.agents["anna"].until == floor.now + 6 * SECOND
    floor.wait(5)
    assert rings(floor) == []
    floor.wait(1)
    assert rings(floor) == [call]


def test_a_rest_that_was_ended_does_not_end_the_next_one() -> None:
    floor = centre()
    chats(floor, 1)
    call = floor.call()
    floor.tell(OfferRejected(*_lease(floor)))
    floor.tell(AgentStateAsked("anna", AVAILABLE))
    floor.tell(OfferFailed(*_lease(floor), OfferEnd.BUSY))
    floor.wait(9)
    assert rings(floor) == []
    floor.wait(1)
    assert rings(floor) == [call]


def test_what_is_not_answered_beside_his_work_is_followed_by_a_rest_until_it_was_too_often() -> None:
    floor = Centre(agents=[sharing("anna")], delays=Delays(no_answer=7 * SECOND, misses=2))
    floor.sign_in("anna")
    chats(floor, 1)
    call = floor.call()
    floor.wait(20)
    assert floor.floor.why_waiting(call).stops == {"anna": Exclusion.DELAYED}
    floor.wait(6)
    assert rings(floor) == []
    floor.wait(1)
    assert rings(floor) == [call]
    floor.wait(20)
    assert floor.floor.state.agents["anna"].next_state is AgentState.NOT_RESPONDING


def test_who_is_lost_while_it_rings_beside_his_work_does_not_rest_when_he_is_back() -> None:
    floor = centre()
    chats(floor, 1)
    call = floor.call()
    floor.tell(ReachChanged("anna", reachable=False))
    assert rings(floor) == []
    floor.tell(ReachChanged("anna", reachable=True))
    assert rings(floor) == [call]


def test_saying_that_he_is_available_ends_a_delay_beside_his_work() -> None:
    floor = centre()
    chats(floor, 1)
    call = floor.call()
    floor.tell(OfferRejected(*_lease(floor)))
    floor.tell(AgentStateAsked("anna", AVAILABLE))
    assert rings(floor) == [call]


def test_what_rings_in_vain_beside_his_work_makes_him_not_responding_after_it() -> None:
    floor = centre()
    [chat] = chats(floor, 1)
    call = floor.call()
    floor.wait(20)
    assert floor.state("anna") is ENGAGED
    assert rings(floor) == []
    floor.tell(EngagementEnded(chat, TalkEnd.CUSTOMER))
    assert floor.state("anna") is AgentState.NOT_RESPONDING
    floor.tell(AgentStateAsked("anna", AVAILABLE))
    assert rings(floor) == [call]


@pytest.mark.parametrize("forced", [False, True])
def test_sign_out_waits_for_all_his_work_and_nothing_new_comes_meanwhile(forced: bool) -> None:
    floor = centre()
    first, second = chats(floor, 2)
    waiting = floor.call(channel="chat")
    assert rings(floor) == [waiting]
    assert floor.tell(AgentSignedOut("anna", forced)).done
    assert rings(floor) == []
    if forced:
        assert floor.state("anna") is AgentState.SIGNED_OUT
        assert not floor.floor.state.engagements
        return
    assert floor.state("anna") is ENGAGED
    floor.tell(EngagementEnded(first, TalkEnd.CUSTOMER))
    assert floor.state("anna") is ENGAGED
    # A silent customer is still his.
    floor.tell(ActivityTold(second, active=False))
    assert floor.state("anna") is ENGAGED
    floor.tell(EngagementEnded(second, TalkEnd.CUSTOMER))
    assert floor.state("anna") is AgentState.SIGNED_OUT


def test_a_pause_asked_for_beside_chats_comes_after_the_last_one() -> None:
    floor = centre()
    first, second = chats(floor, 2)
    floor.tell(AgentStateAsked("anna", AgentState.PAUSED, "break"))
    waiting = floor.call()
    assert floor.floor.why_waiting(waiting).stops == {"anna": Exclusion.ENGAGED}
    floor.tell(EngagementEnded(second, TalkEnd.CUSTOMER))
    assert floor.state("anna") is ENGAGED
    floor.tell(EngagementEnded(first, TalkEnd.CUSTOMER))
    assert floor.state("anna") is AgentState.PAUSED
    floor.tell(AgentStateAsked("anna", AVAILABLE))
    assert rings(floor) == [waiting]


def test_idle_agents_come_before_those_at_work_and_of_these_who_has_most_room() -> None:
    floor = centre(sharing("anna"), sharing("ben", Capacity({"chat": 5})), agent("cleo"))
    taken = []
    for _ in range(5):
        floor.call(channel="chat")
        taken.append(floor.offered().agent)
        take(floor)
    # All idle: by idle time. Then ben with 1 of 5, before anna with 1 of 3, and again with 2 of 5 before 3 of 5.
    assert taken == ["anna", "ben", "cleo", "ben", "anna"]


def test_least_occupied_sees_the_share_that_is_in_use() -> None:
    floor = centre(sharing("anna"), sharing("ben", Capacity({"chat": 5})), strategy="least occupied")
    chats(floor, 2)
    floor.call(channel="chat")
    offer = floor.offered()
    assert (offer.agent, offer.why.score) == ("ben", -1.2)
    assert [runner.agent for runner in offer.why.runners_up] == ["anna"]


def test_a_channel_with_no_slots_is_never_offered_and_does_not_count_as_somebody_there() -> None:
    floor = centre(sharing("anna", Capacity({"voice": 0, "chat": 2})))
    floor.call()
    assert floor.of(Offered) == []
    assert len(floor.of(QueueLeft)) == 1
    chat = floor.call(channel="chat")
    assert rings(floor) == [chat]


def test_in_a_queue_of_many_channels_he_gets_the_first_that_he_may_take() -> None:
    floor = centre()
    floor.call()
    call = take(floor)
    second, chat = floor.call(), floor.call(channel="chat")
    assert rings(floor) == []
    idle = floor.floor.why_idle("anna")
    assert idle is not None
    assert [(one.waiting, one.full) for one in idle.his] == [(2, Exclusion.AT_CAPACITY)]
    floor.tell(EngagementEnded(call, TalkEnd.CUSTOMER))
    assert rings(floor) == [second]
    floor.tell(OfferRejected(*_lease(floor)))
    floor.tell(AgentStateAsked("anna", AVAILABLE))
    assert rings(floor) == [second]
    take(floor)
    assert rings(floor) == []
    assert floor.floor.why_waiting(chat) is not None


def test_capacities_taken_away_leave_his_work_and_let_nothing_more_come() -> None:
    floor = centre()
    first, second = chats(floor, 2)
    before = floor.floor.configuration
    plain = Configuration(before.version + 1, before.queues, (agent("anna"),), before.delays)
    assert floor.tell(ConfigurationTaken(plain)).done
    waiting = floor.call(channel="chat")
    floor.tell(EngagementEnded(first, TalkEnd.CUSTOMER))
    assert floor.floor.why_waiting(waiting).stops == {"anna": Exclusion.ENGAGED}
    floor.tell(EngagementEnded(second, TalkEnd.CUSTOMER))
    assert rings(floor) == [waiting]


def test_another_contact_is_another_span_of_his_day() -> None:
    floor = centre()
    first, second = chats(floor, 2)
    floor.wait(10)
    floor.tell(EngagementEnded(second, TalkEnd.CUSTOMER))
    [told] = floor.of(AgentStateChanged)
    assert (told.before, told.contact_before, told.state, told.contact) == (ENGAGED, "c2", ENGAGED, "c1")
    floor.tell(EngagementEnded(first, TalkEnd.CUSTOMER))
    assert floor.state("anna") is AVAILABLE


def test_the_rules_of_a_capacity() -> None:
    assert CHATS.stops("chat", {}) is None
    assert CHATS.stops("chat", {"chat": 3}) is Stop.FULL
    assert CHATS.stops("voice", {"chat": 3}) is None
    assert CHATS.stops("chat", {"voice": 1}) is Stop.WORK
    # A channel that is not named has one slot, and may not come beside others.
    assert CHATS.stops("mail", {}) is None
    assert CHATS.stops("mail", {"mail": 1}) is Stop.FULL
    assert CHATS.stops("mail", {"chat": 1}) is Stop.WORK
    assert CHATS.used({"chat": 2}) == 666
    assert CHATS.used({"chat": 3, "voice": 1}) == 1_000


def _lease(floor: Centre) -> tuple[int, int]:
    [lease] = floor.floor.state.leases.values()
    return lease.offer, lease.fence
