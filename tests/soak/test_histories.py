"""Random histories of the Floor for a long time against the brute-force restatement. Not part of `make test`.

`make soak` runs it for HISTORIES_MINUTES (10) on one core and writes docs/reports/histories.md.
"""

import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from support.histories import centre_of, histories, play
from support.invariants import check
from switchboard.routing import events as told

MINUTES = float(os.environ.get("HISTORIES_MINUTES", "10"))
REPORT = Path(__file__).parents[2] / "docs" / "reports" / "histories.md"
AT_A_TIME = 500


def test_what_must_hold_holds_in_every_history() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=AT_A_TIME,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(histories)
    def some(history: Any) -> None:
        configuration, steps = history
        centre = centre_of(configuration)
        for step in steps:
            play(centre, step)
            check(centre)
        seen["histories"] += 1
        seen["inputs"] += len(centre.entries)
        for entry in centre.entries:
            seen.update(_kind(event) for event in told.decode(entry.decisions))

    begun = time.process_time()
    while time.process_time() - begun < 60 * MINUTES:
        some()
    seconds = time.process_time() - begun
    counted = "\n".join(f"| {kind} | {count:,} |" for kind, count in sorted(seen.items()) if kind[0].isupper())
    REPORT.write_text(
        f"""# Random histories against the restatement

`make soak` ({Path(__file__).name}): {seconds / 60:.0f} minutes of one core, {seen["histories"]:,} random histories of a
small center with {seen["inputs"]:,} inputs. After every input everything held that `tests/support/invariants.py` asks
for, by the brute-force restatement of who may take whom (`tests/support/restatement.py`).

| what was decided in them | count |
|---|---|
{counted}
"""
    )


def _kind(event: told.Event) -> str:
    name = type(event).__name__
    if isinstance(event, told.Offered) and event.why.because:
        return f"{name} to the {event.why.because}"
    if isinstance(event, told.Widened):
        return f"{name} ({event.why.value})"
    return name
