"""A scenario file for `switchboard simulate`: queues as in the configuration, and who rings and works when.

Every fault is named by line and field, all of them at once, as in a configuration file.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from switchboard.agents.model import CHANNELS
from switchboard.configuration.document import refusal
from switchboard.configuration.parts import queue_item
from switchboard.configuration.scenario_times import Log, distribution, number, patience
from switchboard.configuration.sections.capacities import FIELDS as CAPACITY
from switchboard.configuration.sections.capacities import read_capacity
from switchboard.configuration.sections.overflow import circles
from switchboard.configuration.sections.queues import read_queue
from switchboard.configuration.yaml_text import Text
from switchboard.flows.model import Fields, Problem, Reading, nobody_has
from switchboard.kit.errors import Invalid, SwitchboardError
from switchboard.routing.model import QueueItem
from switchboard.routing.service import STRATEGIES
from switchboard.routing.simulation.calls import Columns, Loaded, load
from switchboard.routing.simulation.distributions import AT_ONCE
from switchboard.routing.simulation.scenario import (
    PLAIN,
    USUAL_ANSWER,
    USUAL_TALK,
    Caller,
    Group,
    Kind,
    Menu,
    Rate,
    Scenario,
    Shift,
    Stream,
)

_TIME: Final = re.compile(r"(\d{1,2}):([0-5]\d)")
_SHIFT: Final = re.compile(r"(\d{1,2}:[0-5]\d) ?- ?(\d{1,2}:[0-5]\d)")
_HOUR: Final = 3_600
LONGEST: Final = 7 * 24 * _HOUR
"""A week: that is how long a scenario may be."""
MOST_AGENTS: Final = 20_000
DRAWN_BY: Final = ("caller", "agent")
"""Whose talk it is: the caller's, whoever takes him, or another one with each agent."""
MOST_PER_HOUR: Final = 1_000_000.0

_OPTIONAL: Final = (
    "starts", "length", "overrun", "interval", "warm_up", "seed", "runs", "estimates", "name"
)  # fmt: skip

One = TypeVar("One")


def read_scenario(text: Text, file: Callable[[str], bytes]) -> Scenario:
    """Read a file. file: gives the content of a log of calls that it names, relative to it; raises SwitchboardError.

    Raises `document.Faulty` with every fault by line and field.
    """
    problems: list[Problem] = []
    scenario = _scenario(Reading(text.data, problems), file)
    if problems:
        raise refusal(problems, text)
    return scenario


def _scenario(reading: Reading, file: Callable[[str], bytes]) -> Scenario:
    fields = reading.fields(("queues", "agents", "arrivals"), _OPTIONAL)
    queues = _queues(fields)
    _overflows(fields, queues)
    plain = Scenario("", (), (), ())
    groups = _distinct(fields.items("agents"), lambda one: _group(one, queues), lambda group: group.key)
    _check_named(fields, queues, groups)
    start = _time(fields.at("starts")) if fields.has("starts") else plain.start
    return Scenario(
        name=fields.text("name", "Scenario", most=200).strip(),
        queues=tuple(queues.values()),
        groups=groups,
        streams=tuple(_stream(one, queues, file) for one in fields.items("arrivals", "queue")),
        start=start,
        length=_positive(fields, "length", plain.length, LONGEST),
        overrun=fields.duration("overrun", plain.overrun, most=LONGEST),
        interval=_positive(fields, "interval", plain.interval, LONGEST),
        warm_up=fields.duration("warm_up", plain.warm_up, most=LONGEST),
        seed=fields.whole("seed", plain.seed, least=0, most=2**53),
        runs=fields.whole("runs", plain.runs, least=1, most=1_000),
        estimates=fields.whole("estimates", plain.estimates, least=0, most=1_000_000),
    )


def _positive(fields: Fields, name: str, default: int, most: int) -> int:
    found = fields.duration(name, default, most=most)
    if found == 0:
        fields.at(name).problem("must be longer than 0s")
    return max(found, 1)


def _distinct(readings: list[Reading], read: Callable[[Reading], One], key: Callable[[One], str]) -> tuple[One, ...]:
    found: dict[str, One] = {}
    for reading in readings:
        one = read(reading)
        if key(one) in found:
            reading.problem(f"the key {key(one)!r} stands here twice")
        found[key(one)] = one
    return tuple(found.values())


def _queues(fields: Fields) -> dict[str, QueueItem]:
    found: dict[str, QueueItem] = {}
    for reading in fields.items("queues"):
        # Whose queue it is says nothing here.
        if isinstance(reading.value, Mapping):
            reading.value = {"client": "simulated", **reading.value}
        entry = read_queue(reading)
        if entry.strategy not in STRATEGIES:
            reading.inside("strategy", None).problem(f"there is none of this name; there are: {', '.join(STRATEGIES)}")
        if entry.key in found:
            reading.problem(f"the queue {entry.key!r} stands here twice")
        found[entry.key] = queue_item(entry, entry.client, dict(entry.requires), entry.wanted)
    return found


