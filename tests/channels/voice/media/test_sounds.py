"""Sounds played to legs: to the end, one after the other, looped, replaced, missing."""

from pathlib import Path

import pytest

from support.media import Phone, Room, sound_file
from switchboard.channels.voice.media.events import PlayEnded
from switchboard.channels.voice.media.sounds import KEPT, Sounds


def test_a_sound_is_heard_whole_and_its_end_is_told_once(studio: Room, tmp_path: Path) -> None:
    phone = Phone()
    leg = studio.join(phone)
    path = Path(sound_file(tmp_path / "prompt.ul", 700, 0.5))
    path.write_bytes(path.read_bytes() + b"\x00" * 40)
    studio.engine.play(leg, 1, [str(path)], loop=False)
    studio.run(40)
    heard = b"".join(packet.payload for packet in phone.heard)
    assert heard == path.read_bytes() + b"\xff" * 120
    assert studio.told == [(leg, PlayEnded(1))]


@pytest.mark.parametrize("law", [0, 8])
def test_sounds_follow_each_other_without_a_gap(studio: Room, tmp_path: Path, law: int) -> None:
    phone = Phone(payload_type=law)
    leg = studio.join(phone)
    sounds = [sound_file(tmp_path / f"{hz}.ul", hz, 0.4) for hz in (400, 700)]
    studio.engine.play(leg, 5, sounds, loop=False)
    studio.run(20)
    assert phone.hears([400, 700])[400] > -1
    assert not studio.told
    phone.heard.clear()
    studio.run(20)
    assert phone.hears([400, 700])[700] > -1
    assert studio.told == [(leg, PlayEnded(5))]
    assert len(phone.heard) == 20


def test_a_looped_sound_goes_on_until_stopped_and_says_nothing(studio: Room, tmp_path: Path) -> None:
    phone = Phone()
    leg = studio.join(phone)
    studio.engine.play(leg, 1, [sound_file(tmp_path / "ring.ul", 400, 0.1)], loop=True)
    studio.run(60)
    assert len(phone.heard) == 60
    studio.engine.stop_playing(leg)
    studio.run(5)
    assert len(phone.heard) == 60
    assert studio.told == []


def test_a_sound_replaces_another_which_ends_without_a_word(studio: Room, tmp_path: Path) -> None:
    phone = Phone()
    leg = studio.join(phone)
    studio.engine.play(leg, 1, [sound_file(tmp_path / "long.ul", 400, 5.0)], loop=False)
    studio.run(3)
    studio.engine.play(leg, 2, [sound_file(tmp_path / "short.ul", 700, 0.2)], loop=False)
    studio.run(15)
    assert studio.told == [(leg, PlayEnded(2))]


def test_a_missing_file_is_told_so_that_the_call_goes_on(studio: Room, tmp_path: Path) -> None:
    leg = studio.join(Phone())
    studio.engine.play(leg, 4, [sound_file(tmp_path / "there.ul", 400, 1.0), "/missing.ul"], loop=False)
    studio.run(2)
    [(_, ended)] = studio.told
    assert isinstance(ended, PlayEnded)
    assert ended.play == 4
    assert "missing.ul" in ended.failed


def test_an_empty_file_and_an_empty_list_end_at_once(studio: Room, tmp_path: Path) -> None:
    leg = studio.join(Phone())
    (tmp_path / "empty.ul").write_bytes(b"")
    studio.engine.play(leg, 1, [str(tmp_path / "empty.ul")], loop=False)
    studio.run(1)
    studio.engine.play(leg, 2, [], loop=False)
    assert studio.told == [(leg, PlayEnded(1)), (leg, PlayEnded(2))]


def test_music_is_at_the_same_place_for_all_who_wait(studio: Room, tmp_path: Path) -> None:
    early, late, other = Phone(), Phone(), Phone(payload_type=8)
    music = sound_file(tmp_path / "music.ul", 437, 1.0)
    for phone in (early, late, other):
        leg = studio.join(phone)
        studio.engine.set_background(leg, music, silence=False)
        studio.run(7)
    assert [packet.payload for packet in early.heard[-7:]] == [packet.payload for packet in late.heard[-7:]]
    studio.run(60)
    assert early.hears([437])[437] > -1
    assert other.hears([437])[437] > -1


def test_music_that_is_missing_is_silence(studio: Room) -> None:
    phone = Phone()
    leg = studio.join(phone)
    studio.engine.set_background(leg, "/missing.ul", silence=False)
    studio.run(3)
    assert [packet.payload for packet in phone.heard] == [b"\xff" * 160] * 3


def test_silence_is_sent_while_asked_for(studio: Room) -> None:
    phone = Phone(payload_type=8)
    leg = studio.join(phone)
    studio.engine.set_background(leg, "", silence=True)
    studio.run(3)
    assert [packet.payload for packet in phone.heard] == [b"\xd5" * 160] * 3
    studio.engine.set_background(leg, "", silence=False)
    studio.run(3)
    assert len(phone.heard) == 3


def test_a_file_that_was_replaced_is_opened_anew_while_the_old_one_plays_on(tmp_path: Path) -> None:
    sounds = Sounds()
    path = tmp_path / "greeting.ul"
    path.write_bytes(b"\x01" * 160)
    old = sounds.open(str(path))
    (tmp_path / "new").write_bytes(b"\x02" * 160)
    (tmp_path / "new").rename(path)
    new = sounds.open(str(path))
    assert (old.frame(0)[0], new.frame(0)[0]) == (1, 2)
    sounds.release(old.number)
    with pytest.raises(KeyError):
        sounds[old.number]
    assert sounds[new.number] is new


def test_files_that_nobody_plays_are_let_go(tmp_path: Path) -> None:
    sounds = Sounds()
    opened = []
    for number in range(KEPT + 3):
        path = tmp_path / f"{number}.ul"
        path.write_bytes(bytes([number % 256]) * 160)
        opened.append(sounds.open(str(path)))
    sounds.release(opened[0].number)
    with pytest.raises(KeyError):
        sounds[opened[0].number]
    assert sounds[opened[1].number] is opened[1], "still played"
