"""Relaying: what arrives leaves unchanged, under our own numbers, without a jitter buffer."""

import dataclasses
import itertools
import struct

import pytest

from support.media import Phone, Room


def pair(studio: Room, one: Phone, other: Phone) -> tuple[int, int]:
    """Two bridged legs."""
    first, second = studio.join(one), studio.join(other)
    studio.hear("call", {first: [second], second: [first]})
    return first, second


def settle(studio: Room, legs: tuple[int, int]) -> None:
    """The addresses of both are settled and nothing is on its way."""
    studio.run(2)
    for leg in legs:
        studio.phones[leg].heard.clear()


@pytest.mark.parametrize("law", [0, 8])
def test_sound_of_one_coding_is_passed_on_byte_for_byte(studio: Room, law: int) -> None:
    one, other = Phone(400, payload_type=law), Phone(700, payload_type=law)
    legs = pair(studio, one, other)
    settle(studio, legs)
    said = [one.speak(studio.ports[legs[0]]) for _ in range(5)]
    studio.tick()
    assert [packet.payload for packet in other.heard] == [packet.payload for packet in said]
    assert {packet.payload_type for packet in other.heard} == {law}


@pytest.mark.parametrize("samples", [80, 160, 240])
def test_packets_of_10_20_and_30_ms_keep_their_size_and_times(studio: Room, samples: int) -> None:
    one, other = Phone(400, samples=samples), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    for _ in range(6):
        one.speak(studio.ports[legs[0]])
    studio.tick()
    assert [len(packet.payload) for packet in other.heard] == [samples] * 6
    stamps = [packet.timestamp for packet in other.heard]
    assert {(b - a) & 0xFFFFFFFF for a, b in itertools.pairwise(stamps)} == {samples}


def test_a_lost_packet_stays_visible_as_a_gap(studio: Room) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    for lost in (False, False, True, False):
        if lost:
            one.skip()
        else:
            one.speak(studio.ports[legs[0]])
    studio.tick()
    first = other.heard[0]
    assert [(packet.sequence - first.sequence) & 0xFFFF for packet in other.heard] == [0, 1, 3]
    assert [(packet.timestamp - first.timestamp) & 0xFFFFFFFF for packet in other.heard] == [0, 160, 480]


def test_swapped_packets_stay_swapped(studio: Room) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    first = one.speak(studio.ports[legs[0]])
    late = dataclasses.replace(first, sequence=one.sequence, timestamp=one.stamp)
    one.skip()
    one.speak(studio.ports[legs[0]])
    one.send(late, studio.ports[legs[0]])
    one.speak(studio.ports[legs[0]])
    studio.tick()
    begin = other.heard[0].sequence
    assert [(packet.sequence - begin) & 0xFFFF for packet in other.heard] == [0, 2, 1, 3]


def test_a_source_that_begins_anew_does_not_break_the_numbers(studio: Room) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    for _ in range(5):
        one.speak(studio.ports[legs[0]])
        studio.tick()
    one.ssrc, one.sequence, one.stamp = 77, 9, 12_345
    for _ in range(5):
        one.speak(studio.ports[legs[0]])
        studio.tick()
    assert len(other.heard) == 10
    sequences = [packet.sequence for packet in other.heard]
    assert {(b - a) & 0xFFFF for a, b in itertools.pairwise(sequences)} == {1}
    stamps = [packet.timestamp for packet in other.heard]
    assert {(b - a) & 0xFFFFFFFF for a, b in itertools.pairwise(stamps)} == {160}
    assert [packet.marker for packet in other.heard].count(True) == 1
    assert len({packet.ssrc for packet in other.heard}) == 1


def test_header_extensions_and_padding_are_taken_out(studio: Room) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    payload = bytes(range(160))
    header = struct.pack("!BBHII", 0x80 | 0x20 | 0x10 | 1, 0, one.sequence, one.stamp, one.ssrc)
    extended = header + struct.pack("!I", 5) + struct.pack("!HH", 0xBEDE, 1) + b"\x10\x01\x00\x00"
    one.socket.sendto(extended + payload + b"\x00\x00\x00\x04", studio.ports[legs[0]])
    studio.tick()
    assert [packet.payload for packet in other.heard] == [payload]


def test_comfort_noise_and_unknown_codecs_are_not_passed_on(studio: Room) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    spoken = one.speak(studio.ports[legs[0]])
    for kind in (13, 111, 72):
        strange = dataclasses.replace(spoken, payload_type=kind, sequence=one.sequence, payload=b"\x40")
        one.skip()
        one.send(strange, studio.ports[legs[0]])
    studio.tick()
    assert len(other.heard) == 1


@pytest.mark.parametrize("garbage", [b"", b"\x80", b"\xff" * 40, b"\x90" + bytes(11), bytes(600), b"\xa0" + bytes(20)])
def test_garbage_is_counted_and_harms_nobody(studio: Room, garbage: bytes) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    one.socket.sendto(garbage, studio.ports[legs[0]])
    one.speak(studio.ports[legs[0]])
    studio.tick()
    assert len(other.heard) == 1


def test_a_flood_waits_in_its_own_socket(studio: Room) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    settle(studio, legs)
    for _ in range(50):
        one.speak(studio.ports[legs[0]])
    other.speak(studio.ports[legs[1]])
    studio.tick()
    assert len(other.heard) == 8
    assert len(one.heard) == 1


def test_when_the_far_end_stops_listening_others_go_on(studio: Room) -> None:
    one, other = Phone(400), Phone(700)
    legs = pair(studio, one, other)
    third, fourth = Phone(900), Phone(1_100)
    pair_two = studio.join(third), studio.join(fourth)
    studio.hear("second", {pair_two[0]: [pair_two[1]], pair_two[1]: [pair_two[0]]})
    studio.run(5)
    del studio.phones[legs[0]]
    one.socket.close()
    fourth.heard.clear()
    studio.run(10)
    assert len(fourth.heard) == 10
