"""G.711 against its definition and against libavcodec."""

import av
import numpy as np
import pytest

from switchboard.audio.g711 import A_DECODE, A_TO_MU, MU_DECODE, MU_TO_A, encode_a, encode_mu

LAWS = {"pcm_mulaw": (MU_DECODE, encode_mu), "pcm_alaw": (A_DECODE, encode_a)}
EVERY = np.arange(65_536, dtype=np.uint16).view(np.int16)


@pytest.mark.parametrize("law", LAWS)
def test_decoding_is_that_of_libavcodec(law: str) -> None:
    codec = av.CodecContext.create(law, "r")
    codec.sample_rate, codec.layout = 8_000, "mono"
    [frame] = codec.decode(av.Packet(bytes(range(256))))
    assert np.array_equal(frame.to_ndarray().ravel(), LAWS[law][0])


@pytest.mark.parametrize("law", LAWS)
def test_encoding_takes_the_nearest_value(law: str) -> None:
    decode, encode = LAWS[law]
    error = np.abs(decode[encode(EVERY)].astype(int) - EVERY)
    best = np.abs(decode[:, None].astype(int) - EVERY[::97]).min(axis=0)
    assert np.array_equal(error[::97], best)


@pytest.mark.parametrize("law", LAWS)
def test_what_was_decoded_encodes_to_the_same_value(law: str) -> None:
    decode, encode = LAWS[law]
    assert np.array_equal(decode[encode(decode)], decode)


def test_silence_is_the_code_that_telephones_send() -> None:
    zero = np.zeros(1, np.int16)
    assert (encode_mu(zero)[0], encode_a(zero)[0]) == (0xFF, 0xD5)


def test_going_to_the_other_law_and_back_stays_within_a_step() -> None:
    there_and_back = MU_DECODE[A_TO_MU[MU_TO_A]].astype(int)
    assert (np.abs(there_and_back - MU_DECODE) <= np.abs(MU_DECODE.astype(int)) / 16 + 16).all()


def test_shapes_are_kept() -> None:
    assert encode_mu(np.zeros((3, 160), np.int16)).shape == (3, 160)
