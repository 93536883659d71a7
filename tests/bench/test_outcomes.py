"""A small center learns who is good at what, and its calls come out better; one of equals loses nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from switchboard.app.simulating import read
from switchboard.bench.outcomes import Compared, compared, unanswered, unweighed
from switchboard.measures.confidence import interval
from switchboard.routing.outcomes import Group
from switchboard.routing.simulation.scenario import Rate, Scenario

pytestmark = pytest.mark.slow

REPORT = Path(__file__).parents[2] / "docs" / "reports" / "outcome"


def small(name: str) -> Scenario:
    return replace(read(REPORT / f"{name}.yaml"), length=3 * 3_600)


def lived(scenario: Scenario) -> Compared:
    return compared(scenario, 1, days=2, shown=1)


def test_agents_who_differ() -> None:
    plain, learned, promised, _ = lived(small("unlike"))
    assert learned.figure("cost") < 0.95 * plain.figure("cost")
    assert learned.figure("handling") < plain.figure("handling")
    assert learned.figure("asa") < plain.figure("asa") + 1
    assert promised is not None
    assert promised > 0


def test_what_is_measured_against_hours_held_out_is_what_is_saved() -> None:
    whole = replace(read(REPORT / "unlike.yaml"), length=6 * 3_600)
    one = compared(whole, 1, days=2, shown=4)
    assert one.measured is not None
    assert one.measured.low is not None
    assert one.measured.high is not None
    assert one.measured.low < -one.saved < one.measured.high < 0
    held_out = {found.group for found in one.learned.handled}
    assert Group.HELD_OUT not in held_out, "what is really saved is saved without any hour held out"


def test_agents_who_are_alike_though_each_has_other_talks() -> None:
    whole = read(REPORT / "alike.yaml")
    few = replace(
        whole,
        length=4 * 3_600,
        groups=tuple(replace(group, count=8) for group in whole.groups),
        streams=tuple(replace(stream, rates=(Rate(0, 60.0),)) for stream in whole.streams),
    )
    days = [compared(few, seed, days=1, shown=1) for seed in range(1, 21)]
    for name in ("cost", "handling", "resolved", "satisfaction", "asa"):
        pairs = [(one.plain.figure(name), one.learned.figure(name)) for one in days]
        assert any(before != after for before, after in pairs), "chance is another one when another agent is chosen"
        apart = interval([after - before for before, after in pairs], 0.999)
        assert apart.half is not None
        assert abs(apart.mean) <= apart.half, name


def test_satisfaction_counts_by_its_weight_and_where_nobody_answers_nothing_has_changed() -> None:
    whole = small("content")
    content = replace(whole, streams=tuple(replace(stream, answers=1.0) for stream in whole.streams))
    heavy, weightless, silent = (lived(one) for one in (content, unweighed(content), unanswered(content)))
    assert heavy.learned.figure("satisfaction") > heavy.plain.figure("satisfaction") + 1
    assert heavy.learned.figure("satisfaction") > weightless.learned.figure("satisfaction") + 1
    chosen = [[(one.agent, one.handling, one.group) for one in both.learned.handled] for both in (weightless, silent)]
    assert chosen[0] == chosen[1]
    assert silent.learned.figures["satisfaction"] is None
