"""The bench of the Floor does what it says: five kinds of events in equal parts, why on, many requirements."""

import pytest

from switchboard.bench.floor import EXPRESSIONS, as_table, run

pytestmark = pytest.mark.slow


def test_it_measures_five_events_in_equal_parts_over_many_expressions() -> None:
    found = run(32, 4, 6, 64, cycles=200)
    *_, whole = found["sizes"]
    assert [one["agents"] for one in found["sizes"]] == [2, 8, 32]
    assert whole["expressions"] == EXPRESSIONS >= 100
    assert set(whole["events"]) == {"arrivals", "offers", "accepts", "ends", "wrap_up_ends"}
    assert max(whole["events"].values()) - min(whole["events"].values()) <= 10
    assert found["events_per_second"] == whole["events_per_second"] > 0
    assert 0 < found["input_us"]["p50"] <= found["input_us"]["p99"] <= found["input_us"]["max"]
    assert abs(whole["still_waiting"] - 64) <= 20
    assert len(as_table(found).splitlines()) == 4


def test_the_same_seed_gives_the_same_day() -> None:
    first, second = (run(16, 2, 4, 8, cycles=50, seed=7)["sizes"] for _ in range(2))
    assert [one["events"] for one in first] == [one["events"] for one in second]
    assert [one["still_waiting"] for one in first] == [one["still_waiting"] for one in second]
