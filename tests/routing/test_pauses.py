"""A pause that lasts longer than its reason allows: what comes then, and what may never be cut short by it."""

import pytest

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState, Reason
from switchboard.conversations.model import TalkEnd
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    AgentStateAsked,
    ConfigurationTaken,
    EngagementEnded,
    OfferAccepted,
    WrapUpFinished,
)
from switchboard.routing.events import AgentStateChanged
from switchboard.routing.floor import Floor
from switchboard.routing.model import Configuration
from switchboard.routing.pauses import TOO_LONG, PauseLimit, limits_of

MINUTE = 60 * SECOND
AVAILABLE, PAUSED, SILENT, OUT = (
    AgentState.AVAILABLE,
    AgentState.PAUSED,
    AgentState.NOT_RESPONDING,
    AgentState.SIGNED_OUT,
)


def centre(then: AgentState = SILENT, **settings: object) -> Centre:
    floor = Centre(
        queues=[queue(wrap_up=30 * SECOND)],
        agents=[agent("anna")],
        pauses=[PauseLimit("break", 15 * MINUTE, then)],
        **settings,  # type: ignore[arg-type]
    )
    floor.sign_in("anna")
    return floor


def pause(floor: Centre, reason: str | None = "break") -> None:
    assert floor.tell(AgentStateAsked("anna", PAUSED, reason)).done


@pytest.mark.parametrize(("then", "reason"), [(AVAILABLE, None), (SILENT, TOO_LONG), (OUT, None)])
def test_what_is_set_comes_when_the_time_is_over_and_not_before(then: AgentState, reason: str | None) -> None:
    floor = centre(then)
    pause(floor)
    anna = floor.floor.state.agents["anna"]
    assert (anna.until, anna.then) == (floor.now + 15 * MINUTE, then)
    floor.wait(899)
    assert floor.state("anna") is PAUSED
    floor.wait(1)
    [told] = floor.of(AgentStateChanged)
    assert (told.state, told.reason, told.overran, told.reason_before) == (then, reason, True, "break")
    assert (anna.until, anna.then) == (None, None)
    assert floor.floor.next_deadline() is None


def test_whoever_comes_back_in_time_is_left_alone() -> None:
    floor = centre(OUT)
    pause(floor)
    floor.wait(600)
    assert floor.tell(AgentStateAsked("anna", AVAILABLE)).done
    [told] = floor.of(AgentStateChanged)
    assert not told.overran
    floor.wait(3_600)
    assert floor.state("anna") is AVAILABLE


def test_a_reason_without_a_rule_lasts_and_another_reason_has_its_own_time() -> None:
    floor = centre(OUT)
    pause(floor, "meeting")
    floor.wait(7_200)
    assert floor.state("anna") is PAUSED
    pause(floor)
    floor.wait(899)
    # Asking for what already is does not begin the pause anew.
    pause(floor)
    floor.wait(1)
    assert floor.state("anna") is OUT


def test_available_after_a_pause_gets_who_waits() -> None:
    floor = centre(AVAILABLE)
    pause(floor)
    floor.call()
    floor.wait(900)
    assert floor.state("anna") is AgentState.OFFERED


def test_a_pause_asked_for_during_work_begins_and_is_counted_when_the_work_is_over() -> None:
    floor = centre(OUT)
    floor.call()
    offer = floor.offered()
    engagement = floor.tell(OfferAccepted(offer.offer, offer.fence)).engagement
    pause(floor)
    floor.wait(1_000)
    # No pause yet, and nothing that could sign her out of a talk.
    assert floor.state("anna") is AgentState.ENGAGED
    floor.tell(EngagementEnded(engagement or "", TalkEnd.CUSTOMER))
    assert floor.state("anna") is AgentState.WRAP_UP
    floor.tell(WrapUpFinished(engagement or ""))
    assert floor.state("anna") is PAUSED
    floor.wait(900)
    assert floor.state("anna") is OUT


def test_signing_in_with_a_pause_has_its_time_as_well() -> None:
    floor = centre()
    floor.tell(AgentSignedOut("anna"))
    floor.tell(AgentSignedIn("anna", "n1", floor.floor.state.agents["anna"].reach, True, PAUSED, "break"))
    floor.wait(900)
    assert floor.state("anna") is SILENT


def test_the_rule_that_held_when_the_pause_began_holds_to_its_end_and_through_a_restart() -> None:
    floor = centre(OUT)
    pause(floor)
    before = floor.floor.configuration
    plain = Configuration(before.version + 1, before.queues, before.agents, before.delays)
    assert floor.tell(ConfigurationTaken(plain)).done
    restored = Floor()
    restored.restore(floor.floor.snapshot())
    assert restored.next_deadline() == floor.floor.next_deadline() == floor.now + 15 * MINUTE
    floor.wait(900)
    assert floor.state("anna") is OUT
    floor.sign_in("anna")
    pause(floor)
    floor.wait(3_600)
    assert floor.state("anna") is PAUSED


def test_only_reasons_that_end_a_pause_reach_the_floor() -> None:
    reasons = [
        Reason("tea", "Tea"),
        Reason("lunch", "Lunch", 30 * MINUTE),
        Reason("break", "Break", 15 * MINUTE, OUT),
    ]
    assert limits_of(reasons) == (PauseLimit("break", 15 * MINUTE, OUT),)
