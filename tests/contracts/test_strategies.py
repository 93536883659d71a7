"""What every routing strategy promises, run against every line of the registry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.histories import learned_versions
from support.histories import needs as any_needs
from switchboard.routing.outcomes import Learned, OutcomeRule
from switchboard.routing.requirement_text import read_needs
from switchboard.routing.requirements import Needs
from switchboard.routing.strategies import STRATEGIES, Candidate, Request, Strategy
from switchboard.routing.strategies.contract import RUNNERS_UP

NOW = 1_750_000_000_000_000

candidates = st.lists(
    st.builds(
        Candidate,
        st.text("abcdef", min_size=1, max_size=4),
        st.integers(NOW - 10**10, NOW),
        st.dictionaries(st.sampled_from(["english", "french"]), st.integers(1, 9)),
        st.integers(1, 3),
        st.integers(0, 3),
        st.integers(0, 10**9),
        st.integers(0, 10**9),
        st.integers(0, 9),
    ),
    unique_by=lambda candidate: candidate.agent,
    max_size=20,
).map(lambda some: sorted(some, key=lambda candidate: (candidate.idle_since, candidate.agent)))
versions: st.SearchStrategy[Learned | None] = st.none() | learned_versions(st.text("abcdef", min_size=1, max_size=4))
requests = st.builds(
    Request,
    st.none() | any_needs,
    st.text("0123456789", min_size=1, max_size=6),
    st.just("sales"),
    st.sampled_from(["", "hotline", "letter"]),
    rule=st.builds(OutcomeRule, hold_out=st.sampled_from([0, 50]), explore=st.sampled_from([0, 50])),
    learned=versions,
)


every_strategy = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=list(STRATEGIES))


@every_strategy
def test_nobody_is_chosen_from_nobody(strategy: Strategy) -> None:
    assert strategy.choose(Request(None), iter(()), NOW) is None


@every_strategy
@given(asked=requests, idle=candidates.filter(bool))
def test_one_of_them_is_chosen_and_the_rest_are_ranked(
    strategy: Strategy, asked: Request, idle: list[Candidate]
) -> None:
    choice = strategy.choose(asked, iter(idle), NOW)
    assert choice is not None
    together = choice.together or ()
    named = [choice.agent, *(one for one, _ in (*together, *choice.runners_up))]
    assert len(set(named)) == len(named)
    assert set(named) <= {candidate.agent for candidate in idle}
    # A strategy may pass over some who could.
    assert len(choice.runners_up) <= min(RUNNERS_UP, len(idle) - 1 - len(together))
    scores = [choice.score, *(score for _, score in (*together, *choice.runners_up))]
    assert scores == sorted(scores, reverse=True)


@every_strategy
@given(asked=requests, idle=candidates)
def test_the_same_candidates_give_the_same_choice(strategy: Strategy, asked: Request, idle: list[Candidate]) -> None:
    assert strategy.choose(asked, iter(idle), NOW) == strategy.choose(asked, iter(idle), NOW)


def test_ring_all_leaves_nobody_out_and_lets_others_join() -> None:
    choice = STRATEGIES["ring all"].choose(Request(None), iter([candidate("first"), candidate("second")]), NOW)
    assert choice is not None
    assert (choice.agent, [one for one, _ in choice.together or ()]) == ("first", ["second"])
    alone = STRATEGIES["ring all"].choose(Request(None), iter([candidate("only")]), NOW)
    assert alone is not None
    assert alone.together is not None


def test_longest_idle_takes_the_first_and_looks_at_no_more_than_it_records() -> None:
    taken = []

    def idle() -> object:
        for number in range(100):
            taken.append(number)
            yield Candidate(f"a{number}", NOW - 1_000_000 * (100 - number), {})

    choice = STRATEGIES["longest idle"].choose(Request(None), idle(), NOW)  # type: ignore[arg-type]
    assert choice is not None
    assert (choice.agent, choice.score) == ("a0", 100.0)
    assert len(taken) == 1 + RUNNERS_UP


def chosen(strategy: str, needed: Needs | None, *idle: Candidate) -> str:
    choice = STRATEGIES[strategy].choose(Request(needed), iter(idle), NOW)
    assert choice is not None
    return choice.agent


def candidate(name: str, **known: object) -> Candidate:
    return Candidate(name, NOW - 1_000, known.pop("skills", {}), **known)  # type: ignore[arg-type]


def test_most_skilled_counts_the_skills_that_are_asked_for_and_not_those_that_are_excluded() -> None:
    linguist = candidate("linguist", skills={"german": 2, "french": 9})
    expert = candidate("expert", skills={"german": 4})
    assert chosen("most skilled", read_needs("german and not french > 9"), linguist, expert) == "expert"
    assert chosen("most skilled", None, expert, linguist) == "linguist"


def test_least_skilled_keeps_the_expert_free() -> None:
    expert, just_enough = candidate("expert", skills={"german": 4, "french": 2}), candidate("new", skills={"german": 1})
    assert chosen("least skilled", read_needs("german"), expert, just_enough) == "new"


def test_least_occupied_compares_shares_of_the_time_since_sign_in() -> None:
    long_day = candidate("long day", worked=6_000, available=6_000)
    short_day = candidate("short day", worked=1_000, available=500)
    assert chosen("least occupied", None, long_day, short_day) == "short day"
    assert chosen("least occupied", None, long_day, short_day, candidate("just here")) == "just here"


def test_round_robin_takes_whose_last_offer_is_the_longest_ago() -> None:
    assert chosen("round robin", None, candidate("a", last_offer=7), candidate("b", last_offer=3)) == "b"
    assert chosen("round robin", None, candidate("a", last_offer=7), candidate("b")) == "b"


def test_a_lower_tier_waits_for_the_first_and_the_cheapest_comes_first() -> None:
    assert chosen("ordered tiers", None, candidate("second", tier=2), candidate("first")) == "first"
    assert chosen("least cost", None, candidate("dear", cost=40), candidate("cheap", cost=20)) == "cheap"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_of_equals_the_longest_idle_is_chosen(strategy: str) -> None:
    assert chosen(strategy, None, candidate("first"), candidate("second")) == "first"
