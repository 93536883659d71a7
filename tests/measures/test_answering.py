"""The five service levels on the published example, abandonment, average speed of answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.measures.answering import (
    SERVICE_LEVELS,
    Answers,
    AnswerWaits,
    abandonment,
    average_speed_of_answer,
)

EXAMPLE = Answers(answered=1000, answered_in_time=860, abandoned=60, abandoned_in_time=20, short=10)


def test_the_published_example_in_five_ways() -> None:
    percent = [round(100 * (formula.of(EXAMPLE) or 0), 1) for formula in SERVICE_LEVELS.values()]
    assert percent == [83.0, 86.0, 81.1, 82.7, 82.1]


def test_abandonment_and_speed_of_answer() -> None:
    assert abandonment(EXAMPLE) == 60 / 1060
    assert average_speed_of_answer(AnswerWaits(answered=4, queue_time=60_000_000)) == 15_000_000


def test_nobody_called_is_unknown() -> None:
    nobody = Answers()
    assert [formula.of(nobody) for formula in SERVICE_LEVELS.values()] == [None] * 5
    assert abandonment(nobody) is None
    assert average_speed_of_answer(AnswerWaits(0, 0)) is None


def test_a_part_larger_than_its_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="answered in time"):
        Answers(answered=1, answered_in_time=2)
    with pytest.raises(ValueError, match="short"):
        Answers(abandoned=1, short=-1)


@st.composite
def counts(draw: st.DrawFn) -> Answers:
    answered, abandoned = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    gone_in_time = draw(st.integers(0, abandoned))
    return Answers(
        answered, draw(st.integers(0, answered)), abandoned, gone_in_time, draw(st.integers(0, gone_in_time))
    )


@given(counts())
def test_every_way_is_a_share_and_strict_is_the_lowest(answers: Answers) -> None:
    levels = {key: formula.of(answers) for key, formula in SERVICE_LEVELS.items()}
    known = [level for level in levels.values() if level is not None]
    assert all(0 <= level <= 1 for level in known)
    if levels["strict"] is not None:
        assert levels["strict"] <= min(known) + 1e-12