def _check_named(fields: Fields, queues: Mapping[str, QueueItem], groups: Sequence[Group]) -> None:
    """What rules of relief and hand-over name is in the scenario: a team is a group of agents."""
    teams = {group.key: group for group in groups}
    for reading in fields.items("queues"):
        item = queues.get(str(reading.value.get("key"))) if isinstance(reading.value, Mapping) else None
        if item is None:
            continue
        for rule in item.relief:
            if rule.group.team is not None and rule.group.team not in teams:
                reading.inside("relief", None).problem(nobody_has("group of agents", rule.group.team, teams))
            if rule.group.queue is not None:
                _known(reading.inside("relief", None), rule.group.queue, queues)
        for key in item.hand_over.to if item.hand_over is not None else ():
            _known(reading.inside("hand_over", None), key, queues)


def _known(reading: Reading, key: str, queues: Mapping[str, QueueItem]) -> str:
    if key and key not in queues:
        reading.problem(nobody_has("queue", key, queues))
    return key


def _time(reading: Reading) -> int:
    """Seconds from midnight."""
    text = reading.text(most=20)
    match = _TIME.fullmatch(text)
    if match is None:
        reading.problem(f"must be a time such as 08:30, not {text!r}")
        return 0
    return int(match[1]) * _HOUR + int(match[2]) * 60


def _group(reading: Reading, queues: Mapping[str, QueueItem]) -> Group:
    fields = reading.fields(("key", "queues"), (
        "count", "skills", "shifts", "pace", "pace_by_kind", "resolves", "resolves_by_kind", "satisfies",
        "satisfies_by_kind", "answer", "back_after", *CAPACITY,
    ))  # fmt: skip
    serves = fields.keys("queues")
    for element, key in zip(fields.elements("queues"), serves, strict=False):
        _known(element, key, queues)
    return Group(
        key=fields.key("key"),
        count=fields.whole("count", 1, least=1, most=MOST_AGENTS),
        queues=serves,
        skills=fields.levels("skills"),
        shifts=tuple(shift for one in fields.elements("shifts") if (shift := _shift(one)) is not None),
        pace=number(fields.at("pace"), 0.1, 10.0) if fields.has("pace") else 1.0,
        pace_by_kind=_numbers(fields, "pace_by_kind", 0.1, 10.0),
        resolves=number(fields.at("resolves"), 0.0, 1.0) if fields.has("resolves") else None,
        resolves_by_kind=_numbers(fields, "resolves_by_kind", 0.0, 1.0),
        satisfies=number(fields.at("satisfies"), 0.0, 1.0) if fields.has("satisfies") else None,
        satisfies_by_kind=_numbers(fields, "satisfies_by_kind", 0.0, 1.0),
        answer=distribution(fields.at("answer")) if fields.has("answer") else USUAL_ANSWER,
        back_after=float(fields.duration("back_after", 60, most=8 * _HOUR)),
        capacity=read_capacity(fields),
    )


def _numbers(fields: Fields, name: str, least: float, most: float) -> dict[str, float]:
    """A number by kind of caller."""
    if not fields.has(name):
        return {}
    at = fields.at(name)
    if not isinstance(at.value, Mapping):
        at.problem("must be a mapping of kinds of callers to numbers, such as {hotline: 0.8}")
        return {}
    return {str(kind): number(at.inside(str(kind), value), least, most) for kind, value in at.value.items()}


def _shift(reading: Reading) -> Shift | None:
    text = reading.text(most=40)
    match = _SHIFT.fullmatch(text)
    if match is None:
        reading.problem(f"must be a shift such as 08:00-12:30, not {text!r}; after midnight it is 22:00-30:00")
        return None
    shift = Shift(_time(reading.inside("", match[1])), _time(reading.inside("", match[2])))
    if shift.end <= shift.start:
        reading.problem("must end after it begins; after midnight it is 22:00-30:00")
        return None
    return shift


def _stream(reading: Reading, queues: Mapping[str, QueueItem], file: Callable[[str], bytes]) -> Stream:
    given = ("per_hour", "rates", "calls", "kinds", "talk", "wrap_up", "patience", "menu", "channel", "answers",
             "drawn_by")  # fmt: skip
    fields = reading.fields(("queue",), given)
    queue = _known(fields.at("queue"), fields.key("queue"), queues)
    if fields.sound and sum(fields.has(name) for name in ("per_hour", "rates", "calls")) != 1:
        reading.problem("give one of per_hour, rates and calls")
    log = _log(fields.at("calls"), file) if fields.has("calls") else None
    wrap_up = distribution(fields.at("wrap_up"), log) if fields.has("wrap_up") else AT_ONCE
    if fields.has("wrap_up") and queue in queues and queues[queue].wrap_up == 0:
        fields.at("wrap_up").problem(f"the queue {queue!r} leaves no time for it: give the queue a wrap_up too")
    return Stream(
        queue=queue,
        rates=_rates(fields),
        calls=() if log is None else tuple(Caller(call.at, call.service) for call in log.calls),
        kinds=_distinct(fields.items("kinds"), _kind, lambda kind: kind.key) if fields.has("kinds") else (PLAIN,),
        talk=distribution(fields.at("talk"), log) if fields.has("talk") else USUAL_TALK,
        wrap_up=wrap_up,
        patience=patience(fields, log),
        menu=_menu(fields.at("menu")) if fields.has("menu") else None,
        channel=fields.choice("channel", CHANNELS, CHANNELS[0]),
        answers=number(fields.at("answers"), 0.0, 1.0) if fields.has("answers") else 0.0,
        by_agent=fields.choice("drawn_by", DRAWN_BY, DRAWN_BY[0]) == DRAWN_BY[1],
    )


