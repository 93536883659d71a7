"""Student's t against its table, and what intervals are for."""

import random

import pytest

from switchboard.measures.confidence import interval, paired, student_t


@pytest.mark.parametrize(
    ("freedom", "level", "t"),
    # Abramowitz & Stegun, table 26.10.
    [
        (1, 0.95, 12.706),
        (2, 0.95, 4.303),
        (3, 0.99, 5.841),
        (4, 0.95, 2.776),
        (9, 0.95, 2.262),
        (19, 0.95, 2.093),
        (20, 0.99, 2.845),
        (30, 0.95, 2.042),
        (120, 0.95, 1.980),
    ],
)
def test_the_table(freedom: int, level: float, t: float) -> None:
    assert student_t(freedom, level) == pytest.approx(t, abs=5e-4)


def test_an_interval_holds_the_mean_as_often_as_it_says() -> None:
    numbers = random.Random(1)
    hits = 0
    for _ in range(2_000):
        found = interval([numbers.gauss(5, 2) for _ in range(8)])
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 5 <= found.high
    assert hits / 2_000 == pytest.approx(0.95, abs=0.015)


def test_one_value_says_nothing_of_how_much_it_varies() -> None:
    alone = interval([3.0])
    assert (alone.mean, alone.half, alone.low, alone.high) == (3.0, None, None, None)
    with pytest.raises(ValueError, match="at least one"):
        interval([])
    with pytest.raises(ValueError, match="degrees of freedom"):
        student_t(0)


def test_pairs_see_what_single_values_hide() -> None:
    before = [10.0, 20.0, 30.0, 40.0]
    after = [11.1, 21.0, 30.9, 41.0]
    found = paired(before, after)
    assert found.low is not None
    assert found.low > 0.8
    with pytest.raises(ValueError, match="zip"):
        paired(before, after[:2])
