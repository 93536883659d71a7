"""The simulated Floor against queueing theory: where there is a formula, it must come out at it."""

from dataclasses import replace

import msgspec
import pytest

from switchboard.kit.clock import MICROSECONDS
from switchboard.measures.confidence import Interval, interval
from switchboard.measures.erlang import erlang_a, erlang_b, erlang_c, mean_wait, waits_longer
from switchboard.routing.model import QueueItem
from switchboard.routing.simulation.distributions import AT_ONCE, NEVER, Distribution, Exponential
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Group, Rate, Scenario, Stream
from switchboard.routing.simulation.summary import summary

pytestmark = pytest.mark.slow

HANDLING = 180.0
THRESHOLD = 20.0
RUNS = 6
HOURS = 12


def queue_of(agents: int, load: float, patience: Distribution, hours: int = HOURS) -> Scenario:
    """The queue M/M/n: exponential times, agents who are alike and answer at once; after an hour to fill."""
    return Scenario(
        "M/M/n",
        (QueueItem(key="line", name="Line", client="acme", service_level=round(THRESHOLD * MICROSECONDS)),),
        (Group("team", agents, ("line",), answer=AT_ONCE),),
        (Stream("line", (Rate(0, load / HANDLING * 3_600),), talk=Exponential(HANDLING), patience=patience),),
        start=0,
        length=(hours + 1) * 3_600,
        warm_up=3_600,
        overrun=10 * 3_600,
        estimates=0,
    )


def holds(found: Interval | None, expected: float) -> bool:
    """Within confidence: of a hundred correct figures five are not within 95 %, so half as much again is allowed."""
    assert found is not None
    assert found.half is not None
    return abs(found.mean - expected) <= 1.5 * found.half


@pytest.mark.parametrize(("agents", "load"), [(1, 0.6), (5, 4.0), (9, 7.5)])
def test_without_impatience_it_is_erlang_c(agents: int, load: float) -> None:
    outcomes = [Run(queue_of(agents, load, NEVER), seed).go() for seed in range(RUNS)]
    found = summary(outcomes)
    waited = interval([sum(wait > 0 for wait in one.tally().waits) / one.tally().answered for one in outcomes])
    assert holds(waited, erlang_c(agents, load))
    assert holds(found["asa"], mean_wait(agents, load, HANDLING))
    assert holds(found["service level, answered"], 1 - waits_longer(agents, load, HANDLING, THRESHOLD))
    assert holds(found["occupancy"], load / agents)
    assert found["abandonment"] == Interval(0.0, 0.0)


@pytest.mark.parametrize(("agents", "load", "patience"), [(5, 5.0, 120.0), (9, 10.0, 60.0)])
def test_with_exponential_patience_it_is_erlang_a(agents: int, load: float, patience: float) -> None:
    outcomes = [Run(queue_of(agents, load, Exponential(patience)), seed).go() for seed in range(RUNS)]
    expected = erlang_a(agents, load / HANDLING, HANDLING, patience)
    found = summary(outcomes)
    assert holds(found["abandonment"], expected.abandoned)
    assert holds(found["occupancy"], expected.occupancy)
    # Time in line of all, those who gave up included, by the time over which they came: the mean number in line.
    in_line = interval([one.little["line"].area / (HOURS + 1) / 3_600 / MICROSECONDS for one in outcomes])
    assert holds(in_line, expected.waiting)


@pytest.mark.parametrize(("agents", "load"), [(1, 0.8), (5, 4.0)])
def test_where_nobody_may_wait_it_is_erlang_b(agents: int, load: float) -> None:
    scenario = queue_of(agents, load, NEVER)
    scenario = replace(scenario, queues=(msgspec.structs.replace(scenario.queues[0], max_length=0),))
    outcomes = [Run(scenario, seed).go() for seed in range(RUNS)]
    counts = [one.tally() for one in outcomes]
    assert holds(interval([one.full / (one.full + one.offered) for one in counts]), erlang_b(agents, load))
    assert all(one.answered == one.offered for one in counts)
    assert max(wait for one in counts for wait in one.waits) == 0


@pytest.mark.parametrize("patience", [NEVER, Exponential(60.0)])
def test_littles_law_holds_to_the_microsecond(patience: Distribution) -> None:
    for seed in range(3):
        outcome = Run(queue_of(5, 4.8, patience), seed).go()
        little = outcome.little["line"]
        assert little.area == little.waits > 0
