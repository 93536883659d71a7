"""Every error that reaches a person says how the web answers it."""

import pytest

from switchboard.kit import errors
from switchboard.kit.errors import SwitchboardError, TooMany

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SwitchboardError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_has_a_status_and_keeps_its_text(kind: type[SwitchboardError]) -> None:
    error = kind("wait a moment", retry_after=3) if kind is TooMany else kind("wait a moment")
    assert (str(error), error.text) == ("wait a moment", "wait a moment")
    assert 400 <= error.status < 600
    assert error.field is None


def test_no_two_kinds_share_a_code() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_an_error_names_the_field_and_a_limit_says_when_to_come_back() -> None:
    assert errors.Invalid("too long", field="name").field == "name"
    assert TooMany("slower", retry_after=30).retry_after == 30
