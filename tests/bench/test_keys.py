"""The bench of keys hears the keys it presses, and its figures are there."""

from switchboard.bench.keys import run


def test_it_measures_what_it_says() -> None:
    found = run(legs=40, ticks=64)
    # Four legs press: 8 keys each as tones (a tone and its pause are 8 frames) and 13 events.
    assert found["keys"] == 4 * 8 + 4 * 13
    assert set(found) == {"legs", "keys", "tones_ms", "events_ms", "info_us", "tick_share"}
    assert isinstance(found["tick_share"], float)
