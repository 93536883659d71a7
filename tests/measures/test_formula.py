"""Every formula is named once, versioned, and published with its words."""

import pytest

from switchboard.measures.answering import ANSWERING_MEASURES, WAIT_MEASURES
from switchboard.measures.formula import Formula, Unit, register, share
from switchboard.measures.states import STATE_MEASURES
from switchboard.measures.times import ENGAGEMENT_TIMES, QUEUE_TIMES
from switchboard.measures.work import WORK_MEASURES

REGISTERS = (ANSWERING_MEASURES, WAIT_MEASURES, ENGAGEMENT_TIMES, QUEUE_TIMES, STATE_MEASURES, WORK_MEASURES)


def test_labels_are_unique_over_all_registers() -> None:
    labels = [label for formulas in REGISTERS for label in formulas]
    assert len(labels) == len(set(labels)) == 19


@pytest.mark.parametrize("formulas", REGISTERS)
def test_each_formula_says_its_words(formulas: dict[str, Formula[object, object]]) -> None:
    for label, formula in formulas.items():
        assert label == f"{formula.name}/{formula.version}"
        assert formula.text
        assert formula.of.__doc__


def test_the_same_name_and_version_twice_is_refused() -> None:
    one = Formula("asa", 1, Unit.SHARE, "a / b", lambda _: 1.0)
    with pytest.raises(ValueError, match="asa/1"):
        register([one, one])


def test_a_share_of_nothing_is_unknown_not_zero() -> None:
    assert share(0, 0) is None
    assert share(0, 5) == 0
