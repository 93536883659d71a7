"""Simulated callers say how content they were: as often and as content as the scenario says; nothing else changes."""

from dataclasses import replace
from math import sqrt
from statistics import fmean

import pytest

from switchboard.routing.model import QueueItem
from switchboard.routing.simulation.distributions import Exponential
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Group, Kind, Rate, Scenario, Stream
from switchboard.routing.simulation.summary import summary
from switchboard.routing.simulation.table import data_of, text_of

HOUR = 3_600
KINDS = (Kind("easy"), Kind("hard"))
SILENT = Scenario(
    "surveys",
    (QueueItem(key="support", name="Support", client="acme"),),
    (
        Group("kind", 4, ("support",), satisfies=0.9),
        Group("curt", 4, ("support",), satisfies=0.7, satisfies_by_kind={"hard": 0.3}),
    ),
    (Stream("support", (Rate(0, 120.0),), kinds=KINDS, talk=Exponential(150.0)),),
    length=4 * HOUR,
    estimates=0,
)


def answering(share: float, *, by_agent: bool = False) -> Scenario:
    streams = tuple(replace(stream, answers=share, by_agent=by_agent) for stream in SILENT.streams)
    return replace(SILENT, streams=streams)


def without(figures: dict[str, float | None]) -> dict[str, float | None]:
    return {name: value for name, value in figures.items() if name not in ("answers", "satisfaction")}


def test_answers_come_as_often_and_as_content_as_was_said_and_change_nothing_else() -> None:
    run = Run(answering(0.5), 3)
    outcome = run.go()
    handled = run.past.handled
    figures = outcome.figures()
    said = [one for one in handled if one.satisfaction is not None]
    assert figures["answers"] == len(said)
    assert figures["satisfaction"] == pytest.approx(
        fmean(one.satisfaction for one in said if one.satisfaction is not None)
    )
    assert abs(len(said) / len(handled) - 0.5) < 4 * sqrt(0.25 / len(handled))
    assert {one.satisfaction for one in said} == {0.0, 0.25, 0.5, 0.75, 1.0}
    for group, kind, share in (("kind", "hard", 0.9), ("curt", "easy", 0.7), ("curt", "hard", 0.3)):
        found = [one.satisfaction for one in said if one.agent.startswith(group) and one.entrance == kind]
        assert abs(fmean(one for one in found if one is not None) - share) < 4 * 0.25 / sqrt(len(found))
    silent = Run(SILENT, 3).go().figures()
    assert (silent["answers"], silent["satisfaction"]) == (0, None)
    assert without(figures) == without(silent)


def test_the_same_seed_gives_the_same_answers_and_more_who_answer_leave_those_who_did() -> None:
    few, more = Run(answering(0.2), 5), Run(answering(0.6), 5)
    few.go()
    more.go()
    again = Run(answering(0.2), 5)
    again.go()
    assert few.past.handled == again.past.handled
    for one, other in zip(few.past.handled, more.past.handled, strict=True):
        assert one.satisfaction in (None, other.satisfaction)


def test_drawn_by_agent_another_agent_has_another_talk() -> None:
    def talks(count: int, *, by_agent: bool) -> dict[int, set[int]]:
        """When they came, so who they are: how long they were handled in two centers with other agents."""
        found: dict[int, set[int]] = {}
        for key in ("these", "those"):
            group = Group(key, count, ("support",), resolves=0.5)
            run = Run(replace(answering(0.0, by_agent=by_agent), groups=(group,)), 7)
            run.go()
            for place, one in enumerate(sorted(run.past.handled, key=lambda one: one.handling)):
                found.setdefault(place, set()).add(one.handling)
        return found

    assert all(len(lengths) == 1 for lengths in talks(30, by_agent=False).values())
    differ = [len(lengths) == 2 for lengths in talks(30, by_agent=True).values()]
    assert fmean(differ) > 0.9


def test_drawn_by_agent_the_same_agents_live_through_the_same_day() -> None:
    one, again = Run(answering(0.5, by_agent=True), 7), Run(answering(0.5, by_agent=True), 7)
    one.go()
    again.go()
    assert one.past.handled == again.past.handled


def test_report_and_data_tell_them_with_an_interval() -> None:
    outcomes = [Run(answering(0.5), seed).go() for seed in (1, 2, 3)]
    found = summary(outcomes)["satisfaction"]
    assert found is not None
    assert found.half is not None
    assert abs(found.mean - 0.7) < 0.1
    lines = [line.split() for line in text_of(outcomes)]
    assert next(line for line in lines if line[:1] == ["satisfaction"])[2:4] == ["%", "±"]
    assert next(line for line in lines if line[:1] == ["answers"])[2] == "±"
    data = data_of(outcomes)
    assert data["total"]["answers"]["mean"] > 100
    assert all(part["figures"]["satisfaction"] is not None for part in data["parts"])
