"""Erlang's formulas against values that others have published."""

import pytest

from switchboard.measures.erlang import erlang_a, erlang_b, erlang_c, mean_wait, waits_longer


@pytest.mark.parametrize(
    ("agents", "load", "blocked"),
    # Tables of the Erlang B formula as printed in telephony textbooks since Erlang's own of 1917.
    [(1, 1.0, 0.5), (5, 2.0, 0.0367), (10, 5.0, 0.0184), (10, 10.0, 0.2146), (15, 10.0, 0.0365), (0, 3.0, 1.0)],
)
def test_erlang_b_is_the_tables(agents: int, load: float, blocked: float) -> None:
    assert erlang_b(agents, load) == pytest.approx(blocked, abs=5e-5)


@pytest.mark.parametrize(
    ("agents", "load", "waits"),
    [(1, 0.7, 0.7), (2, 1.0, 1 / 3), (5, 4.0, 0.5541), (10, 8.0, 0.4092), (100, 90.0, 0.2169)],
)
def test_erlang_c_is_the_tables(agents: int, load: float, waits: float) -> None:
    assert erlang_c(agents, load) == pytest.approx(waits, abs=5e-5)


def test_table_1_of_garnett_mandelbaum_and_reiman() -> None:
    """48 calls a minute, 1 minute each, 50 agents; without impatience and with a mean patience of 2 minutes."""
    assert mean_wait(50, 48.0, 60.0) == pytest.approx(20.8, abs=0.05)
    assert waits_longer(50, 48.0, 60.0, 58.1) == pytest.approx(0.10, abs=0.001)
    assert mean_wait(50, 48.0, 60.0) * 48 / 60 == pytest.approx(17, abs=0.5)
    patient = erlang_a(50, 48 / 60, 60.0, 120.0)
    assert patient.abandoned == pytest.approx(0.031, abs=0.0005)
    assert patient.wait == pytest.approx(3.7, abs=0.05)
    assert patient.waiting == pytest.approx(3, abs=0.5)
    assert patient.occupancy == pytest.approx(0.93, abs=0.005)


def test_very_patient_callers_are_those_of_erlang_c() -> None:
    patient = erlang_a(10, 8 / 60, 60.0, 1e9)
    assert patient.waits == pytest.approx(erlang_c(10, 8.0), rel=1e-5)
    assert patient.wait == pytest.approx(mean_wait(10, 8.0, 60.0), rel=1e-5)


def test_more_work_than_agents() -> None:
    assert erlang_c(3, 3.0) == 1.0
    assert mean_wait(3, 4.0, 60.0) == float("inf")
    assert waits_longer(3, 4.0, 60.0, 1e6) == 1.0
    # With impatience it stays within bounds: who is too many gives up.
    assert erlang_a(3, 10 / 60, 60.0, 30.0).abandoned == pytest.approx(0.7, abs=0.01)


def test_a_large_center_does_not_overflow() -> None:
    assert 0 < erlang_a(5_000, 4_900 / 60, 60.0, 120.0).waits < 1
    assert 0 < erlang_c(5_000, 4_900.0) < 1


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        erlang_b(-1, 1.0)
    with pytest.raises(ValueError, match="at least one agent"):
        erlang_a(0, 1.0, 1.0, 1.0)
