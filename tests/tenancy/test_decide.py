"""Names, keys, pauses and session ages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.tenancy import client_item, person_item
from switchboard.kit.errors import Invalid
from switchboard.tenancy import decide
from switchboard.tenancy.decide import FOR_ADDRESS, FOR_USER_NAME, Failures
from switchboard.tenancy.model import ClientItem, PersonItem, Role

S = 1_000_000


def fail(times: int, *, apart: int = 0) -> Failures:
    failures = Failures()
    for number in range(times):
        failures = failures.after_another(number * apart, FOR_USER_NAME)
    return failures


def test_the_pause_grows_and_ends() -> None:
    pauses = [FOR_USER_NAME.pause(failures) for failures in range(16)]
    assert pauses == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_seconds_left_are_rounded_up() -> None:
    failures = fail(6)
    assert failures.seconds_left(0, FOR_USER_NAME) == 2
    assert failures.seconds_left(1, FOR_USER_NAME) == 2
    assert failures.seconds_left(1 * S, FOR_USER_NAME) == 1
    assert failures.seconds_left(2 * S, FOR_USER_NAME) == 0


def test_failures_long_ago_are_forgotten() -> None:
    an_hour_and_a_bit = FOR_USER_NAME.forget * S + 1
    assert fail(20, apart=an_hour_and_a_bit).count == 1
    assert fail(20, apart=an_hour_and_a_bit - 1).count == 20


def test_a_right_password_forgives_a_user_all_and_an_address_one() -> None:
    assert fail(7).after_success(FOR_USER_NAME).count == 0
    assert fail(7).after_success(FOR_ADDRESS).count == 6
    assert Failures().after_success(FOR_ADDRESS).count == 0


@given(st.integers(0, 10**9), st.integers(0, 10**15), st.integers(0, 10**15))
def test_a_pause_is_never_longer_than_the_longest(count: int, last: int, later: int) -> None:
    left = Failures(count, last).seconds_left(last + later, FOR_USER_NAME)
    assert 0 <= left <= FOR_USER_NAME.longest


def test_user_names_are_compared_without_case_and_width() -> None:
    assert decide.sign_in_name(" ADA ") == decide.sign_in_name("ada") == decide.sign_in_name("\uff41da")
    assert decide.sign_in_name("STRASSE") == decide.sign_in_name("straße")


@given(st.text())
def test_comparing_twice_changes_nothing(name: str) -> None:
    once = decide.sign_in_name(name)
    assert decide.sign_in_name(once) == once


@given(st.text(), st.none() | st.text(), st.text())
def test_whatever_is_typed_has_a_subject(name: str, organization: str | None, address: str) -> None:
    assert len(decide.user_name_subject(organization, name)) == 64
    assert len(decide.address_subject(address)) == 64


def test_a_lone_surrogate_is_only_a_wrong_name() -> None:
    assert decide.user_name_subject(None, "\ud800")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("testclient", "testclient", True),
    ],
)
def test_addresses_of_one_customer(one: str, other: str, *, same: bool) -> None:
    assert (decide.address_subject(one) == decide.address_subject(other)) is same


def test_a_session_ends_when_idle_and_in_any_case_after_its_age() -> None:
    assert decide.session_ends(0, 0) == decide.SESSION_IDLE
    assert decide.session_ends(0, decide.SESSION_AGE - 1) == decide.SESSION_AGE


def test_tokens_are_not_what_is_stored_nor_what_the_page_shows() -> None:
    assert len({"token", decide.session_id("token"), decide.csrf_token("token")}) == 3


@pytest.mark.parametrize("key", ["a", "9-lives", "a.b_c-d", "x" * 64])
def test_good_keys(key: str) -> None:
    assert decide.check_key(key) == key


@pytest.mark.parametrize("key", ["", "A", "-a", "a b", "ä", "x" * 65, "a\n"])
def test_bad_keys(key: str) -> None:
    with pytest.raises(Invalid) as raised:
        decide.check_key(key)
    assert raised.value.field == "key"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (ClientItem("a", "A", "Mars/Olympus", "DE"), "time_zone"),
        (ClientItem("a", "A", "../etc/passwd", "DE"), "time_zone"),
        (ClientItem("a", "A", "", "DE"), "time_zone"),
        (ClientItem("a", "A", "Europe/Berlin", "XX"), "region"),
        (ClientItem("a", " ", "Europe/Berlin", "DE"), "name"),
    ],
)
def test_bad_clients_name_the_field(item: ClientItem, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        decide.check_client(item)
    assert raised.value.field == field


def test_a_client_is_cleaned() -> None:
    cleaned = decide.check_client(ClientItem("a", " A ", "Europe/Berlin", "de"))
    assert (cleaned.name, cleaned.region) == ("A", "DE")
    assert decide.check_client(client_item())


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"user_name": ""}, "user_name"), ({"name": "a\nb"}, "name"), ({"language": "english!"}, "language")],
)
def test_bad_people_name_the_field(changed: dict[str, str], field: str) -> None:
    good = {"key": "ada", "user_name": "ada", "name": "Ada", "language": "en"}
    with pytest.raises(Invalid) as raised:
        decide.check_person(PersonItem(roles=frozenset((Role.AGENT,)), **(good | changed)))
    assert raised.value.field == field
    assert decide.check_person(person_item("ada"))


def test_differences_name_only_what_changed() -> None:
    assert decide.differences({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 4, "d": 5}) == {
        "b": [2, 4],
        "c": [3, None],
        "d": [None, 5],
    }
