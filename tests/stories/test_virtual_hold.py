"""Customers press a key, hang up, keep their place and are called: in days of the jumping clock, in milliseconds."""

import asyncio

from support.callbacks import CUSTOMER_FIRST, HOUR, SECOND, terms
from support.calling_back import CallBackHouse
from support.clock import START, LoopClock, run
from switchboard.agents.model import AgentState
from switchboard.channels.voice.known import Known
from switchboard.conversations.model import ArrivalEnd, ContactEnd, TalkEnd, arrival_end
from switchboard.outbound.callbacks.model import CallbackState, Outcome
from switchboard.routing.commands import (
    AgentSignedOut,
    AgentStateAsked,
    ContactLeft,
    WorkerLost,
    WorkReturned,
)
from switchboard.routing.events import ContactClosed, EngagementClosed, QueueEntered
from switchboard.routing.model import Asks, Requirement, Wanted


def test_he_presses_the_key_hangs_up_and_is_called_at_his_old_place() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna")
        await house.open("anna")
        await house.rings("talking", "+4930999")
        talk = await house.accept()
        await house.asks_to_be_called("first")
        since = house.one.place
        assert house.one.state is CallbackState.IN_LINE
        assert ("first" in house.calls, house.one.attempts) == (False, 0)
        await house.rings("later", "+4930555")
        turn = clock.now()
        await house.hang_up(talk)
        # He stands before the one who came later, and the agent is told how long he has waited.
        offer = house.offers[-1]
        assert offer.contact == house.one.contact
        assert offer.why.waited == turn - since > 0
        engagement = await house.accept()
        (phone,) = house.phones
        assert phone.uri == "sip:+4930123456@127.0.0.9"
        assert (phone.asked["from_user"], phone.asked["from_name"]) == ("100", "Acme")
        assert (house.one.state, house.one.attempts) == (CallbackState.CALLING, 1)
        phone.answer()
        await house.settle()
        assert house.one.state is CallbackState.DONE
        contact = offer.contact
        assert house.worker.hears[contact] == {1_000: [(100 + offer.offer, 1.0)], 100 + offer.offer: [(1_000, 1.0)]}
        await house.hang_up(engagement)
        assert phone.hung_up
        assert house.offers[-1].contact == "later"
        assert house.rows.joined == [(house.one.id, contact)]
        await house.close()

    run(story)


def test_a_customer_who_does_not_answer_frees_the_agent_at_once_and_is_called_again() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna", rule=terms(attempts=2, pause=600 * SECOND))
        await house.open()
        caller = await house.rings(
            "first", steps=[{"enqueue": {"queue": "support", "nobody": [{"callback": {"queue": "support"}}]}}]
        )
        caller.on_digit("1")
        await house.settle()
        caller.media.finish()
        await house.settle()
        assert house.one.state is CallbackState.WAITING, "nobody is signed in: it does not stand in line for nothing"
        await house.sign_in("anna")
        await house.settle()
        await house.accept()
        house.phones[0].refuse(486)
        await house.settle()
        assert (house.one.state, house.one.outcome) == (CallbackState.WAITING, Outcome.BUSY)
        closed = house.runner.of(ContactClosed)[-1]
        assert closed.how is ContactEnd.NOT_REACHED
        assert house.runner.of(EngagementClosed)[-1].wrap_up == 0
        desk = house.routing.desk("anna")
        assert desk is not None
        assert desk.agent.state is AgentState.AVAILABLE
        assert len(house.offers) == 1
        await asyncio.sleep(590)
        assert len(house.offers) == 1, "not before the pause is over"
        await asyncio.sleep(15)
        assert len(house.offers) == 2
        await house.accept()
        house.phones[1].refuse(480)
        await house.settle()
        assert (house.one.state, house.one.attempts) == (CallbackState.FAILED, 2)
        await asyncio.sleep(7_200)
        assert len(house.phones) == 2, "never more often than the rule says"
        await house.close()

    run(story)


