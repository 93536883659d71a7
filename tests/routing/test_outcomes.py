"""The best expected outcome: who is chosen, who is held out, who is tried, and that the journal decides it again."""

import pytest

from support.floor import SECOND, Centre, agent, queue
from switchboard.routing import commands as asked
from switchboard.routing.floor import Floor
from switchboard.routing.model import Found, Refusal
from switchboard.routing.outcomes import (
    HOUR,
    AgentLearned,
    Expected,
    Group,
    Learned,
    OutcomeRule,
    QueueLearned,
    cost,
    group_of,
)
from switchboard.routing.strategies import STRATEGIES, Candidate, Choice, Request

NOW = 1_750_000_000 * SECOND
STRATEGY = STRATEGIES["best expected outcome"]
BEST_ONLY = OutcomeRule(hold_out=0, explore=0)


def expected(seconds: int, resolution: float | None = None, *, count: int = 100) -> Expected:
    return Expected(seconds * SECOND, resolution, None, count)


def known(**agents: Expected) -> Learned:
    of = {name: AgentLearned(one, {}) for name, one in agents.items()}
    return Learned(12, {"support": QueueLearned(expected(300), {}, of)})


def idle(name: str, *, worked: int = 0, available: int = 0) -> Candidate:
    return Candidate(name, NOW - 60 * SECOND, {}, worked=worked * SECOND, available=available * SECOND)


def chosen(learned: Learned | None, *some: Candidate, rule: OutcomeRule = BEST_ONLY, contact: str = "c1") -> Choice:
    choice = STRATEGY.choose(Request(None, contact, "support", "", rule, learned), iter(some), NOW)
    assert choice is not None
    return choice


def test_who_handles_faster_is_chosen_and_the_choice_says_by_how_much() -> None:
    choice = chosen(known(anna=expected(280), ben=expected(239)), idle("anna"), idle("ben"))
    assert (choice.agent, choice.score, list(choice.runners_up)) == ("ben", -239.0, [("anna", -280.0)])
    assert choice.outcome is not None
    assert (choice.outcome.version, choice.outcome.group) == (12, Group.BEST)


def test_a_resolved_contact_is_worth_what_the_queue_says() -> None:
    learned = known(fast=expected(200, 0.5), sound=expected(300, 0.9))
    assert chosen(learned, idle("fast"), idle("sound")).agent == "sound"
    careless = OutcomeRule(unresolved=60 * SECOND, hold_out=0, explore=0)
    assert chosen(learned, idle("fast"), idle("sound"), rule=careless).agent == "fast"
    assert cost(expected(200, 0.5), OutcomeRule()) == 350.0
    assert cost(Expected(200 * SECOND, None, 0.5, 9), OutcomeRule()) == 230.0


def test_the_entrance_counts_where_it_is_known() -> None:
    of = {
        "anna": AgentLearned(expected(250), {"hotline": expected(100)}),
        "ben": AgentLearned(expected(200), {"hotline": expected(400)}),
    }
    learned = Learned(1, {"support": QueueLearned(expected(225), {"hotline": expected(250)}, of)})
    agents = [idle("anna"), idle("ben")]
    by_hotline = STRATEGY.choose(Request(None, "c", "support", "hotline", BEST_ONLY, learned), iter(agents), NOW)
    assert by_hotline is not None
    assert by_hotline.agent == "anna"
    assert chosen(learned, *agents).agent == "ben"


def test_without_a_version_or_a_choice_it_is_the_longest_idle() -> None:
    plain = chosen(None, idle("anna"), idle("ben"))
    assert (plain.agent, plain.score) == ("anna", 60.0)
    alone = chosen(known(anna=expected(280)), idle("anna"))
    assert (alone.agent, alone.outcome) == ("anna", None)
    equals = known(anna=expected(200), ben=expected(200))
    assert chosen(equals, idle("ben"), idle("anna")).agent == "ben"


def test_in_an_hour_everybody_is_held_out_or_nobody() -> None:
    rule = OutcomeRule(hold_out=30, explore=20)
    for hour in range(NOW // HOUR, NOW // HOUR + 100):
        moments = [hour * HOUR, hour * HOUR + 1_800 * SECOND, (hour + 1) * HOUR - 1]
        groups = {group_of(f"c{number}", "support", moments[number % 3], rule) for number in range(60)}
        assert groups in ({Group.HELD_OUT}, {Group.BEST, Group.EXPLORING})
    queues = [[group_of("c1", queue, NOW + n * HOUR, rule) for n in range(24)] for queue in ("support", "sales")]
    assert queues[0] != queues[1], "each queue has hours of its own"


@pytest.mark.parametrize("share", [0, 10, 50])
def test_over_many_hours_the_shares_are_as_set(share: int) -> None:
    rule = OutcomeRule(hold_out=share, explore=5)
    hours = [group_of("c1", "support", NOW + number * HOUR, rule) for number in range(20_000)]
    assert hours.count(Group.HELD_OUT) / 20_000 == pytest.approx(share / 100, abs=0.01)
    others = [
        group
        for number in range(20_000)
        if (group := group_of(f"c{number}", "support", NOW + number * HOUR, rule)) is not Group.HELD_OUT
    ]
    assert others.count(Group.EXPLORING) / len(others) == pytest.approx(0.05, abs=0.01)


def test_who_is_held_out_goes_to_the_longest_idle_and_who_explores_to_the_unknown() -> None:
    learned = known(slow=expected(400), fast=expected(200), new=expected(390, count=3))
    some = [idle("slow"), idle("fast"), idle("new")]
    held_out = chosen(learned, *some, rule=OutcomeRule(hold_out=100))
    assert (held_out.agent, held_out.outcome and held_out.outcome.group) == ("slow", Group.HELD_OUT)
    exploring = OutcomeRule(hold_out=0, explore=100)
    tried = chosen(learned, *some, rule=exploring)
    assert (tried.agent, tried.score, tried.outcome and tried.outcome.group) == ("new", -3.0, Group.EXPLORING)
    nobody = chosen(learned, *some[:2], rule=exploring)
    assert (nobody.agent, nobody.outcome and nobody.outcome.group) == ("fast", Group.NOBODY_TO_EXPLORE)


def test_an_agent_much_busier_than_the_others_is_passed_over() -> None:
    learned = known(fast=expected(200), slow=expected(300))
    busy, rested = idle("fast", worked=9_000, available=940), idle("slow", worked=3_000, available=6_940)
    assert chosen(learned, busy, rested).agent == "slow"
    never = OutcomeRule(hold_out=0, explore=0, load_margin=100)
    assert chosen(learned, busy, rested, rule=never).agent == "fast"


def test_the_floor_goes_by_the_version_in_force_and_tells_it_again_from_its_snapshot() -> None:
    settings = queue("support", strategy="best expected outcome", outcome=BEST_ONLY)
    centre = Centre(queues=[settings], agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    learned = known(anna=expected(280), ben=expected(239))
    centre.tell(asked.LearnedVersionTaken(learned))
    again = centre.tell(asked.LearnedVersionTaken(learned))
    assert again.refusal is Refusal.OLD_LEARNED_VERSION
    centre.call()
    offered = centre.offered()
    assert offered.agent == "ben"
    assert offered.why.found is Found.AGENT
    assert offered.why.outcome is not None
    assert offered.why.outcome.version == 12
    restored = Floor()
    restored.restore(centre.floor.snapshot())
    assert restored.state.learned == learned
    assert restored.snapshot() == centre.floor.snapshot()
