"""Who hears whom, proven by Fourier transform: wanted tones within 1 dB, others 40 dB below."""

import itertools
from pathlib import Path

import pytest

from support.media import Phone, Room, sound_file

CALLER, AGENT, SUPERVISOR, OTHER = TONES = (400, 700, 1100, 1600)
NAMES = dict(zip("CASO", TONES, strict=True))

CASES = {
    "bridge": ({"C": "A", "A": "C"}, {"C": "A", "A": "C", "S": "", "O": ""}),
    "listen": ({"C": "A", "A": "C", "S": "CA"}, {"C": "A", "A": "C", "S": "CA"}),
    "whisper": ({"C": "A", "A": "CS", "S": "CA"}, {"C": "A", "A": "CS", "S": "CA"}),
    "barge": ({"C": "AS", "A": "CS", "S": "CA"}, {"C": "AS", "A": "CS", "S": "CA"}),
    "conference": (
        {"C": "ASO", "A": "CSO", "S": "CAO", "O": "CAS"},
        {"C": "ASO", "A": "CSO", "S": "CAO", "O": "CAS"},
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("law", [0, 8])
def test_everybody_hears_whom_the_matrix_names(studio: Room, case: str, law: int) -> None:
    matrix, wanted = CASES[case]
    phones = {name: Phone(hz, payload_type=law if name in "AS" else 0) for name, hz in NAMES.items()}
    legs = {name: studio.join(phone) for name, phone in phones.items()}
    studio.hear("call", {legs[to]: [legs[source] for source in heard] for to, heard in matrix.items()})
    studio.run(80)
    for name, heard in wanted.items():
        for source, level in zip(NAMES, phones[name].hears(TONES).values(), strict=True):
            assert abs(level) < 1 if source in heard else level < -40, (case, name, source, level)


def test_who_has_no_source_and_no_background_is_sent_nothing(studio: Room) -> None:
    caller = Phone(CALLER)
    studio.join(caller)
    studio.run(10)
    assert caller.heard == []


def test_gain_changes_the_level(studio: Room) -> None:
    caller, agent = Phone(CALLER), Phone(AGENT)
    heard, spoken = studio.join(caller), studio.join(agent)
    studio.hear("call", {heard: [(spoken, 0.5)]})
    studio.run(80)
    assert caller.hears([AGENT])[AGENT] == pytest.approx(-6, abs=0.3)


def test_hold_gives_music_and_resuming_gives_the_voice_back(studio: Room, tmp_path: Path) -> None:
    caller, agent = Phone(CALLER), Phone(AGENT)
    held, holder = studio.join(caller), studio.join(agent)
    studio.engine.set_background(held, sound_file(tmp_path / "music.ul", OTHER, 2.0), silence=False)
    bridge = {held: [holder], holder: [held]}
    studio.run(60)
    assert caller.hears(TONES)[OTHER] > -1
    studio.hear("call", bridge)
    studio.run(80)
    assert caller.hears(TONES)[AGENT] > -1
    assert caller.hears(TONES)[OTHER] < -40
    studio.hear("call", {})
    studio.run(80)
    assert caller.hears(TONES)[OTHER] > -1
    assert caller.hears(TONES)[AGENT] < -40
    studio.hear("call", bridge)
    studio.run(80)
    assert caller.hears(TONES)[AGENT] > -1
    stamps = [packet.timestamp for packet in caller.heard]
    steps = {(after - before) & 0xFFFFFFFF for before, after in itertools.pairwise(stamps)}
    assert steps == {160}
    sequences = [packet.sequence for packet in caller.heard]
    assert {(b - a) & 0xFFFF for a, b in itertools.pairwise(sequences)} == {1}


def test_a_muted_leg_is_silence_to_the_others_not_music(studio: Room, tmp_path: Path) -> None:
    caller, agent = Phone(CALLER), Phone(AGENT)
    one, other = studio.join(caller), studio.join(agent)
    studio.engine.set_background(one, sound_file(tmp_path / "music.ul", OTHER, 2.0), silence=False)
    studio.hear("call", {one: [other], other: [one]})
    studio.run(60)
    studio.engine.mute(other, on=True)
    caller.heard.clear()
    studio.run(60)
    assert len(caller.heard) == 60
    assert not caller.sound().any()
    assert agent.hears(TONES)[CALLER] > -1
    studio.engine.mute(other, on=False)
    studio.run(60)
    assert caller.hears(TONES)[AGENT] > -1


def test_a_closed_leg_is_forgotten_by_its_matrix_and_its_row_serves_another(studio: Room) -> None:
    caller, agent, supervisor = Phone(CALLER), Phone(AGENT), Phone(SUPERVISOR)
    one, other, third = (studio.join(phone) for phone in (caller, agent, supervisor))
    studio.hear("call", {one: [other, third], other: [one], third: [one, other]})
    studio.run(60)
    studio.engine.close(other)
    del studio.phones[other]
    studio.run(60)
    assert caller.hears(TONES)[SUPERVISOR] > -1
    assert caller.hears(TONES)[AGENT] < -40
    stranger = Phone(OTHER)
    new = studio.join(stranger)
    studio.run(20)
    assert stranger.heard == []
    assert new != other
    studio.hear("call", {})
    studio.hear("second", {new: [one]})
    studio.run(60)
    assert stranger.hears(TONES)[CALLER] > -1


def test_a_leg_that_is_not_there_is_left_out_of_a_matrix(studio: Room) -> None:
    caller = Phone(CALLER)
    leg = studio.join(caller)
    studio.hear("call", {leg: [99], 98: [leg]})
    studio.run(5)
    assert caller.heard == []


def test_one_speaker_reaches_many_listeners_without_a_mixer(studio: Room) -> None:
    speaker = studio.join(Phone(CALLER))
    listeners = [Phone(0) for _ in range(5)]
    legs = [studio.join(phone) for phone in listeners]
    studio.hear("call", {leg: [speaker] for leg in legs})
    studio.run(60)
    assert all(phone.hears([CALLER])[CALLER] > -1 for phone in listeners)
