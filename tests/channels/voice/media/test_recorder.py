"""Taps on calls: who stands on which side, when everything was said, gaps, and what a reader finds."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from support.media import LEVEL, Phone, Room
from switchboard.audio.g711 import MU_DECODE, encode_mu
from switchboard.audio.tones import levels, tone
from switchboard.channels.voice.media.recorder import CHUNK, WINDOW
from switchboard.protocols.recording.chunks import Header, Kind, Recording, read
from switchboard.protocols.rtp.packet import RtpPacket

HEADER = Header("org", "rec", "con", "eng", 1_700_000_000_000_000)


class Taped:
    """A caller (400 Hz) and an agent (700 Hz) who are recorded."""

    def __init__(self, studio: Room, folder: Path, *, caller: Phone | None = None) -> None:
        self.studio = studio
        self.path = folder / "org" / "day" / "rec.swr"
        self.caller = studio.join(caller or Phone(400))
        self.agent = studio.join(Phone(700))
        studio.hear("call", {self.caller: [self.agent], self.agent: [self.caller]})
        studio.tick()
        self.record(self.caller, self.agent)

    def record(self, left: int | None, right: int | None) -> None:
        self.studio.engine.record(HEADER, str(self.path), left, right)

    def read(self) -> Recording:
        """What the file holds when the recording has ended."""
        self.studio.engine.recorder.stop("rec")
        self.studio.engine.recorder.close()
        return read(self.path.read_bytes())


def stereo(recording: Recording) -> np.ndarray:
    """int16 [samples, 2]; gaps are silence."""
    parts = [
        np.frombuffer(chunk.payload, np.uint8).reshape(-1, 2)
        if chunk.kind == Kind.SOUND
        else np.full((chunk.samples, 2), 0xFF, np.uint8)
        for chunk in recording.chunks
    ]
    return MU_DECODE[np.concatenate(parts)]


def db(sound: np.ndarray, frequency: int) -> float:
    return float(20 * np.log10(max(levels(sound, [frequency])[0], 1e-3) / LEVEL))


def test_the_caller_is_left_and_the_agent_right(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path)
    studio.run(150)
    found = taped.read()
    sound = stereo(found)
    assert found.ended
    assert not found.torn
    assert found.header == HEADER
    assert len(sound) == 150 * 160
    left, right = sound[4_000:20_000, 0], sound[4_000:20_000, 1]
    assert (db(left, 400), db(right, 700)) == pytest.approx((0, 0), abs=0.2)
    assert max(db(left, 700), db(right, 400)) < -60
    assert studio.taped == [("rec", 150 * 160, taped.path.stat().st_size)]
    assert taped.path.stat().st_mode & 0o777 == 0o600


def test_chunks_are_shorter_than_a_second_and_reach_the_file_while_people_talk(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path)
    studio.run(3 * CHUNK + WINDOW)
    studio.engine.recorder._tapes.close()  # waits until the thread has written
    found = read(taped.path.read_bytes())
    assert [chunk.samples for chunk in found.chunks] == [CHUNK * 160] * 3
    assert not found.ended
    assert not found.torn
    assert (CHUNK + WINDOW) * 0.02 < 1


def test_a_law_and_other_packet_sizes_are_recorded(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path, caller=Phone(400, payload_type=8, samples=240))
    for tick in range(150):
        if tick % 3 != 2:
            studio.phones[taped.caller].speak(studio.ports[taped.caller])
        studio.run(1, silent=[taped.caller])
    assert db(stereo(taped.read())[4_000:20_000, 0], 400) == pytest.approx(0, abs=0.2)


def test_jitter_swaps_and_loss_do_not_move_what_was_said(studio: Room, tmp_path: Path) -> None:
    """Bursts that are spoken 1.000 s apart are recorded 1.000 s apart."""
    phone = Phone()
    taped = Taped(studio, tmp_path, caller=phone)
    burst = encode_mu(tone([1_000], 0.1)).reshape(5, 160)
    quiet = np.full(160, 0xFF, np.uint8)
    entropy = random.Random(3)
    arrivals: dict[int, list[RtpPacket]] = {}
    for frame in range(500):
        sound = burst[frame % 50] if frame % 50 < 5 else quiet
        packet = RtpPacket(0, phone.sequence, phone.stamp, phone.ssrc, sound.tobytes())
        phone.skip()
        if frame < 3 or entropy.random() > 0.02:
            late = 0 if frame < 3 else entropy.randrange(4)
            arrivals.setdefault(frame + late, []).append(packet)
    for tick in range(500):
        for packet in entropy.sample(arrivals.get(tick, []), len(arrivals.get(tick, []))):
            phone.send(packet, studio.ports[taped.caller])
        studio.tick()
    left = np.abs(stereo(taped.read())[:, 0].astype(int))
    loud = np.flatnonzero(left > 1_000)
    begins = loud[np.insert(np.diff(loud) > 2_000, 0, True)]
    gaps = np.diff(begins)
    assert len(begins) == 10
    # A burst whose first packet was lost begins 20 ms later.
    whole = [gap for gap in gaps if abs(gap - 8_000) < 100]
    assert len(whole) >= 6
    assert all(abs(gap - 8_000) <= 1 for gap in whole)


def test_a_pause_is_silence_of_its_length_and_says_what_it_is(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path)
    studio.run(60)
    studio.engine.recorder.pause("rec", Kind.PAUSED)
    studio.run(100)
    studio.engine.recorder.pause("rec", Kind.HELD)
    studio.run(25)
    studio.engine.recorder.pause("rec", None)
    studio.run(65)
    found = taped.read()
    merged = [
        (kind, sum(chunk.samples for chunk in same)) for kind, same in itertools.groupby(found.chunks, lambda c: c.kind)
    ]
    assert merged == [(1, 60 * 160), (2, 100 * 160), (3, 25 * 160), (1, 65 * 160)]
    sound = stereo(found)
    assert not sound[60 * 160 : 185 * 160].any()
    assert db(sound[186 * 160 : 249 * 160, 0], 400) == pytest.approx(0, abs=0.3)


def test_a_muted_agent_is_silent_and_keys_and_prompts_are_not_recorded(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path)
    studio.engine.mute(taped.agent, on=True)
    studio.run(100)
    sound = stereo(taped.read())
    assert not sound[:, 1].any()
    assert sound[:, 0].any()


def test_a_leg_that_takes_anothers_place_goes_on_in_the_same_recording(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path)
    studio.run(60)
    studio.phones.pop(taped.agent).socket.close()
    studio.engine.close(taped.agent)
    studio.run(20)
    again = studio.join(Phone(900))
    studio.hear("call", {taped.caller: [again], again: [taped.caller]})
    taped.record(taped.caller, again)
    studio.run(60)
    right = stereo(taped.read())[:, 1]
    assert db(right[2_000:9_000], 700) == pytest.approx(0, abs=0.3)
    assert not right[61 * 160 : 79 * 160].any()
    assert db(right[82 * 160 : 138 * 160], 900) == pytest.approx(0, abs=0.3)


def test_a_sender_whose_clock_is_fast_is_followed(studio: Room, tmp_path: Path) -> None:
    """One packet in 50 is too many: after a minute it would be 1.2 s ahead."""
    taped = Taped(studio, tmp_path)
    for tick in range(3_000):
        if tick % 250 == 0:
            studio.phones[taped.caller].speak(studio.ports[taped.caller])
        studio.run(1)
    sound = stereo(taped.read())
    assert len(sound) == 3_000 * 160
    tail = sound[-3 * 8_000 : -8_000, 0]
    assert db(tail, 400) > -1


def test_ticks_that_were_left_out_are_a_gap(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path)
    studio.run(60)
    studio.engine.tick(200)
    studio.run(60)
    sound = stereo(taped.read())
    assert len(sound) == 320 * 160
    assert not sound[70 * 160 : 250 * 160].any()


def test_a_file_that_cannot_be_written_is_told_and_the_call_goes_on(studio: Room, tmp_path: Path) -> None:
    (tmp_path / "org").write_text("in the way")
    taped = Taped(studio, tmp_path)
    studio.run(10)
    studio.engine.recorder._tapes.close()
    assert studio.taped == [("rec", "Not a directory")]
    studio.phones[taped.agent].heard.clear()
    studio.run(10)
    assert len(studio.phones[taped.agent].heard) >= 9


def test_nothing_of_one_recording_is_heard_in_the_next(studio: Room, tmp_path: Path) -> None:
    taped = Taped(studio, tmp_path)
    studio.run(70)
    studio.engine.recorder.stop("rec")
    studio.engine.record(Header("org", "two", "con", "eng2", 0), str(tmp_path / "two.swr"), None, None)
    studio.run(70)
    studio.engine.recorder.stop("two")
    studio.engine.recorder.close()
    assert not stereo(read((tmp_path / "two.swr").read_bytes())).any()
    assert read(taped.path.read_bytes()).samples == 70 * 160
