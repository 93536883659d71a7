"""The difference of two means of unequal groups."""

import pytest

from switchboard.measures.confidence import difference


def test_it_is_welchs() -> None:
    # By hand: variances 2.5 and 8.5 of five each, 6.2 degrees of freedom, t of 6 is 2.447.
    found = difference([10.0, 12.0, 11.0, 13.0, 9.0], [14.0, 15.0, 18.0, 13.0, 20.0])
    assert found.mean == 5.0
    assert found.half == pytest.approx(2.447 * 2.2**0.5, abs=0.001)


def test_without_any_variance_it_is_certain_and_one_value_is_too_few() -> None:
    assert difference([1.0, 1.0], [2.0, 2.0]).half == 0.0
    with pytest.raises(ValueError, match="two values"):
        difference([1.0], [1.0, 2.0])
