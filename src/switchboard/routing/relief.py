"""Load relief: which other people help in a queue, from when on, and until when. Pure, plain data.

A rule names a group (a team, or whoever serves another queue) and conditions. While it holds, the group's people
get the queue's contacts as well: after its own people, and after what waits in their own queues
(`floor.relieving` decides it, `floor.helping` carries it out).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from switchboard.kit.clock import MICROSECONDS

MINUTE: Final = 60 * MICROSECONDS
DAY: Final = 24 * 60
"""Minutes."""

FEWEST: Final = 5
"""Contacts that a service level must rest on before a rule believes it: one caller of a quiet night is no crowd."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ReliefGroup(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who helps: a team, or all who serve another queue. Ids; exactly one of them is set."""

    team: str | None = None
    queue: str | None = None


class ReliefMatch(StrEnum):
    """How many of a rule's limits must be passed."""

    ANY = "any"
    ALL = "all"


class ReliefCondition(StrEnum):
    """What let a rule begin."""

    WAITING = "waiting"
    LONGEST_WAIT = "longest wait"
    SERVICE_LEVEL = "service level"
    TIME = "time of day"


class ReliefEnd(StrEnum):
    """Why a group helps no longer."""

    CALM = "calm"
    """The figures are behind the limits at which it leaves."""
    TIME = "time of day"
    """The hours of the rule are over."""
    CONFIGURATION = "configuration"
    """There is no such rule any more."""


class ReliefBounds(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Limits of a queue's figures. waiting: contacts in line, being offered or not. longest_wait: microseconds.
    service_level: percent. None: this figure does not count."""

    waiting: int | None = None
    longest_wait: int | None = None
    service_level: int | None = None


class Figures(NamedTuple):
    """How a queue does: contacts in line, the longest wait of these in microseconds, its service level in percent
    (None while it rests on too few)."""

    waiting: int
    longest_wait: int
    service_level: float | None


class ReliefRule(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One group and when it helps.

    over: it begins when the queue waits more, or longer, than this, or has less service level. until: it may leave
    when the figures are no longer beyond these; what is None there is half of the limit, or as much service level.
    last: minutes that the service level looks back. hours: minutes of the client's day (from, until before); outside
    of them it never helps; from > until is a night; without any limit it always helps in them. stays: microseconds
    that it helps at least, unless its hours end.
    """

    group: ReliefGroup
    over: ReliefBounds = ReliefBounds()
    until: ReliefBounds = ReliefBounds()
    match: ReliefMatch = ReliefMatch.ANY
    last: int = 30
    hours: tuple[int, int] | None = None
    stays: int = 5 * MINUTE

    @property
    def leaves(self) -> ReliefBounds:
        """The limits at which it leaves, all of those by which it begins."""
        over, until = self.over, self.until
        return ReliefBounds(
            _half(over.waiting) if until.waiting is None else until.waiting,
            _half(over.longest_wait) if until.longest_wait is None else until.longest_wait,
            over.service_level if until.service_level is None else until.service_level,
        )


class Relief(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A queue's rules with what it takes to judge them: its client's time zone (IANA), and its service level: key of
    the formula, threshold and short call in microseconds."""

    rules: tuple[ReliefRule, ...]
    zone: str = "UTC"
    formula: str = "offered"
    threshold: int = 20 * MICROSECONDS
    short_call: int = 5 * MICROSECONDS

    @property
    def looks_back(self) -> int:
        """Minutes of which the service level must be known; 0 when no rule looks at it."""
        return max((rule.last for rule in self.rules if rule.over.service_level is not None), default=0)


class HandOver(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """To which queues the agents of a queue may hand their customers over; in `QueueItem` keys, on the Floor ids.
    priority: what is added to a customer's priority in the other line, where he keeps his place as well."""

    to: tuple[str, ...]
    priority: int = 1


def with_teams(rules: tuple[ReliefRule, ...], ids: Mapping[str, str]) -> tuple[ReliefRule, ...]:
    """The rules with each team as `ids` calls it."""
    return tuple([_with_team(rule, ids) for rule in rules])


def _with_team(rule: ReliefRule, ids: Mapping[str, str]) -> ReliefRule:
    team = rule.group.team
    return rule if team is None else msgspec.structs.replace(rule, group=ReliefGroup(team=ids.get(team, team)))


def _half(limit: int | None) -> int | None:
    return None if limit is None else limit // 2


_BEYOND: Final[Mapping[ReliefCondition, Callable[[ReliefBounds, Figures], bool | None]]] = {
    ReliefCondition.WAITING: lambda bounds, found: None if bounds.waiting is None else found.waiting > bounds.waiting,
    ReliefCondition.LONGEST_WAIT: lambda bounds, found: (
        None if bounds.longest_wait is None else found.longest_wait > bounds.longest_wait
    ),
    ReliefCondition.SERVICE_LEVEL: lambda bounds, found: (
        None
        if bounds.service_level is None
        else found.service_level is not None and found.service_level < bounds.service_level
    ),
}
"""Whether a figure is beyond its limit; None when there is none."""


def reasons(rule: ReliefRule, found: Figures) -> tuple[ReliefCondition, ...]:
    """What lets this rule begin now, within its hours; empty when it does not."""
    return _beyond(rule, rule.over, found)


def goes_on(rule: ReliefRule, found: Figures) -> bool:
    """Whether a rule that has begun still has a reason, within its hours."""
    return bool(_beyond(rule, rule.leaves, found))


def _beyond(rule: ReliefRule, bounds: ReliefBounds, found: Figures) -> tuple[ReliefCondition, ...]:
    judged = {condition: beyond(bounds, found) for condition, beyond in _BEYOND.items()}
    limits = [condition for condition, result in judged.items() if result is not None]
    if not limits:
        return (ReliefCondition.TIME,) if rule.hours is not None else ()
    met = tuple([condition for condition in limits if judged[condition]])
    return met if rule.match is ReliefMatch.ANY or len(met) == len(limits) else ()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(zone: str, at: int) -> dt.datetime:
    return (_EPOCH + dt.timedelta(microseconds=at)).astimezone(_zone(zone))


def within_hours(rule: ReliefRule, zone: str, at: int) -> bool:
    """Whether the rule may help at this moment (UTC epoch microseconds)."""
    if rule.hours is None:
        return True
    local = _local(zone, at)
    minute = local.hour * 60 + local.minute
    begins, ends = rule.hours
    return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends


def hours_change(rule: ReliefRule, zone: str, at: int) -> int | None:
    """The next moment (UTC epoch microseconds) at which its hours may begin or end; None: it has none.

    Where clocks are put forward or back the moment found is looked at and found too early: there is then a next one.
    """
    if rule.hours is None:
        return None
    local = _local(zone, at)
    minute = local.hour * 60 + local.minute
    ahead = min((edge - minute) % DAY or DAY for edge in rule.hours)
    # The clock on the wall may jump on the way: never look further than the next full hour there.
    ahead = min(ahead, 60 - local.minute)
    return at - local.second * MICROSECONDS - local.microsecond + ahead * MINUTE
