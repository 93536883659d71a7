"""What telephony looks up during a call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels.voice.directory import read_secret
from switchboard.channels.voice.model import (
    Digest,
    Directory,
    Number,
    Phone,
    SecretPlace,
    SecretReference,
    Trunk,
    plain_number,
)
from switchboard.kit.errors import Unavailable

DIRECTORY = Directory.of(
    [Number("+49301234567", "c", "welcome"), Number("100", "c", "welcome")],
    [
        Trunk("wide", "Wide", addresses=("192.0.2.0/24",), id="1"),
        Trunk("narrow", "Narrow", addresses=("192.0.2.128/28", "2001:db8::7"), id="2"),
        Trunk("host", "Host", addresses=("192.0.2.130",), digest=Digest("carrier", "x"), id="3"),
    ],
    [Phone("p", "Anna", id="7")],
)


@pytest.mark.parametrize(
    "dialled", ["+49301234567", "49301234567", "0049301234567", "+49 (30) 123-45.67", "49 30/1234567"]
)
def test_a_number_is_found_as_trunks_write_it(dialled: str) -> None:
    found = DIRECTORY.number(dialled)
    assert found is not None
    assert found.number == "+49301234567"


@pytest.mark.parametrize("dialled", ["", "+", "00", "10", "1000", "0301234567", "alice"])
def test_other_numbers_are_not_found(dialled: str) -> None:
    assert DIRECTORY.number(dialled) is None


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.130", "host"),
        ("192.0.2.131", "narrow"),
        ("192.0.2.7", "wide"),
        ("2001:db8::7", "narrow"),
        ("198.51.100.1", None),
        ("not an address", None),
    ],
)
def test_the_narrowest_trunk_that_holds_an_address(address: str, key: str | None) -> None:
    found = DIRECTORY.trunk_at(address)
    assert (found.key if found else None) == key


def test_names() -> None:
    assert DIRECTORY.phone_named("ANNA") is DIRECTORY.phones["7"]
    assert DIRECTORY.phone_named("boris") is None
    assert DIRECTORY.trunk_named("carrier") is DIRECTORY.trunks["3"]
    assert DIRECTORY.trunk_named("wide") is None


@given(st.text())
def test_looking_up_is_total(text: str) -> None:
    DIRECTORY.number(text)
    DIRECTORY.trunk_at(text)
    DIRECTORY.phone_named(text)
    assert plain_number(plain_number(text)) == plain_number(text)


def test_secrets_are_read_where_they_are(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("secrets") / "secret"
    file.write_text("s3cret \r\n")
    assert read_secret(SecretReference(SecretPlace.FILE, str(file)), {}) == "s3cret "
    assert read_secret(SecretReference(SecretPlace.ENVIRONMENT, "X"), {"X": "y"}) == "y"
    for missing in (SecretReference(SecretPlace.ENVIRONMENT, "Y"), SecretReference.of("file:/nowhere/at-all")):
        with pytest.raises(Unavailable):
            read_secret(missing, {"X": "y"})


@given(st.sampled_from(SecretPlace), st.text(min_size=1))
def test_a_reference_is_written_and_read(place: SecretPlace, name: str) -> None:
    reference = SecretReference(place, name)
    assert SecretReference.of(str(reference)) == reference
