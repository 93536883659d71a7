"""Steps of requirements: each its time, skipped when nobody could, at the same place in line."""

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState
from switchboard.conversations.model import TalkEnd, VisitEnd
from switchboard.routing.commands import (
    AgentSignedOut,
    AgentStateAsked,
    ConfigurationTaken,
    OfferAccepted,
    OfferRejected,
    WorkReturned,
)
from switchboard.routing.events import Offered, QueueEntered, QueueLeft, Widened, Widening
from switchboard.routing.floor.snapshot import load
from switchboard.routing.model import AfterSteps, AgentSettings, Configuration, Requirement, Step, Wanted, WhenNobody
from switchboard.routing.requirement_text import read_needs

EXPERT, SENIOR = Step(read_needs("repairs >= 3"), 10 * SECOND), Step(read_needs("repairs or agent:ben"), 20 * SECOND)
SKILLED = [agent("expert", skills={"repairs": 4}), agent("ben"), agent("anna")]


def wanted(*steps: Step, after: AfterSteps = AfterSteps.ANYONE, needs: str = "") -> Wanted:
    return Wanted(read_needs(needs) if needs else None, steps, after)


def busy(centre: Centre, *agents: str) -> None:
    for one in agents:
        centre.tell(AgentStateAsked(one, AgentState.PAUSED, "break"))


def test_each_step_lasts_its_time_then_the_wider_one_then_anyone() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("expert", "ben", "anna")
    busy(centre, "expert", "ben")
    contact = centre.call(wanted=wanted(EXPERT, SENIOR))
    visit = centre.floor.state.visits[f"{contact}.v1"]
    assert not centre.of(Offered)
    centre.wait(10)
    assert [(one.step, one.why) for one in centre.of(Widened)] == [(1, Widening.TIME)]
    assert visit.step_until == centre.now + 20 * SECOND
    centre.wait(20)
    assert [(one.step, one.until) for one in centre.of(Widened)] == [(2, None)]
    assert centre.offered().agent == "anna"


def test_who_fits_the_step_gets_it_before_whoever_was_idle_longer() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("anna", "ben", "expert")
    centre.call(wanted=wanted(EXPERT))
    assert centre.offered().agent == "expert"


def test_a_step_that_nobody_signed_in_could_satisfy_is_skipped_at_once() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("anna", "ben")
    centre.call(wanted=wanted(EXPERT, SENIOR))
    assert [(one.step, one.why) for one in centre.of(Widened)] == [(1, Widening.NOBODY)]
    assert centre.offered().agent == "ben"


def test_when_the_last_who_could_signs_out_the_next_step_comes_at_once() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("expert", "anna")
    busy(centre, "expert")
    centre.call(wanted=wanted(EXPERT))
    assert not centre.of(Offered)
    centre.tell(AgentSignedOut("expert"))
    assert [(one.step, one.why) for one in centre.of(Widened)] == [(1, Widening.NOBODY)]
    assert centre.offered().agent == "anna"


def test_a_skill_that_is_taken_away_widens_for_those_who_wait() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("expert", "anna")
    busy(centre, "expert")
    centre.call(wanted=wanted(EXPERT))
    unlearned = (agent("expert"), *SKILLED[1:])
    centre.tell(ConfigurationTaken(Configuration(2, (queue(),), unlearned)))
    assert centre.offered().agent == "anna"


def test_a_changed_skill_or_team_counts_as_if_everything_were_made_anew() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("expert", "ben", "anna")
    busy(centre, "expert", "ben", "anna")
    for text in ("repairs >= 3", "repairs", "team:new or not repairs"):
        centre.call(wanted=wanted(Step(read_needs(text), SECOND), after=AfterSteps.STAY))
    changed = (agent("expert", skills={"repairs": 2}), AgentSettings("ben", ("support",), team="new"), SKILLED[2])
    line = centre.floor.state.queues["support"]
    centre.tell(ConfigurationTaken(Configuration(2, (queue(),), changed)))
    assert centre.floor.state.queues["support"] is line
    anew = load(centre.floor.snapshot()).queues["support"]
    assert {needs: lane.eligible for needs, lane in anew.lanes.items()} == {
        needs: lane.eligible for needs, lane in line.lanes.items() if lane.line
    }
    assert line.members == anew.members


def test_after_the_last_step_it_may_stay_for_ever() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("expert", "anna")
    busy(centre, "expert")
    contact = centre.call(wanted=wanted(EXPERT, after=AfterSteps.STAY))
    centre.wait(3_600)
    assert not centre.events
    assert centre.floor.next_deadline() is None
    centre.tell(AgentStateAsked("expert", AgentState.AVAILABLE))
    assert centre.offered().contact == contact


def test_nobody_for_a_step_that_stays_lets_the_flow_go_on_or_waits_as_the_queue_says() -> None:
    for nobody, left in ((WhenNobody.LEAVE, [VisitEnd.NOBODY_SIGNED_IN]), (WhenNobody.STAY, [])):
        centre = Centre(queues=[queue(when_nobody=nobody)], agents=SKILLED)
        centre.sign_in("anna")
        centre.call(wanted=wanted(EXPERT, after=AfterSteps.STAY))
        assert [one.how for one in centre.of(QueueLeft)] == left


def test_what_is_always_needed_is_never_widened() -> None:
    centre = Centre(queues=[queue(wanted=wanted(needs="not team:trainees"))], agents=[])
    agents = (AgentSettings("new", ("support",), {}, team="trainees"), agent("anna"))
    centre.tell(ConfigurationTaken(Configuration(2, centre.floor.configuration.queues, agents)))
    centre.sign_in("new", "anna")
    busy(centre, "anna")
    centre.call(wanted=wanted(EXPERT))
    assert not centre.of(Offered)
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    assert centre.offered().agent == "anna"


def test_the_place_in_line_is_kept_through_every_step() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("anna", "expert")
    busy(centre, "anna", "expert")
    first = centre.call(wanted=wanted(EXPERT))
    second = centre.call()
    centre.wait(11)
    assert centre.floor.why_waiting(first).position == 0  # type: ignore[union-attr]
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    assert centre.offered().contact == first
    assert centre.floor.why_waiting(second).position == 0  # type: ignore[union-attr]


def test_a_step_that_runs_out_while_it_rings_lets_it_ring() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("expert", "anna")
    centre.call(wanted=wanted(EXPERT))
    offer = centre.offered()
    centre.wait(15)
    assert centre.floor.lease_holds(offer.offer, offer.fence)
    assert not centre.of(Widened)
    centre.tell(OfferRejected(offer.offer, offer.fence))
    assert [one.why for one in centre.of(Widened)] == [Widening.TIME]
    assert centre.offered().agent == "anna"


def test_whom_his_agent_left_is_back_in_the_step_he_was_in() -> None:
    centre = Centre(agents=SKILLED)
    centre.sign_in("ben", "anna")
    busy(centre, "anna")
    centre.call(wanted=wanted(EXPERT, SENIOR))
    offer = centre.offered()
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    centre.tell(WorkReturned(offer.agent, TalkEnd.AGENT_LOST))
    (back,) = centre.of(QueueEntered)
    assert (back.step, back.step_until) == (1, centre.now + 20 * SECOND)


def test_least_levels_and_expressions_hold_together() -> None:
    centre = Centre(
        queues=[queue(requires=(Requirement("repairs", 2),), wanted=wanted(needs="not agent:expert"))],
        agents=[*SKILLED, agent("cleo", skills={"repairs": 2})],
    )
    centre.sign_in("expert", "ben", "anna", "cleo")
    centre.call()
    assert centre.offered().agent == "cleo"
