"""Which passwords may be chosen."""

import pytest

from switchboard.kit.errors import Invalid
from switchboard.tenancy.password_rules import COMMON, LONGEST, SHORTEST, check_password


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "10 to 256"),
        ("ninechars", "10 to 256"),
        ("x" * (LONGEST + 1), "10 to 256"),
        ("aaaaaaaaaa", "many people"),
        ("ababababab", "many people"),
        ("1234567890", "many people"),
        ("9876543210", "many people"),
        ("QwertyUiop", "many people"),
        ("Password123", "many people"),
        ("Administrator", "many people"),
        ("ada.lovelace", "user name"),
        ("ADA.Lovelace", "user name"),
        ("ecalevol.ada", "user name"),
    ],
)
def test_passwords_that_are_refused(password: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as raised:
        check_password(password, user_name="ada.lovelace")
    assert raised.value.field == "password"


@pytest.mark.parametrize("password", ["correct horse", "ten chars!", "gänsefüßchen", "12345678901x", "ada-at-the-demo"])
def test_passwords_that_are_taken(password: str) -> None:
    assert check_password(password, user_name="ada") == password


def test_the_list_holds_nothing_that_length_refuses_anyway() -> None:
    assert all(len(word) >= SHORTEST and word == word.casefold() for word in COMMON)
