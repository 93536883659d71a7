"""Lost packets: the pitch is found and repeated, then fades within 60 ms."""

import numpy as np
import pytest

from switchboard.audio.concealment import FADED, HISTORY, PIECE, conceal, pitch
from switchboard.audio.tones import tone


@pytest.mark.parametrize("hertz", [70, 100, 125, 160, 190])
def test_the_pitch_period_is_found(hertz: int) -> None:
    voice = tone([hertz, 2 * hertz, 3 * hertz], 0.1, 4_000)[-HISTORY:]
    [period] = pitch(voice[None])
    # Two periods are as good as one.
    assert min(abs(period - times * 8_000 / hertz) for times in (1, 2)) < 2


def test_the_first_10_ms_go_on_as_the_sound_would_have() -> None:
    voice = tone([100, 200], 0.1, 6_000)
    history = voice[:HISTORY][None]
    made = conceal(history, pitch(history), np.zeros(1, np.intp))[0]
    wanted = voice[HISTORY : HISTORY + PIECE].astype(int)
    assert np.abs(made - wanted).max() < 600


def test_it_fades_to_silence_and_rows_are_independent() -> None:
    history = np.stack([tone([100], 0.1, 6_000)[:HISTORY], np.zeros(HISTORY, np.int16)])
    periods = pitch(history)
    loud = [np.abs(conceal(history, periods, np.full(2, lost, np.intp))).max(axis=1) for lost in range(FADED + 1)]
    first = [int(row[0]) for row in loud]
    assert first[0] > 5_900
    assert first == sorted(first, reverse=True)
    assert first[FADED] == 0
    assert all(row[1] == 0 for row in loud)
