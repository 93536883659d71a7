"""`relief` and `hand_over` of a queue: who helps there, when, and to whom its agents hand their customers over."""

import re
from collections.abc import Iterator
from typing import Any, Final

from switchboard.configuration.sections.contract import Reference
from switchboard.flows.model import Fields, Reading, duration_text
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import HandOver, ReliefRule
from switchboard.routing.service import ReliefBounds, ReliefGroup, ReliefMatch

_HOURS: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) ?- ?([01]?\d|2[0-4]):([0-5]\d)")
_MIDNIGHT: Final = 24 * 60
_DAY: Final = 24 * 3_600
MOST_RULES: Final = 10
MOST_WAITING: Final = 10_000
LOOKS_BACK: Final = (5, 240)
"""Least and most minutes over which a service level is looked at."""
SHORTEST_STAY: Final = 10
"""Seconds."""
_PLAIN: Final = ReliefRule(ReliefGroup(team=""))
_FIELDS: Final = (
    "team", "queue", "when", "waiting_over", "longest_wait_over", "service_level_under", "over_last", "between",
    "until", "stay",
)  # fmt: skip


def read_relief(fields: Fields) -> tuple[ReliefRule, ...]:
    """`[{team: night, waiting_over: 10, longest_wait_over: 2m, until: {waiting: 4}, stay: 10m}, ..]`."""
    elements = fields.elements("relief")
    if len(elements) > MOST_RULES:
        fields.at("relief").problem(f"at most {MOST_RULES} rules are possible")
    found: list[ReliefRule] = []
    for element in elements[:MOST_RULES]:
        rule = _read_rule(element)
        if any(rule.group == one.group for one in found):
            element.problem("this team or queue has a rule here already; say all its limits in one")
        else:
            found.append(rule)
    return tuple(found)