def _menu(reading: Reading) -> Menu:
    fields = reading.fields(("time",), ("solved",))
    solved = number(fields.at("solved"), 0.0, 1.0) if fields.has("solved") else 0.0
    return Menu(distribution(fields.at("time")) if fields.has("time") else AT_ONCE, solved)


def _overflows(fields: Fields, queues: Mapping[str, QueueItem]) -> None:
    """Rules that lead nowhere, or in a circle."""
    at = {key: fields.at("queues").inside(number, None).inside("overflow", None) for number, key in enumerate(queues)}
    for key, item in queues.items():
        for rule in item.overflow:
            _known(at[key], rule.queue, queues)
    for key, _, way in circles({key: item.overflow for key, item in queues.items()}):
        at[key].problem(f"leads in a circle: {' -> '.join(way)}")


def _log(reading: Reading, file: Callable[[str], bytes]) -> Log:
    fields = reading.fields(("file",), ("queue", "columns"))
    columns = Columns.by_name(_columns(fields.at("columns"))) if fields.has("columns") else Columns()
    try:
        loaded = load(file(fields.text("file")), columns)
    except SwitchboardError as error:
        fields.at("file").problem(error.text)
        return Log(())
    _told(fields.at("file"), loaded)
    if not loaded.calls and not loaded.faults:
        fields.at("file").problem("there is no call in this log")
    of = fields.text("queue") if fields.has("queue") else None
    calls = tuple(call for call in loaded.calls if of is None or call.queue == of)
    if not calls and loaded.calls:
        known = ", ".join(sorted({call.queue for call in loaded.calls})[:10])
        fields.at("queue").problem(f"the log has no calls of it; it has: {known}")
    return Log(calls)


def _told(reading: Reading, loaded: Loaded) -> None:
    for fault in loaded.faults[:5]:
        reading.problem(str(fault))
    if len(loaded.faults) > 5:
        reading.problem(f"and {len(loaded.faults) - 5} more lines that cannot be read")


def _columns(reading: Reading) -> dict[str, str]:
    names = Columns.NAMES
    fields = reading.fields((), names)
    return {name: fields.text(name, most=200) for name in names if fields.has(name)}


def _rates(fields: Fields) -> tuple[Rate, ...]:
    if fields.has("per_hour"):
        return (Rate(0, number(fields.at("per_hour"), 0.0, MOST_PER_HOUR)),)
    if not fields.has("rates"):
        return ()
    at = fields.at("rates")
    if not isinstance(at.value, Mapping):
        at.problem('must be a mapping of times to calls an hour, such as {"08:00": 60}')
        return ()
    if not at.value:
        at.problem('name at least one time and its calls an hour, such as {"08:00": 60}')
    found = [
        Rate(_time(at.inside(str(time), str(time))), number(at.inside(str(time), rate), 0.0, MOST_PER_HOUR))
        for time, rate in at.value.items()
    ]
    if found != sorted(found, key=lambda rate: rate.start):
        at.problem("must be in the order of time")
    return tuple(found)


def _kind(reading: Reading) -> Kind:
    fields = reading.fields(("key",), ("share", "requires", "priority", "due_in"))
    share = number(fields.at("share"), 0.0, 1e6) if fields.has("share") else 1.0
    priority, due_in = fields.whole("priority", 0, least=-100, most=100), fields.duration("due_in", 0, most=LONGEST)
    return Kind(fields.key("key"), share, fields.levels("requires"), priority, due_in)


def must_fit(scenario: Scenario) -> None:
    """Raises Invalid when nobody could ever take somebody: a slip of the pen more often than a wish."""
    for stream in scenario.streams:
        for kind in stream.kinds:
            needed = _needed(scenario, stream, kind)
            if not any(
                stream.queue in group.queues
                and all(group.skills.get(skill, 0) >= level for skill, level in needed.items())
                for group in scenario.groups
            ):
                raise Invalid(f"arrivals.{stream.queue}: no agent could ever take the kind {kind.key!r}")


def _needed(scenario: Scenario, stream: Stream, kind: Kind) -> dict[str, int]:
    queue = next(queue for queue in scenario.queues if queue.key == stream.queue)
    return {
        skill: max(queue.requires.get(skill, 0), kind.requires.get(skill, 0))
        for skill in {*queue.requires, *kind.requires}
    }