def test_customer_first_he_confirms_and_waits_at_his_old_place() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna", rule=terms(mode=CUSTOMER_FIRST))
        await house.open("anna")
        await house.rings("talking", "+4930999")
        talk = await house.accept()
        await house.rings("earlier", "+4930777")
        await house.asks_to_be_called("first")
        await house.rings("later", "+4930555")
        await asyncio.sleep(100)
        assert house.phones == [], "somebody stands before him, and talks last three minutes as far as anybody knows"
        await house.hang_up(talk)
        talk = await house.accept()
        (phone,) = house.phones
        assert phone.at > START + 100 * SECOND
        phone.answer()
        await house.settle()
        contact = house.one.contact
        assert contact is not None
        customer = house.worker.legs[-1]
        assert customer.said[-1] == ("play", "/greeting.ul")
        house.calls[contact].digit("1")
        await house.settle()
        standing = house.routing.standing(contact)
        assert standing is not None
        assert standing.ahead == 0
        assert customer.said[-1] == ("music", "/music.ul")
        await house.hang_up(talk)
        assert house.offers[-1].contact == contact
        await house.accept()
        await house.settle()
        assert house.one.state is CallbackState.DONE
        await house.close()

    run(story)


def test_a_voice_box_confirms_nothing_and_gets_no_agent() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna", rule=terms(mode=CUSTOMER_FIRST, attempts=1))
        await house.open("anna")
        await house.asks_to_be_called("first")
        offers = len(house.offers)
        await asyncio.sleep(1)
        (phone,) = house.phones
        phone.answer()
        for _ in range(3):
            await house.settle()
            house.worker.legs[-1].finish()
            await asyncio.sleep(6)
        await house.settle()
        assert (house.one.state, house.one.outcome) == (CallbackState.FAILED, Outcome.NOT_CONFIRMED)
        assert len(house.offers) == offers
        assert phone.hung_up
        await house.close()

    run(story)


def test_who_rings_himself_meanwhile_takes_his_place_over() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna")
        await house.open("anna")
        await house.rings("talking", "+4930999")
        talk = await house.accept()
        await house.asks_to_be_called("first")
        await house.rings("later", "+4930555")
        await house.rings("again")
        assert house.one.state is CallbackState.SETTLED
        assert [standing.ahead for one in ("again", "later") if (standing := house.routing.standing(one))] == [0, 1]
        await house.hang_up(talk)
        assert house.offers[-1].contact == "again"
        await house.close()

    run(story)


def test_it_stands_in_line_by_day_only() -> None:
    async def story(clock: LoopClock) -> None:
        # The stories begin at 17:06 in Berlin.
        house = CallBackHouse(clock, "anna", rule=terms(first=8 * 60, last=18 * 60))
        await house.open("anna")
        await house.rings("talking", "+4930999")
        talk = await house.accept()
        await house.asks_to_be_called("first")
        place = house.one.place
        assert house.one.state is CallbackState.IN_LINE
        await asyncio.sleep(3_600)
        assert house.one.state is CallbackState.WAITING
        await house.hang_up(talk)
        await asyncio.sleep(13 * 3_600)
        assert len(house.offers) == 1, "nobody is called at night"
        await asyncio.sleep(3_600)
        assert house.offers[-1].contact == house.one.contact
        assert house.one.place == place
        await house.close()

    run(story)


def test_a_second_wish_of_the_same_number_keeps_the_first() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna")
        await house.open("anna")
        await house.rings("talking", "+4930999")
        await house.accept()
        await house.asks_to_be_called("first")
        caller = await house.rings("other", "+4930555")
        caller.on_digit("1")
        await house.settle()
        caller.on_digit("2")
        await house.settle()
        for key in "030123456#":
            caller.on_digit(key)
        await house.settle()
        caller.on_digit("1")
        await house.settle()
        assert len(house.rows.saved) == 1
        await house.close()

    run(story)


def test_a_center_that_dies_calls_back_at_the_old_place() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna")
        await house.open("anna")
        await house.rings("talking", "+4930999")
        await house.accept()
        await house.asks_to_be_called("first")
        place, before = house.one.place, house.one.contact
        await house.die()
        again = CallBackHouse(clock, "anna", rows=house.rows, journal=house.runner.journal)
        await again.open()
        await again.settle()
        await again.rings("later", "+4930555", [{"enqueue": {"queue": "support", "nobody": []}}])
        assert again.one.state is CallbackState.IN_LINE
        assert (again.one.place, again.one.contact != before, again.one.attempts) == (place, True, 0)
        assert again.offers[-1].contact == again.one.contact
        await again.close()

    run(story)


