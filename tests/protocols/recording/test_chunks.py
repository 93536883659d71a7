"""The file of a recording: what is written is read, and whatever the bytes, a reader answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.protocols.recording.chunks import (
    FORMAT,
    Chunk,
    Header,
    Kind,
    RecordingError,
    build_chunk,
    build_header,
    read,
)

HEADER = Header("org", "rec", "con", "eng", 1_700_000_000_000_000)


def sound(samples: int, value: int = 7) -> tuple[int, int, bytes]:
    return Kind.SOUND, samples, bytes([value]) * (2 * samples)


chunk_bodies = st.one_of(
    st.builds(sound, st.integers(0, 200), st.integers(0, 255)),
    st.builds(lambda kind, samples: (kind, samples, b""), st.sampled_from([2, 3]), st.integers(0, 100_000)),
)


def file_of(bodies: list[tuple[int, int, bytes]], *, end: bool = False) -> tuple[bytes, list[Chunk]]:
    chunks = [Chunk(number, *body) for number, body in enumerate(bodies)]
    last = [Chunk(len(chunks), Kind.END, 0)] if end else []
    return build_header(HEADER) + b"".join(map(build_chunk, [*chunks, *last])), chunks


@given(st.lists(chunk_bodies, max_size=6), st.booleans())
def test_what_is_written_is_read(bodies: list[tuple[int, int, bytes]], end: bool) -> None:
    data, chunks = file_of(bodies, end=end)
    found = read(data)
    assert found == (HEADER, chunks, end, len(data), False)
    assert found.samples == sum(samples for _, samples, _ in bodies)


@given(st.lists(chunk_bodies, min_size=1, max_size=5), st.booleans(), st.data())
def test_a_file_that_was_cut_anywhere_keeps_every_whole_chunk(
    bodies: list[tuple[int, int, bytes]], end: bool, data: st.DataObject
) -> None:
    whole, chunks = file_of(bodies, end=end)
    begin = len(build_header(HEADER))
    cut = data.draw(st.integers(begin, len(whole)))
    found = read(whole[:cut])
    places = [len(file_of(bodies[:count])[0]) for count in range(len(bodies) + 1)]
    kept = max(count for count, place in enumerate(places) if place <= cut)
    assert found.chunks == chunks[:kept]
    assert found.torn == (cut not in [*places, *([len(whole)] if end else [])])
    assert whole[: found.good] == whole[:cut][: found.good]


@given(st.lists(chunk_bodies, min_size=1, max_size=4), st.data())
def test_a_changed_byte_ends_the_recording_before_its_chunk(
    bodies: list[tuple[int, int, bytes]], data: st.DataObject
) -> None:
    whole, chunks = file_of(bodies)
    at = data.draw(st.integers(len(build_header(HEADER)), len(whole) - 1))
    damaged = bytearray(whole)
    damaged[at] ^= data.draw(st.integers(1, 255))
    found = read(bytes(damaged))
    assert found.torn
    assert found.chunks == chunks[: len(found.chunks)]
    assert found.good <= at


@given(st.binary() | st.binary().map(lambda rest: build_header(HEADER)[:20] + rest))
def test_any_bytes_are_a_recording_or_one_error(data: bytes) -> None:
    try:
        read(data)
    except RecordingError:
        return


@given(st.binary())
def test_anything_may_follow_the_header(rest: bytes) -> None:
    found = read(build_header(HEADER) + rest)
    assert found.header == HEADER
    assert found.good + (len(rest) if found.torn else 0) >= len(build_header(HEADER))


def test_what_follows_the_end_is_not_part_of_it() -> None:
    data, chunks = file_of([sound(3)], end=True)
    found = read(data + build_chunk(Chunk(2, *sound(4))))
    assert (found.chunks, found.ended, found.torn) == (chunks, True, True)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "too short"),
        (b"RIFF" + bytes(40), "not a recording"),
        (b"SWBREC" + (FORMAT + 1).to_bytes(2, "big") + bytes(40), "format 2"),
        (build_header(HEADER)[:-1], "damaged"),
        (build_header(HEADER)[:-1] + b"!", "damaged"),
    ],
)
def test_what_is_no_recording_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(RecordingError, match=why):
        read(data)
