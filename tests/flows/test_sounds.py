"""Sound files: converted to what telephones play, kept by content, refused with the reason."""

import contextlib
import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from support.configured import rooms_on, tone, wav
from switchboard.audio.g711 import MU_DECODE
from switchboard.flows import convert
from switchboard.flows.convert import from_samples, telephone_sound
from switchboard.flows.library import SoundLibrary
from switchboard.kit.errors import Invalid, NotFound, Unavailable
from switchboard.storage.database import Database

WAV = wav(tone(0.5, 44_100), 44_100)


def linear(sound: bytes) -> NDArray[np.float64]:
    return MU_DECODE[np.frombuffer(sound, np.uint8)].astype(np.float64)


def pitch(sound: bytes) -> float:
    """Hertz of the strongest tone."""
    spectrum = np.abs(np.fft.rfft(linear(sound)))
    return float(np.argmax(spectrum) * 8_000 / len(sound))


def encoded(form: str, codec: str, rate: int = 44_100, layout: str = "mono") -> bytes:
    """Half a second of 440 Hz in another format."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame(format="s16", layout="mono", samples=int(rate * 0.5))
        frame.planes[0].update(tone(0.5, rate))
        frame.sample_rate = rate
        for part in av.AudioResampler(format=stream.format, layout=layout, rate=rate).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return out.getvalue()


def stereo_wav() -> bytes:
    left = np.frombuffer(tone(0.5, 48_000), np.int16)
    both = np.repeat(left, 2).tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 48_000, 192_000, 4, 16)
    data = struct.pack("<4sI", b"data", len(both)) + both
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WAV, id="wav"),
        pytest.param(stereo_wav(), id="stereo wav"),
        pytest.param(encoded("mp3", "libmp3lame"), id="mp3"),
        pytest.param(encoded("ogg", "libopus", 48_000), id="ogg"),
        pytest.param(encoded("flac", "flac"), id="flac"),
    ],
)
def test_converts(data: bytes) -> None:
    sound = telephone_sound(data)
    assert len(sound) % 160 == 0
    assert 0.48 <= len(sound) / 8_000 <= 0.65
    assert pitch(sound) == pytest.approx(440, abs=5)
    assert np.abs(linear(sound)).max() > 8_000


def test_speech_is_converted_without_a_file() -> None:
    sound = from_samples(tone(0.5, 22_050), 22_050)
    assert pitch(sound) == pytest.approx(440, abs=5)
    assert len(sound) == 4_000
    assert from_samples(b"", 22_050) == b"\xff" * 160


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"hello world, this is text", "not a WAV, MP3, Ogg or FLAC sound"),
        (b"\x00" * 500, "not a WAV, MP3, Ogg or FLAC sound"),
        (WAV[:-1000], "cut off: 43100 of 44100 bytes"),
        (WAV[:44], "cut off: 0 of 44100"),
        (WAV[:30], "holds no sound"),
        (wav(b"", 8_000), "holds no sound"),
        (b"OggS" + b"\x00" * 200, "cannot be read as ogg sound"),
        (b"ID3" + b"\x00" * 200, "sound"),
        (b"#EXTM3U\nfile:///etc/passwd", "not a WAV"),
    ],
)
def test_what_is_broken_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        telephone_sound(data)


def test_what_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "LONGEST", 0.4)
    with pytest.raises(Invalid, match="longer than"):
        telephone_sound(WAV)
    monkeypatch.setattr(convert, "LARGEST", 1_000)
    with pytest.raises(Invalid, match="larger than"):
        telephone_sound(WAV)


SEEDS = [WAV[:3000], encoded("mp3", "libmp3lame"), encoded("ogg", "libopus", 48_000), encoded("flac", "flac")]


@given(seed=st.sampled_from(SEEDS), cut=st.integers(1, 8_000), data=st.data())
@settings(max_examples=60, deadline=None)
def test_converting_is_total(seed: bytes, cut: int, data: st.DataObject) -> None:
    spoiled = bytearray(seed[:cut])
    for _ in range(data.draw(st.integers(0, 6))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Invalid):
        telephone_sound(bytes(spoiled))


def test_the_library_keeps_one_file_per_content(tmp_path: Path) -> None:
    library = SoundLibrary(tmp_path / "sounds")
    name = library.keep(b"\xff" * 160)
    assert library.keep(b"\xff" * 160) == name
    assert library.keep(b"\xfe" * 160) != name
    assert library.size(name) == 160
    assert sorted(path.suffix for path in (tmp_path / "sounds").iterdir()) == [".ul", ".ul"]
    assert Path(library.path(name)).read_bytes() == b"\xff" * 160


def test_the_library_finds_nothing_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    assert SoundLibrary(tmp_path / "sounds").size("../secret") is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("a file in the way")
    with pytest.raises(Unavailable, match="folder of sounds cannot be written"):
        SoundLibrary(tmp_path / "sounds").keep(b"\xff")


async def test_uploading_replaces_and_retiring_gives_way_to_music(database: Database, tmp_path: Path) -> None:
    rooms = rooms_on(database, tmp_path)
    organization = (await rooms.tenancy.ensure_organization("acme", "Acme")).id
    first = await rooms.flows.sounds.upload(organization, "jingle", "Jingle", WAV)
    assert first.length == 500_000
    path = (await rooms.flows.catalogue(organization)).paths["jingle"]
    second = await rooms.flows.sounds.upload(organization, "jingle", "Jingle", wav(tone(0.2, 8_000), 8_000))
    catalogue = await rooms.flows.catalogue(organization)
    assert catalogue.music("jingle") == catalogue.paths["jingle"] != path
    assert second.length == 200_000
    async with database.transaction() as connection:
        await rooms.flows.sounds.retire(connection, organization, "jingle")
    catalogue = await rooms.flows.catalogue(organization)
    assert catalogue.music("jingle") == catalogue.paths["music"]


async def test_bad_uploads_change_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    rooms = rooms_on(sqlite_database, tmp_path)
    for key, audio, field in (
        ("x", b"text", "audio"),
        ("X!", WAV, "key"),
        ("music", WAV, "key"),
        ("silence", WAV, "key"),
    ):
        with pytest.raises(Invalid) as caught:
            await rooms.flows.sounds.upload("acme", key, "Name", audio)
        assert caught.value.field == field
    with pytest.raises(NotFound):
        async with sqlite_database.transaction() as connection:
            await rooms.flows.sounds.retire(connection, "acme", "x")
    assert not (tmp_path / "sounds").exists()
