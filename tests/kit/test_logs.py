"""Log lines go to standard error, as JSON for programs and readable for people."""

import json
import logging
import subprocess
import sys

import pytest

STORY = """
import structlog
from switchboard.kit import logs
logs.configure(level={level!r}, json={json})
log = structlog.get_logger("story")
log.debug("quiet")
log.info("call_arrived", queue="support", count=3)
try:
    raise ValueError("what went wrong")
except ValueError:
    log.exception("broken")
"""


def told(level: str, json_lines: bool | None) -> str:
    done = subprocess.run(
        [sys.executable, "-c", STORY.format(level=level, json=json_lines)], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("json_lines", [True, None])
def test_json_lines_when_standard_error_is_no_terminal(json_lines: bool | None) -> None:
    arrived, broken = (json.loads(line) for line in told("info", json_lines).splitlines())
    assert (arrived["event"], arrived["level"], arrived["count"]) == ("call_arrived", "info", 3)
    assert arrived["timestamp"].endswith("Z")
    assert "what went wrong" in broken["exception"]


def test_lines_for_people_on_a_terminal() -> None:
    lines = told("info", False)
    assert "call_arrived" in lines
    assert "what went wrong" in lines
    assert "{" not in lines.splitlines()[0]


def test_the_level_is_kept() -> None:
    assert "quiet" in told("debug", True)
    assert "call_arrived" not in told("error", True)


def test_an_unknown_level_is_an_error() -> None:
    from switchboard.kit import logs

    with pytest.raises(KeyError):
        logs.configure(level="loud")
    assert logging.getLogger().level != 0
