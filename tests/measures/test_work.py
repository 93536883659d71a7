"""Average handle time in two ways, occupancy, transfer rate."""

import pytest

from switchboard.measures.work import (
    Work,
    average_handle_time,
    average_handle_time_with_ringing,
    occupancy,
    transfer_rate,
)

S = 1_000_000
DAY = Work(handled=10, ring=50 * S, talk=1_000 * S, hold=100 * S, wrap_up=300 * S, available=600 * S)


def test_handle_time_with_and_without_ringing() -> None:
    assert average_handle_time(DAY) == 140 * S
    assert average_handle_time_with_ringing(DAY) == 145 * S


def test_transfer_rate_is_transferred_of_handled() -> None:
    assert transfer_rate(Work(handled=20, transferred=3)) == 0.15
    assert transfer_rate(Work()) is None


def test_occupancy_is_working_of_working_and_ready() -> None:
    assert occupancy(DAY) == pytest.approx(0.7)


def test_nothing_handled_is_unknown() -> None:
    assert average_handle_time(Work()) is None
    assert average_handle_time_with_ringing(Work()) is None
    assert occupancy(Work()) is None
