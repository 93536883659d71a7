"""Time as it is handed out."""

from switchboard.kit.clock import MICROSECONDS, SystemClock, microseconds


def test_now_is_in_microseconds_since_1970() -> None:
    clock = SystemClock()
    year_2020, year_2100 = 1_577_836_800, 4_102_444_800
    assert year_2020 * MICROSECONDS < clock.now() < year_2100 * MICROSECONDS
    assert isinstance(clock.now(), int)


def test_monotonic_never_goes_back() -> None:
    clock = SystemClock()
    looks = [clock.monotonic() for _ in range(1_000)]
    assert looks == sorted(looks)


def test_seconds_become_whole_microseconds() -> None:
    assert microseconds(1.5) == 1_500_000
    assert microseconds(0.0000004) == 0
    assert microseconds(-2) == -2_000_000
