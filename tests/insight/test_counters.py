"""Counting batch by batch comes to the same as counting the rows, whatever happened."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings

from support.clock import START
from support.histories import QUEUES, centre_of, histories, play
from support.ledger_rows import Rows
from switchboard.conversations.service import ArrivedContact, Conversations
from switchboard.insight.counters import Counters
from switchboard.insight.decide import NOTHING
from switchboard.insight.earlier import Earlier, facts_of
from switchboard.insight.model import WHOLE, Cell, Facts, Rule, Rules, Visit
from switchboard.measures.days import day_at
from switchboard.routing.events import decode

many = settings(
    max_examples=int(os.environ.get("HISTORIES", "25")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
RULES = Rules(
    {queue: Rule("acme", threshold=10_000_000, short=1_000_000) for queue in QUEUES},
    {"acme": "Europe/Berlin"},
    {"anna": "day", "ben": "night", "cleo": "night"},
)
CELLS = [Cell(place, team) for place in (WHOLE, "acme", *QUEUES) for team in (None, "day", "night")]
LATER = START + 3_600_000_000


def shown(counters: Counters) -> list[Any]:
    return [counters.figure(cell, LATER) for cell in CELLS]


@many
@given(histories)
def test_snapshot_and_what_follows_is_the_same_as_a_fresh_count(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    live, rows = Counters(RULES), Rows()
    restarted: Counters | None = None
    done = 0
    for number, step in enumerate(with_ids_given_once(steps)):
        play(centre, step)
        for entry in centre.entries[done:]:
            events = decode(entry.decisions)
            live.take(events, entry.at)
            rows.take(events, entry.at)
            if restarted is not None:
                restarted.take(events, entry.at)
                # A batch told twice, as at a start, counts once.
                restarted.take(events, entry.at)
        done = len(centre.entries)
        fresh = Counters(RULES)
        for row in rows.arrived():
            fresh.hold(row.id, facts_of(row))
        assert shown(fresh) == shown(live)
        if number == len(steps) // 2:
            restarted = fresh
    if restarted is not None:
        assert shown(restarted) == shown(live)


def with_ids_given_once(steps: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Without those who come under the id of one who came before: its row would be taken for that of the other."""
    given = set[str]()
    kept = []
    for step in steps:
        if step[0] in ("call", "come", "known"):
            if step[1] in given:
                continue
            given.add(step[1])
        kept.append(step)
    return kept


class Ledger:
    """Stands for `Conversations`: every contact has arrived on the day that is asked for."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def arrived(self, *_: object) -> AsyncIterator[list[ArrivedContact]]:
        yield self._rows.arrived()


@many
@given(histories)
def test_a_day_counted_after_it_was_over_follows_what_still_changes(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    rows, done, theirs = Rows(), 0, set[str]()
    earlier = Earlier("acme", cast(Conversations, Ledger(rows)), RULES)
    day = day_at(START, ZoneInfo("Europe/Berlin"))
    for number, step in enumerate(with_ids_given_once(steps)):
        play(centre, step)
        for entry in centre.entries[done:]:
            events = decode(entry.decisions)
            rows.take(events, entry.at)
            earlier.hear(events, entry.at)
            # Told twice, as when it was committed while the rows were read.
            earlier.hear(events, entry.at)
        done = len(centre.entries)
        if number == len(steps) // 4:
            theirs = {row.id for row in rows.arrived()}
            asyncio.run(earlier.count([("acme", day)]))
    fresh = Counters(RULES)
    for row in rows.arrived():
        if row.id in theirs:
            fresh.hold(row.id, facts_of(row))
    assert all(
        earlier.sums("acme", day).get(cell, NOTHING) == fresh.sums("acme", day).get(cell, NOTHING) for cell in CELLS
    )


@many
@given(histories)
def test_the_sums_add_up(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    live = Counters(RULES)
    for step in steps:
        play(centre, step)
    for entry in centre.entries:
        live.take(decode(entry.decisions), entry.at)
    for one in shown(live):
        assert one.offered == one.answered + one.abandoned + one.other
        assert one.service_level is None or 0 <= one.service_level <= 1
        assert 0 <= one.transferred <= one.handled
        assert (one.transfer_rate is None) == (one.handled == 0)


def test_the_same_figure_is_handed_out_until_it_changes() -> None:
    counters = Counters(RULES)
    before = counters.figure(Cell("sales"), LATER)
    assert counters.figure(Cell("sales"), LATER) is before
    counters.hold("c1", Facts("acme", START, True, {"v": Visit("sales", START, START + 1, "abandoned")}))
    after = counters.figure(Cell("sales"), LATER)
    assert (before.abandoned, after.abandoned) == (0, 1)
    assert counters.figure(Cell("vip"), LATER) is counters.figure(Cell("vip"), LATER)