def _read_rule(reading: Reading) -> ReliefRule:
    fields = reading.fields((), _FIELDS)
    over = ReliefBounds(
        _counted(fields, "waiting_over", MOST_WAITING),
        _timed(fields, "longest_wait_over"),
        _counted(fields, "service_level_under", 100),
    )
    hours = _hours(fields)
    if fields.sound and over == ReliefBounds() and not fields.has("between"):
        reading.problem("say when they help: waiting_over, longest_wait_over, service_level_under or between")
    last = fields.duration("over_last", _PLAIN.last * 60, most=LOOKS_BACK[1] * 60) // 60
    if last < LOOKS_BACK[0]:
        fields.at("over_last").problem(f"must be at least {LOOKS_BACK[0]}m")
    stays = fields.duration("stay", _PLAIN.stays // MICROSECONDS, most=_DAY)
    if stays < SHORTEST_STAY:
        fields.at("stay").problem(f"must be at least {SHORTEST_STAY}s, or people would come and go")
    return ReliefRule(
        _group(reading, fields),
        over,
        _until(fields, over),
        ReliefMatch(fields.choice("when", [*ReliefMatch], _PLAIN.match)),
        max(last, LOOKS_BACK[0]),
        hours,
        max(stays, SHORTEST_STAY) * MICROSECONDS,
    )


def _group(reading: Reading, fields: Fields) -> ReliefGroup:
    team, queue = fields.key_or_none("team"), fields.key_or_none("queue")
    if fields.sound and (team is None) == (queue is None):
        reading.problem("say who helps: either a team, or a queue whose agents do")
    return ReliefGroup(team, None if team is not None else queue)


def _until(fields: Fields, over: ReliefBounds) -> ReliefBounds:
    """The limits at which they leave: on the calm side of those at which they come."""
    if not fields.has("until"):
        return ReliefBounds()
    inner = fields.at("until").fields((), ("waiting", "longest_wait", "service_level"))
    until = ReliefBounds(
        _counted(inner, "waiting", MOST_WAITING, least=0),
        _timed(inner, "longest_wait"),
        _counted(inner, "service_level", 100),
    )
    for name in ("waiting", "longest_wait", "service_level"):
        limit, leaves = getattr(over, name), getattr(until, name)
        if leaves is None:
            continue
        if limit is None:
            inner.at(name).problem("belongs to a limit that this rule does not have")
        elif (leaves < limit) if name == "service_level" else (leaves > limit):
            inner.at(name).problem("must be on the calm side of the limit at which they come")
    return until


def _counted(fields: Fields, name: str, most: int, *, least: int = 1) -> int | None:
    return fields.whole(name, least, least=least, most=most) if fields.has(name) else None


def _timed(fields: Fields, name: str) -> int | None:
    return fields.duration(name, 0, most=_DAY) * MICROSECONDS if fields.has(name) else None


def _hours(fields: Fields) -> tuple[int, int] | None:
    if not fields.has("between"):
        return None
    at = fields.at("between")
    text = at.text(most=40)
    match = _HOURS.fullmatch(text.strip())
    begins, ends = (0, 0) if match is None else _minutes(match)
    if begins == ends:
        at.problem(f"must be times such as 09:00-12:00, not {text!r}; 22:00-06:00 is a night")
        return None
    return begins, ends


def _minutes(match: re.Match[str]) -> tuple[int, int]:
    begin_hour, begin_minute, end_hour, end_minute = (int(part) for part in match.groups())
    # 24:00 is the midnight at which the next day begins.
    return begin_hour * 60 + begin_minute, (end_hour * 60 + end_minute) % _MIDNIGHT


def write_relief_and_hand_over(rules: tuple[ReliefRule, ...], hand_over: HandOver | None) -> dict[str, Any]:
    """Both as fields of a queue; empty when it has neither."""
    written: dict[str, Any] = {"relief": [_write_rule(rule) for rule in rules]} if rules else {}
    if hand_over is not None:
        written["hand_over"] = {"to": list(hand_over.to), "priority": hand_over.priority}
    return written


def _write_rule(rule: ReliefRule) -> dict[str, Any]:
    """The rule as a file says it."""
    group = {"team": rule.group.team} if rule.group.team is not None else {"queue": rule.group.queue}
    until = {"waiting": rule.until.waiting, "longest_wait": _shown(rule.until.longest_wait)}
    until["service_level"] = rule.until.service_level
    written: dict[str, Any] = {
        **group,
        "when": rule.match.value,
        "waiting_over": rule.over.waiting,
        "longest_wait_over": _shown(rule.over.longest_wait),
        "service_level_under": rule.over.service_level,
        "over_last": None if rule.over.service_level is None else duration_text(rule.last * 60),
        "between": None if rule.hours is None else "-".join(_clock(minutes) for minutes in rule.hours),
        "until": {name: value for name, value in until.items() if value is not None} or None,
        "stay": _shown(rule.stays),
    }
    return {name: value for name, value in written.items() if value is not None}


def _shown(length: int | None) -> str | None:
    return None if length is None else duration_text(length // MICROSECONDS)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_hand_over(fields: Fields) -> HandOver | None:
    """`[level-2]`, or `{to: [level-2], priority: 5}`."""
    if not fields.has("hand_over"):
        return None
    at = fields.at("hand_over")
    if isinstance(at.value, list):
        at = Reading({"to": at.value}, at.problems, at.path, at.shown)
    inner = at.fields(("to",), ("priority",))
    to = inner.keys("to")
    return HandOver(to, inner.whole("priority", HandOver(()).priority, least=-100, most=100)) if to else None


def relief_references(rules: tuple[ReliefRule, ...], hand_over: HandOver | None) -> Iterator[Reference]:
    """What both name."""
    for number, rule in enumerate(rules):
        if rule.group.team:
            yield Reference("teams", rule.group.team, ("relief", number, "team"))
        if rule.group.queue:
            yield Reference("queues", rule.group.queue, ("relief", number, "queue"))
    for number, key in enumerate(hand_over.to if hand_over is not None else ()):
        yield Reference("queues", key, ("hand_over", "to", number))
