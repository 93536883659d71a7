"""`simulate` as it is typed: the examples run, the picture is one, and what is wrong is said in one line."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from switchboard.app import simulating
from switchboard.kit.errors import Invalid, Unavailable

EXAMPLES = Path("examples")


@pytest.mark.parametrize("name", ["day", "from-a-log"])
def test_an_example_runs_and_is_drawn(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg = tmp_path / "day.svg"
    simulating.simulate(EXAMPLES / f"{name}.yaml", runs=2, svg=svg)
    said = capsys.readouterr().out
    assert "2 runs, seeds 1 to 2" in said
    assert "Little's law holds in every queue and run: yes" in said
    drawn = ET.fromstring(svg.read_text())
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 4


def test_json_has_everything_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    simulating.simulate(EXAMPLES / "day.yaml", runs=3, seed=5, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["seeds"] == [5, 6, 7]
    assert found["total"]["asa"]["half"] > 0
    assert len(found["intervals"]) == 20
    assert {(part["queue"], part.get("kind")) for part in found["parts"]} >= {("support", "german"), ("sales", None)}
    assert len(found["runs"]) == 3


def test_what_one_more_agent_would_change(capsys: pytest.CaptureFixture[str]) -> None:
    files = EXAMPLES / "day.yaml", EXAMPLES / "one-more.yaml"
    simulating.compare(*files, runs=2)
    said = capsys.readouterr().out
    assert "2 runs each with the same callers" in said
    simulating.compare(*files, runs=2, as_json=True)
    found = json.loads(capsys.readouterr().out)["figures"]
    assert found["offered"]["difference"] == {"mean": 0.0, "half": 0.0}
    assert found["asa"]["difference"]["mean"] < 0


def test_a_log_is_looked_at_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    simulating.preview(EXAMPLES / "calls.csv", [])
    said = capsys.readouterr().out
    assert "306 calls, 0 lines that cannot be read" in said
    assert "arrival  from the column 'Start time'" in said
    # What it proposes can be used as it is.
    proposed = said.partition("In a scenario:\n")[2]
    shutil.copy(EXAMPLES / "calls.csv", tmp_path)
    (tmp_path / "a.yaml").write_text(
        "queues: [{key: support}]\nagents: [{key: team, count: 6, queues: [support]}]\n" + proposed
    )
    simulating.simulate(tmp_path / "a.yaml")
    assert "offered                          306" in capsys.readouterr().out
    with pytest.raises(Invalid, match="arrival=HEADING"):
        simulating.preview(EXAMPLES / "calls.csv", ["Start time"])


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read: No such file"):
        simulating.simulate(tmp_path / "nothing.yaml")
    with pytest.raises(Unavailable, match="cannot be written"):
        simulating.simulate(EXAMPLES / "from-a-log.yaml", svg=tmp_path / "no" / "folder.svg")
