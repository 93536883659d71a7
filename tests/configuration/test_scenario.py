"""Scenario files: what they say, and every fault by line and field."""

from pathlib import Path

import pytest

from switchboard.configuration.scenario import must_fit, read_scenario
from switchboard.configuration.yaml_text import read_yaml
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import Invalid, NotFound
from switchboard.routing.model import Overflow
from switchboard.routing.simulation.distributions import (
    NEVER,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Measured,
    Weibull,
)
from switchboard.routing.simulation.scenario import Kind, Menu, Rate, Scenario, Shift

PLAIN = """\
queues:
  - {key: support, service_level: 30s, wrap_up: 1m, requires: {english: 2}}
agents:
  - {key: team, count: 4, queues: [support], skills: {english: 3}, shifts: ["08:00-12:30", "22:00-30:00"], pace: 1.25}
arrivals:
  - queue: support
    rates: {"08:00": 60, "09:30": 90.5}
    kinds: [{key: plain, share: 3}, {key: german, share: 1.5, requires: {german: 1}, priority: 5}]
    talk: {lognormal: {mean: 4m, deviation: 3m}}
    wrap_up: {exponential: 20s}
    patience: {weibull: {scale: 2m, shape: 1.5}}
"""


def nothing(name: str) -> bytes:
    raise NotFound(f"{name} cannot be read")


def read(text: str) -> Scenario:
    return read_scenario(read_yaml(text.encode()), nothing)


def refused(text: str) -> list[str]:
    with pytest.raises(Invalid) as error:
        read(text)
    return error.value.text.splitlines()


def test_what_a_file_says() -> None:
    scenario = read('starts: "07:30"\nlength: 2h\nseed: 9\nruns: 3\n' + PLAIN)
    assert (scenario.start, scenario.length, scenario.seed, scenario.runs) == (27_000, 7_200, 9, 3)
    (queue,), (group,), (stream,) = scenario.queues, scenario.groups, scenario.streams
    assert (queue.key, queue.service_level, queue.requires) == ("support", 30 * MICROSECONDS, {"english": 2})
    assert (group.count, group.pace, group.skills) == (4, 1.25, {"english": 3})
    assert group.shifts == (Shift(28_800, 45_000), Shift(79_200, 108_000))
    assert stream.rates == (Rate(28_800, 60.0), Rate(34_200, 90.5))
    assert stream.kinds == (Kind("plain", 3.0), Kind("german", 1.5, {"german": 1}, 5))
    assert (stream.talk, stream.wrap_up) == (Lognormal(240.0, 180.0), Exponential(20.0))
    assert stream.patience == Weibull(120.0, 1.5)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3m", Fixed(180.0)),
        ("{exponential: 90s}", Exponential(90.0)),
        ("{gamma: {mean: 5m, deviation: 2m}}", Gamma(300.0, 120.0)),
        ("{values: [10s, 1m, 95]}", Measured([10.0, 60.0, 95.0])),
    ],
)
def test_times_that_vary(written: str, meant: object) -> None:
    assert read(PLAIN.replace("{lognormal: {mean: 4m, deviation: 3m}}", written)).streams[0].talk == meant


def test_nobody_gives_up_unless_it_is_said() -> None:
    assert read(PLAIN.replace("{weibull: {scale: 2m, shape: 1.5}}", "never")).streams[0].patience is NEVER


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("queue: support", "queue: suport", "line 6: arrivals.suport.queue: no queue has the key 'suport'; did you"),
        ("[support]", "[sales]", "line 4: agents.team.queues[0]: no queue has the key 'sales'"),
        ("lognormal", "lognormale", "talk.lognormale: there is no such field; did you mean 'lognormal'"),
        ("deviation: 3m", "deviation: 0s", "line 9: arrivals.support.talk.lognormal.deviation: must be longer than 0s"),
        ("08:00-12:30", "08:00-07:00", "line 4: agents.team.shifts[0]: must end after it begins"),
        ("08:00-12:30", "morning", "line 4: agents.team.shifts[0]: must be a shift such as 08:00-12:30"),
        ('"09:30": 90.5', '"07:30": 90', "line 7: arrivals.support.rates: must be in the order of time"),
        ('"08:00": 60', '"8": 60', "line 7: arrivals.support.rates.8: must be a time such as 08:30"),
        ('{"08:00": 60, "09:30": 90.5}', "{}", "line 7: arrivals.support.rates: name at least one time"),
        ("90.5", "many", "line 7: arrivals.support.rates.09:30: must be a number"),
        ("    rates:", "    per_hour: 3\n    rates:", "arrivals.support: give one of per_hour, rates and calls"),
        ("wrap_up: 1m, ", "", "wrap_up: the queue 'support' leaves no time for it"),
        ("pace: 1.25", "pace: 100", "line 4: agents.team.pace: must be from 0.1 to 10, not 100"),
        ("{exponential: 20s}", "from calls", "line 10: arrivals.support.wrap_up: there are no calls to take it from"),
        ("{exponential: 20s}", "{}", "line 10: arrivals.support.wrap_up: must be one of exponential, lognormal"),
        ("wrap_up: 1m", "strategy: fastest", "line 2: queues.support.strategy: there is none of this name"),
        ("queues:\n", "length: 0s\nqueues:\n", "line 1: length: must be longer than 0s"),
        ("  - {key: support", "  - {key: support}\n  - {key: support", "the queue 'support' stands here twice"),
        ("key: german", "key: plain", "the key 'plain' stands here twice"),
    ],
)
def test_faults_name_line_and_field(before: str, after: str, said: str) -> None:
    assert before in PLAIN
    assert any(said in line for line in refused(PLAIN.replace(before, after))), refused(PLAIN.replace(before, after))


