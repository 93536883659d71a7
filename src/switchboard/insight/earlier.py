"""Days that are over, counted from their rows when somebody first asks and kept up from then on.

    earlier = Earlier(organization, conversations, rules)
    await earlier.count([(client, yesterday)])       # once; costs nothing when it is counted already
    earlier.sums(client, yesterday)
    earlier.hear(events, at)                         # a talk that began before midnight still changes its day

Nothing is counted, and nothing costs the Floor anything, before a page has asked for such a day.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from switchboard.conversations.model import TalkEnd
from switchboard.conversations.service import ArrivedContact, Conversations, VisitFact
from switchboard.insight.accuracy import Accuracy
from switchboard.insight.counters import Counters
from switchboard.insight.model import Cell, Facts, Rules, Sums, Visit, Work
from switchboard.measures.days import Day
from switchboard.routing.events import ContactRegistered, Event
from switchboard.routing.model import Expected


class Earlier:
    """One organization's days before today, by client. rules: how they are judged; other rules need another one."""

    def __init__(self, organization: str, conversations: Conversations, rules: Rules) -> None:
        self._organization = organization
        self._conversations = conversations
        self._counters = Counters(rules)
        self._counted: set[tuple[str, Day]] = set()
        self._counting = asyncio.Lock()
        self._meanwhile: list[tuple[list[Event], int]] | None = None

    def hear(self, events: Sequence[Event], at: int) -> None:
        """Told by the Floor after each commit. Whoever registers now has arrived today and is none of ours."""
        if not self._counted and self._meanwhile is None:
            return
        old = [event for event in events if type(event) is not ContactRegistered]
        if self._meanwhile is not None:
            self._meanwhile.append((old, at))
        self._counters.take(old, at)

    async def count(self, days: Iterable[tuple[str, Day]]) -> None:
        """See to it that these days are counted."""
        async with self._counting:
            missing = [one for one in days if one not in self._counted]
            if not missing:
                return
            self._meanwhile = []
            try:
                for client, day in missing:
                    pages = self._conversations.arrived(self._organization, [client], day.since, day.until)
                    async for page in pages:
                        hold(self._counters, page)
                # What was told while the rows were read may be in them or not; told twice it counts once.
                for events, at in self._meanwhile:
                    self._counters.take(events, at)
                self._counted.update(missing)
            finally:
                self._meanwhile = None

    def forget_before(self, at: int) -> None:
        """Nobody asks for days that ended before any more. at: UTC epoch microseconds."""
        self._counted = {(client, day) for client, day in self._counted if day.until > at}
        self._counters.forget_before(at)

    def accuracy(self, client: str, day: Day, queue: str) -> Accuracy | None:
        """How right the estimates of a queue were on such a day."""
        return self._counters.accuracy(client, day, queue)

    def sums(self, client: str, day: Day) -> Mapping[Cell, Sums]:
        """Everything counted of a day that `count` has seen to."""
        return self._counters.sums(client, day)


def hold(counters: Counters, page: Sequence[ArrivedContact]) -> set[str]:
    """Count a page of rows; the contacts of which nothing can change any more."""
    final = set()
    for one in page:
        facts = facts_of(one)
        counters.hold(one.id, facts)
        if facts.final:
            final.add(one.id)
    return final


def facts_of(row: ArrivedContact) -> Facts:
    """The facts as the rows have them."""
    return Facts(
        row.client,
        row.arrived_at,
        row.closed,
        {one.id: _visit(one) for one in row.visits},
        {
            one.id: Work(
                one.queue,
                one.agent,
                one.visit,
                one.ring_time,
                one.talk_time or 0,
                one.hold_time or 0,
                one.wrap_up_time,
                one.ended_by == TalkEnd.HANDED_OVER.value,
            )
            for one in row.engagements
        },
    )


def _visit(row: VisitFact) -> Visit:
    low, likely, high = row.expected_low, row.expected_likely, row.expected_high
    expected = None if low is None or likely is None or high is None else Expected(low, likely, high)
    return Visit(row.queue, row.entered_at, row.left_at, row.how, expected, row.paused or 0)
