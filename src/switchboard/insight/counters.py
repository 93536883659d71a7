"""The sums of today, kept up with the Floor's committed events in memory: no row and no commit of its own.

    counters = Counters(rules)
    counters.take(events, at)                  # each committed batch
    counters.figure(Cell(queue), now)          # the same object until it changes

What each contact has added is remembered until nothing of it can change; then only the sums are left.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from switchboard.conversations.model import VisitEnd
from switchboard.insight.accuracy import Accuracy, Estimates, together
from switchboard.insight.decide import NOTHING, figure, line_of, work_of
from switchboard.insight.fold import FOLDS, Changed
from switchboard.insight.model import WHOLE, Cell, Facts, Figure, Rules, Sums, Work
from switchboard.measures.days import Day, day_at
from switchboard.routing.events import ContactRegistered, Event

ELSEWHERE: Final = "UTC"
"""The time zone of a client that is no longer configured."""

_UNCOUNTED: Final[Mapping[Cell, Sums]] = {}


class Counters:
    """One organization's sums, by client and day. rules: how they are judged; other rules need other counters."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._known: dict[str, Facts] = {}
        self._counted: dict[str, dict[Cell, Sums]] = {}
        self._days: dict[tuple[str, Day], dict[Cell, Sums]] = {}
        self._accuracy: dict[tuple[str, Day], dict[str, Accuracy]] = {}
        self._today: dict[str, Day] = {}
        self._shown: dict[Cell, Figure] = {}
        self._shown_until = 0

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
        shown = self._shown.get(cell) if now < self._shown_until else None
        if shown is None:
            days = {client: self.day(client, now) for client in self.rules.zones}
            self._shown_until = self.until(now)
            sums = NOTHING
            for client, day in days.items():
                sums = sums.plus(self._days.get((client, day), {}).get(cell, NOTHING))
            theirs = self.rules.client_of(cell.place)
            right = accuracy_of(cell, days.items(), self.accuracy)
            spanned = list(days.values()) if theirs is None else [days[theirs]]
            shown = self._shown[cell] = figure(cell, sums, spanned, self.rules, right)
        return shown

    def sums(self, client: str, day: Day) -> dict[Cell, Sums]:
        """Everything counted of a client's day."""
        return self._days.get((client, day), {})

    def accuracy(self, client: str, day: Day, queue: str) -> Accuracy | None:
        """How right the estimates of a queue were; None when none was made."""
        return self._accuracy.get((client, day), {}).get(queue)

    def hold(self, contact: str, facts: Facts) -> None:
        """Count a contact as its rows have it."""
        self._known[contact] = facts
        self._count_line(contact, facts)
        for work in facts.works.values():
            if work.wrap_up is not None:
                self._count_work(facts, work)
        self._let_go(contact, facts)

    def take(self, events: Iterable[Event], at: int) -> None:
        """Count what a committed batch says. Whatever was counted already changes nothing."""
        lines: dict[str, Facts] = {}
        touched: dict[str, Facts] = {}
        event: Any
        for event in events:
            if type(event) is ContactRegistered:
                self._known.setdefault(event.contact, Facts(event.client, at))
            # Unknown are those of a day that is over, and those of whom nothing can change any more.
            elif (fold := FOLDS.get(type(event))) and (facts := self._known.get(event.contact)):
                touched[event.contact] = facts
                changed = fold(facts, event, at)
                if changed is Changed.LINE:
                    lines[event.contact] = facts
                elif isinstance(changed, Work):
                    self._count_work(facts, changed)
        for contact, facts in lines.items():
            self._count_line(contact, facts)
        for contact, facts in touched.items():
            self._let_go(contact, facts)

    def drop_before(self, now: int) -> None:
        """Forget the sums of days that have ended, and of contacts that still cling to them."""
        self._days = {
            (client, day): sums for (client, day), sums in self._days.items() if day.until > self.day(client, now).since
        }
        self._accuracy = {
            (client, day): right for (client, day), right in self._accuracy.items() if (client, day) in self._days
        }
        self._let_go_of(one for one, facts in self._known.items() if facts.arrived < self.day(facts.client, now).since)

    def forget_before(self, at: int) -> None:
        """Forget the sums of days that ended before, whoever's, and of contacts that arrived before."""
        self._days = {(client, day): sums for (client, day), sums in self._days.items() if day.until > at}
        self._accuracy = {(client, day): right for (client, day), right in self._accuracy.items() if day.until > at}
        self._let_go_of(one for one, facts in self._known.items() if facts.arrived < at)

    def _let_go_of(self, contacts: Iterable[str]) -> None:
        for contact in list(contacts):
            del self._known[contact]
            self._counted.pop(contact, None)

    def _count_line(self, contact: str, facts: Facts) -> None:
        """Count how a contact fared in line, in place of what was counted of it before."""
        day = self._sums_of(facts)
        before = self._counted.get(contact, _UNCOUNTED)
        after = self._counted[contact] = line_of(facts, self.rules)
        self._count_estimates(facts)
        for cell, sums in after.items():
            known = before.get(cell)
            if known is None:
                day[cell] = day.get(cell, NOTHING).plus(sums)
            elif known != sums:
                day[cell] = day[cell].minus(known).plus(sums)
            self._shown.pop(cell, None)

    def _count_estimates(self, facts: Facts) -> None:
        """Count how right the estimate of each stay was, once."""
        for id_, visit in facts.visits.items():
            if visit.expected is None or id_ in facts.measured:
                continue
            facts.measured.add(id_)
            day = self._accuracy.setdefault((facts.client, self._day_of(facts)), {})
            right = day.setdefault(visit.queue, Accuracy())
            if visit.how == VisitEnd.ANSWERED.value:
                right.count(visit.expected, visit.left - visit.entered - visit.paused)
            else:
                right.gave_up += 1

    def _count_work(self, facts: Facts, work: Work) -> None:
        """Count an agent's work, once, when it is done."""
        day = self._sums_of(facts)
        for cell, sums in work_of(facts, work, self.rules).items():
            day[cell] = day.get(cell, NOTHING).plus(sums)
            self._shown.pop(cell, None)

    def _sums_of(self, facts: Facts) -> dict[Cell, Sums]:
        return self._days.setdefault((facts.client, self._day_of(facts)), {})

    def _let_go(self, contact: str, facts: Facts) -> None:
        """Nothing of it can change any more: its sums remain."""
        if facts.final:
            self._let_go_of([contact])

    def _day_of(self, facts: Facts) -> Day:
        today = self._today.get(facts.client)
        return today if today is not None and today.holds(facts.arrived) else self._day_at(facts.client, facts.arrived)

    def _day_at(self, client: str, at: int) -> Day:
        return day_at(at, zone_of(self.rules.zones.get(client, ELSEWHERE)))

    def _all_days(self, now: int) -> list[Day]:
        return [self.day(client, now) for client in self.rules.zones] or [self.day("", now)]


def accuracy_of(
    cell: Cell, days: Iterable[tuple[str, Day]], of: Callable[[str, Day, str], Accuracy | None]
) -> Estimates | None:
    """How right the estimates of a queue were on these days of the clients; None for any other cell."""
    if cell.team is not None or cell.place == WHOLE:
        return None
    parts = [right for client, day in days if (right := of(client, day, cell.place)) is not None]
    return together(parts).shown()


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of this IANA name; the names were checked when they were configured."""
    return ZoneInfo(name)