def test_all_faults_are_told_at_once() -> None:
    told = refused(PLAIN.replace("[support]", "[sales]").replace("90.5", "many"))
    assert [line.partition(":")[0] for line in told] == ["line 4", "line 7"]
    (told_of_a_list,) = refused("[]")
    assert told_of_a_list.startswith("line 1: must be a mapping with queues, agents, arrivals, starts")


def test_a_caller_whom_nobody_could_take_is_a_slip_of_the_pen() -> None:
    with pytest.raises(Invalid, match=r"arrivals\.support: no agent could ever take the kind 'german'"):
        must_fit(read(PLAIN))
    must_fit(read(PLAIN.replace("german: 1", "english: 1")))


def test_what_customers_answer_and_whose_talk_it_is() -> None:
    plain = read(PLAIN)
    assert (plain.streams[0].answers, plain.streams[0].by_agent, plain.groups[0].satisfies) == (0.0, False, None)
    asked = PLAIN.replace("pace: 1.25", "satisfies: 0.8, satisfies_by_kind: {new: 0.6}")
    asked = asked.replace("  - queue: support\n", "  - queue: support\n    answers: 0.25\n    drawn_by: agent\n")
    found = read(asked)
    assert (found.streams[0].answers, found.streams[0].by_agent) == (0.25, True)
    assert (found.groups[0].satisfies, found.groups[0].satisfies_by_kind) == (0.8, {"new": 0.6})


def test_the_calls_of_a_log() -> None:
    text = PLAIN.replace('rates: {"08:00": 60, "09:30": 90.5}', "calls: {file: log.csv, columns: {arrival: begin}}")
    text = text.replace("{lognormal: {mean: 4m, deviation: 3m}}", "from calls").replace(
        "{weibull: {scale: 2m, shape: 1.5}}", "from calls"
    )
    log = b"begin,talk,wait,outcome\n08:00,60,5,answered\n08:01,0,15,abandoned\n"
    (stream,) = read_scenario(read_yaml(text.encode()), lambda _: log).streams
    assert [(call.at, call.talk) for call in stream.calls] == [(28_800.0, 60.0), (28_860.0, None)]
    assert (stream.talk, stream.patience) == (Measured([60.0]), Exponential(20.0))
    assert refused(text) == ["line 7: arrivals.support.calls.file: log.csv cannot be read"]
    with pytest.raises(Invalid, match=r"line 7: arrivals.support.calls.file: line 3: arrival 'soon' is no time"):
        read_scenario(read_yaml(text.encode()), lambda _: log.replace(b"08:01", b"soon"))
    with pytest.raises(Invalid, match=r"calls.queue: the log has no calls of it; it has: a"):
        read_scenario(
            read_yaml(text.replace("file: log.csv", "file: log.csv, queue: b").encode()),
            lambda _: b"begin,talk,wait,outcome,queue\n08:00,60,5,answered,a\n",
        )


@pytest.mark.parametrize("file", sorted(Path("examples").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_examples_can_be_read(file: Path) -> None:
    must_fit(read_scenario(read_yaml(file.read_bytes()), lambda name: (file.parent / name).read_bytes()))


TWO = """\
queues:
  - {key: support, max_length: 3, overflow: {queue: sales}}
  - {key: sales}
agents: [{key: team, queues: [support, sales]}]
arrivals:
  - {queue: support, per_hour: 60, menu: {time: {exponential: 20s}, solved: 0.25}}
"""


def test_lines_that_overflow_and_menus_before_them() -> None:
    scenario = read(TWO)
    assert scenario.queues[0].max_length == 3
    assert scenario.queues[0].overflow == (Overflow("sales"),)
    assert scenario.streams[0].menu == Menu(Exponential(20.0), 0.25)
    (fault,) = refused(TWO.replace("{key: sales}", "{key: sales, overflow: [{queue: nowhere}]}"))
    assert "nowhere" in fault
    faults = refused(TWO.replace("{key: sales}", "{key: sales, overflow: [{queue: support}]}"))
    assert "leads in a circle: support -> sales -> support" in faults[0]
    (fault,) = refused(TWO.replace("0.25", "1.5"))
    assert "solved" in fault
