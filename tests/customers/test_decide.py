"""Numbers as trunks and people give them, in E.164 or nobody's."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.customers.decide import check_name, check_note, words_asked, words_known
from switchboard.customers.model import e164
from switchboard.kit.errors import Invalid


@pytest.mark.parametrize(
    ("number", "region", "expected"),
    [
        ("+49 30 123456", "DE", "+4930123456"),
        ("030 123456", "DE", "+4930123456"),
        ("0049 30 123456", "DE", "+4930123456"),
        ("(030) 12 34-56", "DE", "+4930123456"),
        ("030/123456", "DE", "+4930123456"),
        (" +14155552671 ", "DE", "+14155552671"),
        ("4155552671", "US", "+14155552671"),
        ("415-555-2671", "US", "+14155552671"),
        ("01 234567890", "AT", "+431234567890"),
        ("+4930123456;phone-context=example.com", "DE", "+4930123456"),
        ("tel:+4930123456", "DE", "+4930123456"),
    ],
)
def test_one_number_in_many_forms(number: str, region: str, expected: str) -> None:
    assert e164(number, region) == expected


@pytest.mark.parametrize(
    "number",
    [
        "",
        "anonymous",
        "Anonymous",
        "unavailable",
        "restricted",
        "+",
        "1001",
        "110",
        "agent1",
        "ada",
        "\x00",
        "0800FLOWERS",
        "+" + "9" * 30,
        "9" * 10000,
        "+0",
        "sip:ada@example.com",
        "�",
        "+4930\n123456",
    ],
)
def test_what_is_nobodys(number: str) -> None:
    assert e164(number, "DE") is None


def test_a_number_without_its_area_code_is_nobodys() -> None:
    assert e164("555-2671", "US") is None


@given(st.text(max_size=60), st.text(max_size=3))
def test_whatever_comes_is_a_number_or_nobody(number: str, region: str) -> None:
    found = e164(number, region)
    assert found is None or (found.startswith("+") and found[1:].isdigit() and len(found) <= 18)


@given(st.sampled_from(["DE", "AT", "CH", "US", "GB", "FR", "IT", "PL"]), st.integers(0, 10**7))
def test_a_found_number_is_found_again_from_anywhere(region: str, subscriber: int) -> None:
    example = phonenumbers.example_number(region)
    number = f"+{example.country_code}{str(example.national_number)[:3]}{subscriber:07}"
    found = e164(number, region)
    if found is not None:
        assert e164(found, "US") == e164(found, "DE") == found


def test_names_and_notes() -> None:
    assert check_name(" Ada ") == "Ada"
    assert check_name("  ") is None
    assert check_note("line\nline") == "line\nline"
    for name in ("x" * 201, "a\nb", "a\x00b"):
        with pytest.raises(Invalid):
            check_name(name)
    for note in ("x" * 10_001, "a\x00b"):
        with pytest.raises(Invalid):
            check_note(note)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("muller", "Jörg Müller-Weiß"),
        ("mueller", "Jörg Müller-Weiß"),
        ("Müller", "Jörg Müller-Weiß"),
        ("weiss", "Jörg Müller-Weiß"),
        ("lukasz", "Łukasz Żak"),
        ("zak", "Łukasz Żak"),
        ("oconnor", "Sinéad OConnor"),
        ("σοφια", "Σοφία"),
    ],
)
def test_a_name_is_found_without_its_accents(asked: str, name: str) -> None:
    (word,) = words_asked(asked)
    assert word in words_known(name)


@given(st.text(max_size=60))
def test_every_name_is_found_by_itself(name: str) -> None:
    assert set(words_asked(name)) <= words_known(name)
