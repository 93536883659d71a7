"""The report on announced waiting times: what stands in the folder is what the command makes."""

from pathlib import Path

import pytest

from switchboard.bench.estimates import run

pytestmark = pytest.mark.slow

FOLDER = Path("docs/reports/estimator")


def test_the_estimate_beats_what_others_announce() -> None:
    told: list[str] = []
    report = "\n".join(run([FOLDER / "rush.yaml"], 2, told.append))
    assert told == ["Rush hours: seed 1 of 2", "Rush hours: seed 2 of 2"]
    assert "| Rush hours |" in report
    ours, average, last = (
        float(line.split("|")[4].split("±")[0])
        for line in report.splitlines()
        if line.split("|")[3:4] in ([" ours "], [" average "], [" last "])
    )
    assert ours < 0.7 * average
    assert ours < 0.85 * last


def test_the_report_in_the_folder_is_of_its_scenarios() -> None:
    results = (FOLDER / "results.md").read_text()
    assert all(f"| {name} |" in results for name in ("Rush hours", "Languages", "A large queue close to its limits"))
    assert "in every scenario: **yes**" in results
