"""Keys pressed during a call: told once, passed on, and pressed by us."""

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest

from support.media import Phone, Room, sound_file
from switchboard.audio.g711 import MU_DECODE, encode_a
from switchboard.audio.tones import KEY_FREQUENCIES, key_tones, levels
from switchboard.channels.voice.media.events import Digit, DigitSource, PlayEnded
from switchboard.protocols.rtp.packet import RtpPacket
from switchboard.protocols.rtp.telephone_event import parse_telephone_event, press_frames

EVENT = 101


def press(phone: Phone, to: tuple[str, int], digits: str, kind: int = EVENT) -> list[RtpPacket]:
    """Send all packets of these presses at once."""
    sent: list[RtpPacket] = []
    for frame in press_frames(digits):
        if frame.event is None:
            continue
        if frame.begun == 0:
            phone.stamp = (phone.stamp + 3_200) & 0xFFFFFFFF
        sent.append(RtpPacket(kind, phone.sequence, phone.stamp, phone.ssrc, frame.event.build(), frame.begun == 0))
        phone.sequence = (phone.sequence + 1) & 0xFFFF
        phone.send(sent[-1], to)
    return sent


@pytest.mark.parametrize("kind", [101, 96])
def test_a_press_is_told_once(studio: Room, kind: int) -> None:
    phone = Phone(400)
    leg = studio.join(phone, telephone_event=96)
    studio.run(1)
    press(phone, studio.ports[leg], "1#D", kind)
    for _ in range(5):
        studio.tick()
    assert [event.digit for event in studio.events(leg, Digit)] == ["1", "#", "D"]


def test_lost_and_repeated_packets_do_not_matter(studio: Room) -> None:
    phone = Phone(400)
    leg = studio.join(phone)
    studio.run(1)
    packets = press(Phone(), phone.address, "5")
    for packet in (packets[4], packets[2], packets[-1], packets[-1]):
        phone.send(dataclasses.replace(packet, ssrc=phone.ssrc), studio.ports[leg])
        studio.tick()
    assert [event.digit for event in studio.events(leg, Digit)] == ["5"]


def test_a_muted_leg_still_presses_keys(studio: Room) -> None:
    phone = Phone(400)
    leg = studio.join(phone)
    studio.run(1)
    studio.engine.mute(leg, on=True)
    press(phone, studio.ports[leg], "9")
    studio.tick()
    studio.tick()
    assert len(studio.events(leg, Digit)) == 1


def test_keys_are_passed_on_under_the_other_ends_payload_type(studio: Room) -> None:
    one, other, deaf = Phone(400), Phone(700), Phone(900)
    first, second = studio.join(one), studio.join(other, telephone_event=96)
    third = studio.join(deaf, telephone_event=None)
    studio.hear("call", {second: [first], third: [first]})
    studio.run(3)
    other.heard.clear()
    deaf.heard.clear()
    sent = press(one, studio.ports[first], "7")
    studio.tick()
    studio.tick()
    assert [packet.payload for packet in other.heard] == [packet.payload for packet in sent]
    assert {packet.payload_type for packet in other.heard} == {96}
    assert len({packet.timestamp for packet in other.heard}) == 1
    assert deaf.heard == []


def test_we_press_keys_as_rfc_4733_asks(studio: Room) -> None:
    phone = Phone()
    leg = studio.join(phone, telephone_event=96)
    studio.engine.set_background(leg, "", silence=True)
    studio.run(3)
    studio.engine.send_digits(leg, "4#")
    studio.run(20)
    events = [packet for packet in phone.heard if packet.payload_type == 96]
    read = [(packet.timestamp, parse_telephone_event(packet.payload)) for packet in events]
    assert [event.key for _, event in read] == ["4"] * 8 + ["#"] * 8
    for key in (read[:8], read[8:]):
        assert len({stamp for stamp, _ in key}) == 1
        assert [event.duration for _, event in key] == [160, 320, 480, 640, 800, 800, 800, 800]
        assert [event.end for _, event in key] == [False] * 5 + [True] * 3
    assert [packet.marker for packet in events].count(True) == 2
    sequences = [packet.sequence for packet in phone.heard]
    assert {(b - a) & 0xFFFF for a, b in itertools.pairwise(sequences)} == {1}
    # The second press began eight frames after the first, and silence goes on at the time it is then.
    assert (read[8][0] - read[0][0]) & 0xFFFFFFFF == 8 * 160
    last = phone.heard[-1]
    assert last.payload_type == 0
    assert (last.timestamp - phone.heard[0].timestamp) & 0xFFFFFFFF == (len(phone.heard) - 1) * 160


