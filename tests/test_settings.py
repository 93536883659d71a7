"""Settings: every environment gives settings or one line that names the variable."""

import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from switchboard.kit.errors import Invalid
from switchboard.settings import LOG_LEVELS, PREFIX, Settings, load

NAMES = sorted(Settings.__dataclass_fields__)

Variables = st.sampled_from([*(PREFIX + name.upper() for name in NAMES), PREFIX, PREFIX + "WEB_PRT", "PATH", "HOME"])
Texts = st.one_of(
    st.text(max_size=12), st.integers().map(str), st.floats().map(str), st.sampled_from(["yes", "No", ""])
)


@given(st.dictionaries(Variables, Texts, max_size=6))
@example({"SWITCHBOARD_DRAIN_SECONDS": "nan"})
@example({"SWITCHBOARD_WEB_PORT": "9" * 5_000})
def test_any_environment_gives_settings_or_names_a_variable(environment: dict[str, str]) -> None:
    outcome = read(environment)
    if isinstance(outcome, str):
        assert any(variable in outcome for variable in environment)
        assert len(outcome.splitlines()) == 1
        return
    assert 0 <= outcome.web_port <= 65_535
    assert outcome.media_port_first < outcome.media_port_last
    assert math.isfinite(outcome.drain_seconds)
    assert outcome.log_level in LOG_LEVELS


def read(environment: dict[str, str]) -> Settings | str:
    """The settings, or the line that says what is wrong."""
    try:
        return load(environment)
    except Invalid as error:
        return error.text


def test_nothing_set_gives_the_documented_defaults() -> None:
    assert load({}) == Settings()
    assert load({"HOME": "/root", "SWITCHBOARD_WEB_PORT": ""}) == Settings()


def test_the_environment_is_read_by_type_and_options_win() -> None:
    settings = load(
        {
            "SWITCHBOARD_DATA": "/srv/center",
            "SWITCHBOARD_WEB_PORT": "80",
            "SWITCHBOARD_TRY_IT": "Yes",
            "SWITCHBOARD_DRAIN_SECONDS": "0.5",
        },
        web_port=8443,
        sip_port=None,
    )
    assert settings.data == Path("/srv/center")
    assert (settings.web_port, settings.sip_port) == (8443, Settings().sip_port)
    assert settings.try_it is True
    assert settings.drain_seconds == 0.5


@pytest.mark.parametrize(
    ("variable", "text", "says"),
    [
        ("SWITCHBOARD_WEB_PORT", "http", "must be a number, not 'http'"),
        ("SWITCHBOARD_WEB_PORT", "99999", "must be from 0 to 65535, not 99999"),
        ("SWITCHBOARD_SIP_PORT", "-1", "must be from 0 to 65535"),
        ("SWITCHBOARD_MEDIA_PORT_FIRST", "80", "must be from 1024"),
        ("SWITCHBOARD_MEDIA_PORT_LAST", "20000", "must be above SWITCHBOARD_MEDIA_PORT_FIRST"),
        ("SWITCHBOARD_MEDIA_WORKERS", "-2", "must be from 0"),
        ("SWITCHBOARD_DRAIN_SECONDS", "nan", "must be from 0"),
        ("SWITCHBOARD_TRY_IT", "maybe", "must be yes or no, not 'maybe'"),
        ("SWITCHBOARD_LOG_LEVEL", "loud", "must be one of debug, info, warning, error, not 'loud'"),
    ],
)
def test_a_bad_value_is_named_with_what_it_should_be(variable: str, text: str, says: str) -> None:
    with pytest.raises(Invalid) as error:
        load({variable: text})
    assert variable in error.value.text
    assert says in error.value.text


def test_an_unknown_variable_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match=r"SWITCHBOARD_WEB_PRT is not a setting; known are .*web_port"):
        load({"SWITCHBOARD_WEB_PRT": "80"})


@pytest.mark.parametrize("variable", ["SWITCHBOARD_DEMO_ANNA_PASSWORD", "SWITCHBOARD_SKIP_WEB"])
def test_variables_of_the_demo_and_of_the_build_are_no_settings(variable: str) -> None:
    assert load({variable: "1"}) == Settings()


def test_the_database_is_in_the_data_folder_unless_one_is_named() -> None:
    assert Settings(data=Path("/srv/x")).database_url() == "sqlite:////srv/x/switchboard.db"
    assert Settings(database="postgresql://h/n").database_url() == "postgresql://h/n"


def test_a_password_is_not_in_what_is_printed() -> None:
    assert "hush" not in repr(Settings(administrator_password="hush"))
