"""The difference of two means of unequal groups, of values or of clusters of them."""

from random import Random
from statistics import fmean, stdev

import pytest

from switchboard.measures.confidence import difference, difference_of_clusters


def test_it_is_welchs() -> None:
    # By hand: variances 2.5 and 8.5 of five each, 6.2 degrees of freedom, t of 6 is 2.447.
    found = difference([10.0, 12.0, 11.0, 13.0, 9.0], [14.0, 15.0, 18.0, 13.0, 20.0])
    assert found.mean == 5.0
    assert found.half == pytest.approx(2.447 * 2.2**0.5, abs=0.001)


def test_without_any_variance_it_is_certain_and_one_value_is_too_few() -> None:
    assert difference([1.0, 1.0], [2.0, 2.0]).half == 0.0
    with pytest.raises(ValueError, match="two values"):
        difference([1.0], [1.0, 2.0])


def test_clusters_of_one_value_are_values() -> None:
    before, after = [10.0, 12.0, 11.0, 13.0, 9.0], [14.0, 15.0, 18.0, 13.0, 20.0]
    found = difference_of_clusters([[one] for one in before], [[one] for one in after])
    assert found == difference(before, after)


def clusters(numbers: Random, count: int, mean: float) -> list[list[float]]:
    """Hours that differ by more than their contacts do, and in how many contacts they have."""
    return [
        [numbers.gauss(hour, 30) for _ in range(numbers.randint(5, 60))]
        for hour in (numbers.gauss(mean, 40) for _ in range(count))
    ]


def mean_of(some: list[list[float]]) -> float:
    return fmean(value for cluster in some for value in cluster)


def test_clusters_are_as_sure_as_drawing_them_again_says() -> None:
    numbers = Random(8)
    before, after = clusters(numbers, 60, 300), clusters(numbers, 80, 250)
    found = difference_of_clusters(before, after)
    assert found.mean == pytest.approx(mean_of(after) - mean_of(before))
    again = [
        mean_of(numbers.choices(after, k=len(after))) - mean_of(numbers.choices(before, k=len(before)))
        for _ in range(2_000)
    ]
    # Student's t of more than a hundred degrees of freedom is 1.98.
    assert found.half == pytest.approx(1.98 * stdev(again), rel=0.08)
    naive = difference(*([value for cluster in some for value in cluster] for some in (before, after)))
    assert found.half is not None
    assert naive.half is not None
    assert found.half > 3 * naive.half, "a contact is not worth an hour"


def test_the_interval_of_few_clusters_holds_the_truth_nineteen_times_in_twenty() -> None:
    numbers = Random(9)
    inside = 0
    for _ in range(400):
        found = difference_of_clusters(clusters(numbers, 6, 300), clusters(numbers, 12, 250))
        assert found.half is not None
        inside += abs(found.mean + 50) <= found.half
    assert 0.91 < inside / 400 < 0.98


def test_one_cluster_is_too_few() -> None:
    with pytest.raises(ValueError, match="two clusters"):
        difference_of_clusters([[1.0, 2.0]], [[1.0], [2.0]])
