"""What every routing strategy promises, run against every line of the registry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.routing.model import Requirement
from switchboard.routing.strategies import STRATEGIES, Candidate, Strategy
from switchboard.routing.strategies.contract import RUNNERS_UP

NOW = 1_750_000_000_000_000

candidates = st.lists(
    st.builds(
        Candidate,
        st.text("abcdef", min_size=1, max_size=4),
        st.integers(NOW - 10**10, NOW),
        st.dictionaries(st.sampled_from(["english", "french"]), st.integers(1, 9)),
    ),
    unique_by=lambda candidate: candidate.agent,
    max_size=20,
).map(lambda some: sorted(some, key=lambda candidate: (candidate.idle_since, candidate.agent)))
requirements = st.lists(st.builds(Requirement, st.sampled_from(["english", "french"])), max_size=2)


every_strategy = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=list(STRATEGIES))


@every_strategy
def test_nobody_is_chosen_from_nobody(strategy: Strategy) -> None:
    assert strategy.choose((), iter(()), NOW) is None


@every_strategy
@given(needed=requirements, idle=candidates.filter(bool))
def test_one_of_them_is_chosen_and_the_rest_are_ranked(
    strategy: Strategy, needed: list[Requirement], idle: list[Candidate]
) -> None:
    choice = strategy.choose(needed, iter(idle), NOW)
    assert choice is not None
    named = [choice.agent, *(runner for runner, _ in choice.runners_up)]
    assert len(set(named)) == len(named)
    assert set(named) <= {candidate.agent for candidate in idle}
    assert len(choice.runners_up) == min(RUNNERS_UP, len(idle) - 1)
    scores = [choice.score, *(score for _, score in choice.runners_up)]
    assert scores == sorted(scores, reverse=True)


@every_strategy
@given(needed=requirements, idle=candidates)
def test_the_same_candidates_give_the_same_choice(
    strategy: Strategy, needed: list[Requirement], idle: list[Candidate]
) -> None:
    assert strategy.choose(needed, iter(idle), NOW) == strategy.choose(needed, iter(idle), NOW)


def test_longest_idle_takes_the_first_and_looks_at_no_more_than_it_records() -> None:
    taken = []

    def idle() -> object:
        for number in range(100):
            taken.append(number)
            yield Candidate(f"a{number}", NOW - 1_000_000 * (100 - number), {})

    choice = STRATEGIES["longest idle"].choose((), idle(), NOW)  # type: ignore[arg-type]
    assert choice is not None
    assert (choice.agent, choice.score) == ("a0", 100.0)
    assert len(taken) == 1 + RUNNERS_UP