def test_keys_pressed_while_others_are_follow_them(studio: Room) -> None:
    phone = Phone()
    leg = studio.join(phone)
    studio.engine.send_digits(leg, "1")
    studio.run(2)
    studio.engine.send_digits(leg, "2")
    studio.run(20)
    keys = [parse_telephone_event(packet.payload).key for packet in phone.heard]
    assert keys == ["1"] * 8 + ["2"] * 8


def test_a_far_end_without_events_hears_tones_and_its_sound_goes_on_after_them(studio: Room, tmp_path: Path) -> None:
    phone = Phone()
    leg = studio.join(phone, telephone_event=None)
    studio.engine.play(leg, 3, [sound_file(tmp_path / "prompt.ul", 300, 0.2)], loop=False)
    studio.run(5)
    studio.engine.send_digits(leg, "8")
    phone.heard.clear()
    studio.run(8)
    low, high = KEY_FREQUENCIES["8"]
    assert levels(phone.sound()[:800], [low, high]) == pytest.approx([6_000, 6_000], rel=0.05)
    assert not studio.events(leg, PlayEnded)
    studio.run(4)
    assert not studio.events(leg, PlayEnded)
    studio.run(1)
    assert studio.events(leg, PlayEnded) == [PlayEnded(3)]
    assert np.abs(phone.sound(4)).max() > 5_000


def sing(studio: Room, leg: int, keys: str, *, lost: frozenset[int] = frozenset()) -> None:
    """Press keys as tones, frame by frame. lost: numbers of frames that do not come."""
    phone = studio.phones[leg]
    tones = key_tones(keys)
    if phone.payload_type == 8:
        tones = encode_a(MU_DECODE[tones])
    frames = tones[: len(tones) // phone.samples * phone.samples].reshape(-1, phone.samples)
    for number, frame in enumerate(frames):
        if number not in lost:
            packet = RtpPacket(phone.payload_type, phone.sequence, phone.stamp, phone.ssrc, frame.tobytes())
            phone.send(packet, studio.ports[leg])
        phone.skip()
        studio.tick()
    studio.tick()


def in_band(studio: Room, leg: int) -> str:
    found = studio.events(leg, Digit)
    assert {event.how for event in found} <= {DigitSource.IN_BAND}
    return "".join(event.digit for event in found)


@pytest.mark.parametrize(("payload_type", "samples"), [(0, 160), (8, 160), (0, 80), (8, 240)])
def test_keys_that_come_as_sound_are_told(studio: Room, payload_type: int, samples: int) -> None:
    leg = studio.join(Phone(payload_type=payload_type, samples=samples), telephone_event=None)
    sing(studio, leg, "0123456789*#ABCD")
    assert in_band(studio, leg) == "0123456789*#ABCD"


def test_keys_are_heard_while_a_sound_plays(studio: Room, tmp_path: Path) -> None:
    leg = studio.join(Phone(), telephone_event=None)
    studio.engine.play(leg, 1, [sound_file(tmp_path / "prompt.ul", 300, 5)], loop=False)
    sing(studio, leg, "42")
    assert in_band(studio, leg) == "42"


def test_a_lost_packet_does_not_double_a_key(studio: Room) -> None:
    leg = studio.join(Phone(), telephone_event=None)
    sing(studio, leg, "77", lost=frozenset({1, 9}))
    assert in_band(studio, leg) == "77"


def test_a_key_after_silence_without_packets_is_another_press(studio: Room) -> None:
    phone = Phone()
    leg = studio.join(phone, telephone_event=None)
    for _ in range(2):
        sing(studio, leg, "3", lost=frozenset({5, 6, 7}))
        for _ in range(10):
            phone.skip()
    assert in_band(studio, leg) == "33"


def test_two_people_who_talk_are_not_listened_to(studio: Room) -> None:
    one, other = studio.join(Phone(), telephone_event=None), studio.join(Phone(), telephone_event=None)
    studio.hear("call", {one: [other], other: [one]})
    sing(studio, one, "5")
    assert studio.events(one, Digit) == []
    studio.hear("call", {})
    sing(studio, one, "6")
    assert in_band(studio, one) == "6"


def test_a_row_that_serves_another_leg_remembers_no_key(studio: Room) -> None:
    leg = studio.join(Phone(), telephone_event=None)
    sing(studio, leg, "8", lost=frozenset({4, 5, 6, 7}))
    studio.phones.pop(leg).socket.close()
    studio.engine.close(leg)
    again = studio.join(Phone(), telephone_event=None)
    sing(studio, again, "8")
    assert in_band(studio, again) == "8"
