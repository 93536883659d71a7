"""`switchboard replay`: decides a data folder's journal anew, also beside a center that serves it.

Nothing is written: every page of the journal is read in a reading transaction of its own.
"""

import random
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import orjson
from sqlalchemy.exc import DBAPIError

from switchboard.app.offline import must_exist
from switchboard.kit.clock import Clock, SystemClock
from switchboard.kit.errors import NotFound, Unavailable
from switchboard.kit.ids import IdSource
from switchboard.routing.events import Event
from switchboard.routing.model import RULES
from switchboard.routing.replay import Difference, Report, replay_journal
from switchboard.settings import Settings
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal
from switchboard.tenancy.model import Organization
from switchboard.tenancy.service import Passwords, Tenancy

SHOWN: Final = 10
"""Differences that are printed."""

DIFFERENT: Final = 3
"""Exit code when today's rules decide otherwise than they did."""


async def replay(settings: Settings, organization: str | None, *, recent: bool, as_json: bool) -> int:
    """Replay the journals of one organization or of all; prints what was found and returns the exit code.

    Raises NotFound, Invalid (a damaged entry, by its number), Unavailable.
    """
    must_exist(settings)
    clock = SystemClock()
    database = Database.open(settings.database_url())
    reports: list[tuple[Organization, Report, float]] = []
    try:
        for one in await _chosen(database, clock, organization):
            begun = clock.monotonic()
            report = await replay_journal(
                Journal(database), one.id, recent=recent, shown=SHOWN, progress=_progress(one.key)
            )
            reports.append((one, report, clock.monotonic() - begun))
    except DBAPIError:
        raise Unavailable("the journal cannot be read: the database is damaged or of another version") from None
    finally:
        await database.close()
    if as_json:
        _print(orjson.dumps([_data(*one) for one in reports]).decode())
    else:
        for found in reports:
            _print("\n".join(_text(*found)))
    return DIFFERENT if any(report.differences for _, report, _ in reports) else 0


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


async def _chosen(database: Database, clock: Clock, key: str | None) -> list[Organization]:
    tenancy = Tenancy(database, clock, IdSource(clock, random.SystemRandom()), Passwords())
    try:
        known = await tenancy.organizations()
    finally:
        tenancy.close()
    chosen = [one for one in known if key in (None, one.key)]
    if not chosen:
        there = ", ".join(one.key for one in known) or "none"
        raise NotFound(f"there is no organization {key!r}; there are: {there}" if key else "there is no organization")
    return chosen


def _progress(key: str) -> Callable[[int, int], None] | None:
    """One line that is written over, for whoever watches a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        sys.stderr.write(f"\r{key}: {done:,} of {total:,} entries" if done < total else "\r\033[K")
        sys.stderr.flush()

    return show


def _text(organization: Organization, report: Report, seconds: float) -> Iterator[str]:
    since = "from the beginning" if report.begun == 0 else f"from the snapshot after entry {report.begun}"
    yield (
        f"{organization.key}: {report.entries:,} entries with {report.contacts:,} contacts decided anew, {since}, "
        f"in {seconds:.1f} s"
    )
    yield f"  rules {RULES} (today's): {_counted(report, RULES)}"
    for rules in sorted(set(report.by_rules) - {RULES}):
        yield f"  rules {rules} (differences are no fault): {_counted(report, rules)}"
    for found in report.first:
        yield from _described(found)
    if (more := report.differences - len(report.first)) > 0:
        yield f"  ... and {more:,} more"


def _counted(report: Report, rules: int) -> str:
    decided = report.by_rules.get(rules)
    if decided is None:
        return "no entries"
    return f"{decided.entries:,} entries, {decided.differences:,} differences"


def _described(found: Difference) -> Iterator[str]:
    """The first event in which they differ, then and now."""
    pairs = zip([*found.then, None], [*found.now, None], strict=False)
    then, now = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
    yield f"  entry {found.seq}:"
    yield f"    then: {_event(then)}"
    yield f"    now:  {_event(now)}"


def _event(event: Event | None) -> str:
    return "nothing more" if event is None else str(event)


def _data(organization: Organization, report: Report, seconds: float) -> dict[str, Any]:
    return {
        "organization": organization.key,
        "after_entry": report.begun,
        "last_entry": report.last,
        "entries": report.entries,
        "contacts": report.contacts,
        "rules": RULES,
        "differences": report.differences,
        "by_rules": {
            str(rules): {"entries": one.entries, "differences": one.differences}
            for rules, one in sorted(report.by_rules.items())
        },
        "first_differences": [
            {
                "entry": found.seq,
                "at": found.at,
                "then": msgspec.to_builtins(found.then),
                "now": msgspec.to_builtins(found.now),
            }
            for found in report.first
        ],
        "seconds": round(seconds, 2),
    }
