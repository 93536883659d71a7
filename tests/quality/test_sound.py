"""A recording as WAV, Ogg and waveform: what was said where, and silence where nothing was recorded."""

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.taped import write
from switchboard.audio.g711 import MU_DECODE
from switchboard.audio.tones import levels
from switchboard.protocols.recording.chunks import Header, Kind, RecordingError
from switchboard.quality.model import Gap
from switchboard.quality.sound import WavView, scanned, waveform, write_ogg, write_wav

HEADER = Header("org", "rec", "con", "eng", 0)
PARTS = ((Kind.SOUND, 2.0), (Kind.PAUSED, 1.0), (Kind.HELD, 0.5), (Kind.SOUND, 1.5))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "rec.swr"
    write(made, HEADER, *PARTS)
    return made


def db(sound: np.ndarray, frequency: int) -> float:
    return float(20 * np.log10(max(levels(sound, [frequency])[0], 1e-3) / 6_000))


def stereo_of(file: Path | io.BytesIO) -> np.ndarray:
    """int16 [samples, 2] of a 16-bit WAV."""
    with wave.open(str(file) if isinstance(file, Path) else file, "rb") as opened:
        assert (opened.getnchannels(), opened.getframerate(), opened.getsampwidth()) == (2, 8_000, 2)
        return np.frombuffer(opened.readframes(opened.getnframes()), "<i2").reshape(-1, 2)


def test_the_exported_wav_has_the_caller_left_and_the_agent_right(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "rec.wav"
    with target.open("wb") as file:
        write_wav(path, file)
    sound = stereo_of(target)
    assert len(sound) == 5 * 8_000
    for part in (sound[:16_000], sound[28_000:]):
        assert (db(part[:, 0], 400), db(part[:, 1], 700)) == pytest.approx((0, 0), abs=0.1)
        assert max(db(part[:, 0], 700), db(part[:, 1], 400)) < -60
    assert not sound[16_000:28_000].any()


def test_ogg_keeps_both_sides_and_the_length(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "rec.ogg"
    with target.open("wb") as file:
        write_ogg(path, file)
    assert target.stat().st_size < 5 * 5_000
    with av.open(str(target)) as container:
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=8_000)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    sound = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in frames])
    assert len(sound) == pytest.approx(5 * 8_000, abs=800)
    assert (db(sound[2_000:14_000, 0], 400), db(sound[2_000:14_000, 1], 700)) == pytest.approx((0, 0), abs=1.5)
    assert max(db(sound[2_000:14_000, 0], 700), db(sound[2_000:14_000, 1], 400)) < -18  # joint stereo at 24 kbit/s
    assert np.abs(sound[17_000:27_000].astype(int)).max() < 200


def test_the_waveform_shows_both_sides_and_names_the_gaps(path: Path) -> None:
    shown = waveform(path)
    assert shown.seconds == 5.0
    assert len(shown.left) == len(shown.right) == 5 * shown.per_second
    quiet = slice(2 * shown.per_second, 7 * shown.per_second // 2)
    assert set(shown.left[quiet]) == set(shown.right[quiet]) == {0}
    assert 35 < min(shown.left[: quiet.start]) <= max(shown.left) <= 50
    assert shown.gaps == [Gap(2.0, 3.0, "paused"), Gap(3.0, 3.5, "on hold")]


def test_the_view_is_a_mu_law_wav(path: Path) -> None:
    view = WavView(path)
    data = view.read(0, view.size)
    assert len(data) == view.size
    assert int.from_bytes(data[4:8], "little") == view.size - 8
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.audio[0].codec_context.name == "pcm_mulaw"
        sound = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)])
    assert len(sound) == 5 * 8_000
    assert db(sound[:16_000, 1], 700) == pytest.approx(0, abs=0.1)


@settings(max_examples=40)
@given(st.data())
def test_any_stretch_of_the_view_is_that_stretch_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "view.swr"
    if not path.exists():
        write(path, HEADER, *PARTS)
    view = WavView(path)
    whole = view.read(0, view.size)
    begin = data.draw(st.integers(0, view.size))
    end = data.draw(st.integers(begin, view.size))
    assert view.read(begin, end) == whole[begin:end]


def test_a_torn_end_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "torn.swr"
    write(path, HEADER, (Kind.SOUND, 1.6), ended=False)
    good = path.stat().st_size
    write(path, HEADER, (Kind.SOUND, 1.6), ended=False, torn=b"\0\0\0\2\1 half a chunk")
    assert scanned(path) == (good, 12_800, False)
    assert MU_DECODE[np.frombuffer(WavView(path).read(58, 100), np.uint8)].any()


def test_a_file_larger_than_a_window_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.swr"
    write(path, HEADER, (Kind.SOUND, 70.0), (Kind.PAUSED, 10.0), (Kind.SOUND, 70.0))
    assert path.stat().st_size > 2 * (1 << 20)
    assert scanned(path)[1] == 150 * 8_000
    assert waveform(path).gaps == [Gap(70.0, 80.0, "paused")]


def test_what_is_empty_or_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.swr"
    write(path, HEADER, ended=False)
    with pytest.raises(RecordingError, match="no sound"):
        scanned(path)
    path.write_bytes(b"RIFF")
    with pytest.raises(RecordingError):
        WavView(path)