def test_nobody_left_puts_it_off_and_it_ends_when_its_time_is_over() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna", rule=terms(keep=2 * HOUR))
        await house.open("anna")
        await house.rings("talking", "+4930999")
        await house.accept()
        await house.asks_to_be_called("first")
        await house.routing.command(AgentSignedOut("anna", forced=True))
        await house.settle()
        assert house.one.state is CallbackState.WAITING
        await asyncio.sleep(7_300)
        assert house.one.state is CallbackState.EXPIRED
        assert house.phones == []
        await house.close()

    run(story)


def test_an_agent_who_is_lost_while_the_phone_rings_loses_nobody() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna", "ben")
        await house.open("anna")
        await house.asks_to_be_called("first")
        await asyncio.sleep(1)
        await house.accept()
        await house.routing.command(WorkReturned("anna", TalkEnd.AGENT_LOST))
        await house.settle()
        house.phones[0].answer()
        await house.settle()
        assert house.worker.legs[-1].said[-1] == ("music", "/music.ul")
        await house.sign_in("ben")
        await house.accept()
        await house.settle()
        assert (house.one.state, len(house.phones)) == (CallbackState.DONE, 1)
        await house.close()

    run(story)


def test_whoever_is_cut_off_while_his_phone_rings_was_answered_by_nobody() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna", rule=terms(attempts=5, pause=60 * SECOND))
        await house.open("anna")

        async def rings_again() -> str:
            """An agent has taken the call-back, and the customer's phone rings; returns the engagement."""
            for _ in range(120):
                if house.routing.lease_holds(house.offers[-1].offer, house.offers[-1].fence):
                    break
                await asyncio.sleep(1)
            engagement = await house.accept()
            assert house.one.state is CallbackState.CALLING
            return engagement

        def ended() -> tuple[ContactEnd, ArrivalEnd]:
            closed = house.runner.of(ContactClosed)[-1]
            end = arrival_end(closed.how, visit=closed.visit, talked=closed.talked, why=closed.why)
            return closed.how, end

        await house.asks_to_be_called("first")
        not_reached = (ContactEnd.NOT_REACHED, ArrivalEnd.CALL_BACK_NOT_REACHED)
        await house.hang_up(await rings_again())
        assert ended() == not_reached, "the agent hung up"
        await rings_again()
        await house.routing.command(WorkerLost("n1", house.worker.id))
        await house.settle()
        assert ended() == (ContactEnd.MEDIA_LOST, ArrivalEnd.MEDIA_LOST), "its media worker died"
        await rings_again()
        await house.routing.command(WorkReturned("anna", TalkEnd.AGENT_LOST))
        await house.settle()
        house.phones[-1].answer()
        await house.settle()
        await house.routing.command(ContactLeft(str(house.one.contact)))
        await house.settle()
        assert ended() == (ContactEnd.ABANDONED, ArrivalEnd.ABANDONED), "his agent was lost before he answered"
        await house.sign_in("anna")
        await house.routing.command(AgentStateAsked("anna", AgentState.AVAILABLE))
        await house.settle()
        talk = await rings_again()
        house.phones[-1].answer()
        await house.settle()
        await house.hang_up(talk)
        assert ended() == (ContactEnd.ANSWERED, ArrivalEnd.ANSWERED), "they talked"
        await house.close()

    run(story)


def test_what_a_customer_needs_holds_in_line_and_for_his_call_back() -> None:
    async def story(clock: LoopClock) -> None:
        house = CallBackHouse(clock, "anna")
        await house.open("anna")
        await house.rings("talking", "+4930999")
        await house.accept()
        await house.asks_to_be_called("german", known=Known(needs=(("german", 2),), priority=50))
        first, again = [one for one in house.runner.of(QueueEntered) if one.contact in {"german", house.one.contact}]
        for entered in (first, again):
            assert entered.requirements == (Requirement("german", 2),)
            assert entered.priority == 50
            assert entered.wanted == Wanted(asks=Asks((Requirement("german", 2),), 50)), "it says for whose sake"
        await house.close()

    run(story)
