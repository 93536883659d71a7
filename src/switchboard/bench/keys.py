"""What keys cost a media worker: tones in the sound of every leg, telephone events, and keys by SIP INFO."""

import random
from collections.abc import Callable
from typing import Final

import numpy as np

from switchboard.audio.g711 import Linear, encode_mu
from switchboard.audio.tones import key_tones
from switchboard.channels.voice.media.events import DigitSource, MediaEvent
from switchboard.channels.voice.media.intake import WIDEST, Round
from switchboard.channels.voice.media.keys import KeysInSound
from switchboard.channels.voice.media.presses import Presses
from switchboard.channels.voice.media.reception import OUR_EVENT_TYPE, Reception
from switchboard.channels.voice.media.rows import FRAME, Hears, Rows
from switchboard.channels.voice.sip.keys import RELAY, key_in_info
from switchboard.kit.clock import Clock, SystemClock
from switchboard.protocols.rtp.packet import HEADER_SIZE
from switchboard.protocols.rtp.telephone_event import KEYS, TelephoneEvent

TICK: Final = 0.02
PRESSING: Final = 10
"""One leg in so many presses keys all the time; the others talk, none is silent."""

_INFOS: Final = 2_000


def run(legs: int, ticks: int) -> dict[str, object]:
    """All `legs` are listened to in each of `ticks` ticks.

    Returns {legs, keys (told), tones_ms and events_ms {p50, p99} per tick, info_us per key, tick_share (the median of
    all three forms, of 20 ms)}. Tones: every leg makes sound, a tenth of them keys. Events: a tenth of the legs have
    a packet of one in each tick. Info: a hundred keys a second for all legs together.
    """
    clock = SystemClock()
    rows = Rows(random.Random(1))  # noqa: S311  # numbers of made-up streams
    numbers = np.array([rows.take(0) for _ in range(legs)], np.intp)
    rows.hears[numbers] = Hears.SOUND
    told: list[MediaEvent] = []

    def tell(_: int, event: MediaEvent) -> None:
        told.append(event)

    reception, tones = Reception(rows, tell), KeysInSound(rows, tell)
    speech = _speech(ticks)
    keys = key_tones("1234567890*#ABCD" * (ticks // 128 + 1)).reshape(-1, FRAME)
    presses = np.arange(legs) % PRESSING == 0
    data = np.zeros((legs, WIDEST), np.uint8)
    in_sound: list[float] = []
    in_events: list[float] = []
    for tick in range(ticks):
        _fill(data, tick, np.where(presses[:, None], keys[tick], speech[(tick + np.arange(legs) * 7) % ticks]))
        packets = reception.take(Round(numbers, data, np.full(legs, HEADER_SIZE + FRAME, np.int64)), tick)
        in_sound.append(_lasts(clock, lambda packets=packets: tones.hear(packets)))  # type: ignore[misc]
        events = Round(numbers[presses], *_events(data[presses], tick))
        in_events.append(_lasts(clock, lambda events=events, tick=tick: reception.take(events, tick)))  # type: ignore[misc]
    info = _lasts(clock, _infos) / _INFOS
    whole = float(np.median(in_sound) + np.median(in_events)) + info * 100 * TICK
    return {
        "legs": legs,
        "keys": len(told),
        "tones_ms": _milliseconds(in_sound),
        "events_ms": _milliseconds(in_events),
        "info_us": round(info * 1e6, 2),
        "tick_share": round(whole / TICK, 4),
    }


def _speech(ticks: int) -> np.ndarray:
    """Frames of something as loud and as rich as a voice: a buzz whose pitch and strength change."""
    at = np.arange(ticks * FRAME) / 8_000
    pitch = 2 * np.pi * np.cumsum(140 + 40 * np.sin(3 * at)) / 8_000
    buzz = sum((np.sin(k * pitch) / k for k in range(1, 12)), np.zeros(len(at)))
    sound: Linear = (6_000 * buzz * (0.6 + 0.4 * np.sin(11 * at))).astype(np.int16)
    return encode_mu(sound).reshape(-1, FRAME)


def _fill(data: np.ndarray, tick: int, sound: np.ndarray) -> None:
    """One packet of every leg."""
    count = len(data)
    data[:, 0], data[:, 1] = 0x80, 0
    data[:, 2:4] = np.full(count, tick & 0xFFFF, ">u2").view(np.uint8).reshape(count, 2)
    data[:, 4:8] = np.full(count, tick * FRAME, ">u4").view(np.uint8).reshape(count, 4)
    data[:, HEADER_SIZE : HEADER_SIZE + FRAME] = sound


def _events(data: np.ndarray, tick: int) -> tuple[np.ndarray, np.ndarray]:
    """One event packet of every leg that presses; a key lasts five packets."""
    data = data.copy()
    data[:, 1] = OUR_EVENT_TYPE
    data[:, 4:8] = np.full(len(data), tick // 5 * 5 * FRAME, ">u4").view(np.uint8).reshape(len(data), 4)
    payload = TelephoneEvent(tick // 5 % 12, False, 10, (tick % 5 + 1) * FRAME).build()
    data[:, HEADER_SIZE : HEADER_SIZE + 4] = np.frombuffer(payload, np.uint8)
    return data, np.full(len(data), HEADER_SIZE + 4, np.int64)


def _infos() -> None:
    """Keys by INFO, as the main process reads them."""
    presses = Presses()
    for number in range(_INFOS):
        key = key_in_info(RELAY, b"Signal=%c\r\nDuration=160\r\n" % KEYS[number % 12].encode())
        presses.is_new(key or "", DigitSource.INFO, number / 10)


def _lasts(clock: Clock, work: Callable[[], object]) -> float:
    before = clock.monotonic()
    work()
    return clock.monotonic() - before


def _milliseconds(times: list[float]) -> dict[str, float]:
    p50, p99 = np.percentile(np.array(times), (50, 99)).tolist()
    return {"p50": round(p50 * 1_000, 3), "p99": round(p99 * 1_000, 3)}
