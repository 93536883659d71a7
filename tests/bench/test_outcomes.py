"""A small center learns who is good at what, and its calls come out better; one of equals loses nothing."""

from dataclasses import replace
from pathlib import Path

from switchboard.app.simulating import read
from switchboard.bench.outcomes import compared

REPORT = Path(__file__).parents[2] / "docs" / "reports" / "outcome"


def small(name: str) -> tuple[dict[str, float], dict[str, float]]:
    scenario = replace(read(REPORT / f"{name}.yaml"), length=3 * 3_600)
    plain, learned = compared(scenario, 1, days=2)
    return plain.figures, learned.figures


def test_agents_who_differ() -> None:
    plain, learned = small("unlike")
    assert learned["cost"] < 0.95 * plain["cost"]
    assert learned["handling"] < plain["handling"]
    assert learned["asa"] < plain["asa"] + 1


def test_agents_who_are_alike() -> None:
    plain, learned = small("alike")
    assert abs(learned["cost"] - plain["cost"]) < 0.01 * plain["cost"]
