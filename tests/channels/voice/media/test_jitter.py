"""Jitter buffers: order, loss, late packets, clocks that differ."""

import random

import numpy as np
import pytest

from switchboard.audio.g711 import encode_mu
from switchboard.audio.tones import levels, tone
from switchboard.channels.voice.media.jitter import DEEPEST, REVIEW, JitterBuffers

ROW = np.array([0])
LEVEL = 6_000


class Line:
    """One row: packets go in when they arrive, a frame comes out per tick."""

    def __init__(self, frequency: int = 437, samples: int = 160) -> None:
        self.buffers = JitterBuffers()
        self.buffers.grow(2)
        self.samples = samples
        self._sound = encode_mu(tone([frequency], 20.0, LEVEL))

    def arrive(self, number: int, *, stream: int = 1, base: int = 4_294_967_000) -> None:
        begin = number * self.samples
        at = begin % len(self._sound)
        payload = np.zeros((1, 500), np.uint8)
        payload[0, : self.samples] = self._sound[at : at + self.samples]
        self.buffers.place(
            ROW,
            np.array([stream]),
            np.array([(base + begin) & 0xFFFFFFFF]),
            payload,
            np.array([self.samples]),
        )

    def play(self) -> np.ndarray:
        return self.buffers.play(ROW)[0]


def loudness(sound: np.ndarray, frequency: int = 437) -> float:
    return float(20 * np.log10(max(levels(sound, [frequency])[0], 1e-3) / LEVEL))


@pytest.mark.parametrize("samples", [80, 160, 240])
def test_a_steady_stream_comes_out_whole_after_40_ms(samples: int) -> None:
    line = Line(samples=samples)
    heard, given = [], 0
    for tick in range(100):
        while given * samples < (tick + 1) * 160:
            line.arrive(given)
            given += 1
        heard.append(line.play())
    sound = np.concatenate(heard)
    assert not sound[:320].any()
    assert np.array_equal(sound[320:1_000], tone([437], 1.0, LEVEL)[:680]) or loudness(sound[320:]) > -0.3
    assert line.buffers.concealed == 0


def test_swapped_packets_are_put_in_order() -> None:
    line = Line()
    heard = []
    for tick in range(0, 100, 2):
        line.arrive(tick + 1) if tick else line.arrive(0)
        heard.append(line.play())
        line.arrive(tick) if tick else line.arrive(1)
        heard.append(line.play())
    assert loudness(np.concatenate(heard)[800:]) > -0.3


def test_single_losses_are_concealed() -> None:
    line = Line()
    heard = []
    for tick in range(100):
        if tick % 10 != 9:
            line.arrive(tick)
        heard.append(line.play())
    sound = np.concatenate(heard)[800:]
    assert loudness(sound) > -1
    assert line.buffers.concealed >= 18


def test_a_long_loss_fades_to_silence_in_60_ms() -> None:
    line = Line()
    for tick in range(20):
        line.arrive(tick)
        line.play()
    after = np.concatenate([line.play() for _ in range(10)])
    # Two frames were still waiting, then 60 ms of fading.
    assert np.abs(after[320:400]).max() > 4_000
    assert not after[320 + 480 :].any()


def test_jitter_up_to_60_ms_is_taken_by_a_deeper_buffer() -> None:
    line = Line()
    chance = random.Random(3)
    arrivals = sorted((tick + chance.choice([0, 0, 1, 2, 3]), tick) for tick in range(400))
    heard = []
    for tick in range(400):
        while arrivals and arrivals[0][0] <= tick:
            line.arrive(arrivals.pop(0)[1])
        heard.append(line.play())
    assert loudness(np.concatenate(heard)[-8_000:]) > -0.5
    assert line.buffers.late < 10


def test_depth_that_is_not_needed_is_given_back() -> None:
    line = Line()
    for tick in range(8):
        line.arrive(tick)
    for tick in range(8, 8 + 14 * REVIEW):
        line.arrive(tick)
        line.play()
        if tick % REVIEW == 0:
            line.buffers.review()
    # What is left is the margin that is always kept: two ticks later the next packet is too late.
    assert line.buffers.late == 0
    line.play()
    line.play()
    line.arrive(8 + 14 * REVIEW)
    assert line.buffers.late == 1


@pytest.mark.parametrize("skew", [0.98, 1.02])
def test_a_clock_that_is_faster_or_slower_does_not_break_the_sound(skew: float) -> None:
    line = Line()
    heard, given = [], 0
    for tick in range(1, 900):
        while given < tick * skew and given < 990:
            line.arrive(given)
            given += 1
        heard.append(line.play())
        if tick % REVIEW == 0:
            line.buffers.review()
    assert loudness(np.concatenate(heard)[-8_000:]) > -3
    assert line.buffers.late < 60


def test_a_new_stream_begins_anew_and_a_jump_of_the_clock_too() -> None:
    line = Line()
    for tick in range(30):
        line.arrive(tick)
        line.play()
    heard = []
    for tick in range(30, 90):
        line.arrive(tick, stream=2, base=77)
        heard.append(line.play())
    assert loudness(np.concatenate(heard)[1_600:]) > -0.3
    heard = []
    for tick in range(90, 150):
        line.arrive(tick, stream=2, base=77 + 800_000)
        heard.append(line.play())
    assert loudness(np.concatenate(heard)[1_600:]) > -0.3


def test_a_row_that_serves_another_leg_keeps_nothing_of_the_first() -> None:
    line = Line()
    for tick in range(20):
        line.arrive(tick)
        line.play()
    line.buffers.forget(0)
    assert not line.play().any()


def test_the_lag_has_a_limit() -> None:
    line = Line()
    for tick in range(300):
        if tick % 7:
            line.arrive(tick)
        if tick > 40:
            line.arrive(tick - 10)
        line.play()
    assert line.buffers._head[0] > (299 - DEEPEST) * 2 - DEEPEST
