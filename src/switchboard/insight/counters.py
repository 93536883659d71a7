"""The sums of today, kept up with the Floor's committed events in memory: no row and no commit of its own.

    counters = Counters(rules)
    counters.take(events, at)                  # each committed batch
    counters.figure(Cell(queue), now)          # the same object until it changes

What each contact has added is remembered until nothing of it can change; then only the sums are left.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from switchboard.conversations.model import WrapUpEnd
from switchboard.insight.decide import NOTHING, contribution, figure
from switchboard.insight.model import Cell, Facts, Figure, Rules, Sums, Visit, Work
from switchboard.measures.days import Day, day_at
from switchboard.routing.events import (
    ContactClosed,
    ContactRegistered,
    EngagementClosed,
    EngagementOpened,
    EngagementTalkEnded,
    Event,
    QueueLeft,
)

Counted = ContactRegistered | QueueLeft | EngagementOpened | EngagementTalkEnded | EngagementClosed | ContactClosed
"""The events that figures are made of."""

ELSEWHERE: Final = "UTC"
"""The time zone of a client that is no longer configured."""


class Counters:
    """One organization's sums, by client and day. rules: how they are judged; other rules need other counters."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._known: dict[str, Facts] = {}
        self._counted: dict[str, dict[Cell, Sums]] = {}
        self._days: dict[tuple[str, Day], dict[Cell, Sums]] = {}
        self._today: dict[str, Day] = {}
        self._shown: dict[Cell, Figure] = {}

    def day(self, client: str, now: int) -> Day:
        """The client's day now."""
        known = self._today.get(client)
        if known is None or not known.holds(now):
            known = self._today[client] = self._day_at(client, now)
            self._shown.clear()
        return known

    def until(self, now: int) -> int:
        """When the first of the clients' days ends: from then on the figures are others."""
        return min(day.until for day in self._all_days(now))

    def figure(self, cell: Cell, now: int) -> Figure:
        """What a cell shows now. The same object as before when nothing has changed."""
        days = {client: self.day(client, now) for client in self.rules.zones}
        shown = self._shown.get(cell)
        if shown is None:
            sums = NOTHING
            for client, day in days.items():
                sums = sums.plus(self._days.get((client, day), {}).get(cell, NOTHING))
            theirs = self.rules.client_of(cell.place)
            spanned = list(days.values()) if theirs is None else [days[theirs]]
            shown = self._shown[cell] = figure(cell, sums, spanned, self.rules)
        return shown

    def sums(self, client: str, day: Day) -> dict[Cell, Sums]:
        """Everything counted of a client's day."""
        return self._days.get((client, day), {})

    def hold(self, contact: str, facts: Facts) -> None:
        """Count a contact as its rows have it."""
        self._known[contact] = facts
        self._count(contact)

    def take(self, events: Iterable[Event], at: int) -> None:
        """Count what a committed batch says. Whatever was counted already changes nothing."""
        touched: dict[str, None] = {}
        for event in events:
            if isinstance(event, Counted) and self._fold(event, at):
                touched[event.contact] = None
        for contact in touched:
            self._count(contact)

    def drop_before(self, now: int) -> None:
        """Forget the sums of days that have ended, and of contacts that still cling to them."""
        self._days = {
            (client, day): sums for (client, day), sums in self._days.items() if day.until > self.day(client, now).since
        }
        over = [one for one, facts in self._known.items() if facts.arrived < self.day(facts.client, now).since]
        for contact in over:
            del self._known[contact]
            self._counted.pop(contact, None)

    def _fold(self, event: "Counted", at: int) -> bool:
        """Take one event into the facts of its contact; whether they may count differently now."""
        if isinstance(event, ContactRegistered):
            self._known.setdefault(event.contact, Facts(event.client, at))
            return False
        facts = self._known.get(event.contact)
        if facts is None:
            # Of a day that is over, or final.
            return False
        match event:
            case QueueLeft():
                facts.visits[event.visit] = Visit(event.queue, event.entered, at, event.how.value)
            case EngagementOpened():
                work = Work(event.queue, event.agent, event.visit, event.ring_time)
                facts.works.setdefault(event.engagement, work)
            case EngagementTalkEnded():
                _talked(facts, event)
            case EngagementClosed() if event.how is not WrapUpEnd.NONE:
                if (closed := facts.works.get(event.engagement)) is not None:
                    closed.wrap_up = event.wrap_up
            case _:
                facts.closed = True
        return True

    def _count(self, contact: str) -> None:
        facts = self._known[contact]
        key = (facts.client, self._day_of(facts))
        day = self._days.setdefault(key, {})
        before = self._counted.get(contact, {})
        after = contribution(facts, self.rules)
        for cell, sums in after.items():
            known = before.get(cell)
            if known != sums:
                there = day.get(cell, NOTHING)
                day[cell] = there.plus(sums) if known is None else there.minus(known).plus(sums)
                self._shown.pop(cell, None)
        if facts.final:
            del self._known[contact]
            self._counted.pop(contact, None)
        else:
            self._counted[contact] = after

    def _day_of(self, facts: Facts) -> Day:
        today = self._today.get(facts.client)
        return today if today is not None and today.holds(facts.arrived) else self._day_at(facts.client, facts.arrived)

    def _day_at(self, client: str, at: int) -> Day:
        return day_at(at, zone_of(self.rules.zones.get(client, ELSEWHERE)))

    def _all_days(self, now: int) -> list[Day]:
        return [self.day(client, now) for client in self.rules.zones] or [self.day("", now)]


def _talked(facts: Facts, event: EngagementTalkEnded) -> None:
    work = facts.works.get(event.engagement)
    if work is not None:
        work.talk, work.hold = event.talk, event.hold
        if not event.wraps_up:
            work.wrap_up = 0


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of this IANA name; the names were checked when they were configured."""
    return ZoneInfo(name)
