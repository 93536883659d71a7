"""`switchboard apply FILE --simulate`: what would have happened on a real day with the file; nothing is applied.

The center, or the database when nobody serves, gives the day; it is simulated in this process.
"""

import datetime as dt
import os
import sys
from pathlib import Path

import msgspec
import orjson

from switchboard.app import control
from switchboard.app.offline import must_exist, named_in, read_file
from switchboard.app.rooms import Rooms, beside
from switchboard.app.trial_task import TrialTasks
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Invalid
from switchboard.routing.simulation.program import NICENESS
from switchboard.routing.simulation.trial import trial
from switchboard.routing.simulation.trial_table import text_of_trial
from switchboard.settings import Settings


async def try_file(settings: Settings, file: Path, *, day: str | None, prune: bool, as_json: bool) -> None:
    """Print the difference and the comparison. day: a date, None for today. Raises Invalid, Refused, Unavailable."""
    content = await read_file(file)
    must_exist(settings)
    request = control.Try(
        content=content, folder=str(beside(file)), environment=named_in(content), prune=prune, day=_date(day)
    )
    answer = await control.ask(settings.data, request)
    if answer is None:
        rooms = await Rooms.open(settings, SystemClock())
        try:
            answer = await control.trying(rooms.configuration, TrialTasks(rooms, None), request)
        finally:
            await rooms.close()
    found = msgspec.json.decode(answer, type=control.Trying)
    # Calls of the center on this machine go first.
    os.nice(NICENESS)
    tried = trial(found.task, _show)
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    if as_json:
        data = {"changes": found.changes.splitlines(), "trial": msgspec.to_builtins(tried)}
        sys.stdout.write(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    sys.stdout.write("".join(f"{line}\n" for line in (*found.changes.splitlines(), "", *text_of_trial(tried))))


def _date(day: str | None) -> dt.date | None:
    try:
        return None if day is None else dt.date.fromisoformat(day)
    except ValueError:
        raise Invalid(f"a day is written as 2026-03-02, not {day!r}", field="day") from None


def _show(done: int, of: int) -> None:
    """One line that is written over, for whoever watches a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[Krun {done + 1} of {of}")
        sys.stderr.flush()
