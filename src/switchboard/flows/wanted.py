"""Who is wanted for a contact, as queues and `enqueue` steps write it; names are keys here.

who: german and not team:trainees          # as long as the contact waits
look_for:                                  # in turn, each for its time
  - {who: german >= 4, for: 30s}
  - {who: german >= 2 or agent:anna, for: 1m}
afterwards: stay                           # with the last of them; or anyone, the default
"""

from collections.abc import Iterator
from typing import Any, Final

from switchboard.flows.reading import Fields, Reading, duration_text
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import AfterSteps, Step, Wanted
from switchboard.routing.service import Needs, SkillLevel, Unreadable, mentioned, read_needs, write_needs

FIELDS: Final = ("who", "look_for", "afterwards")
"""The fields that `read_wanted` reads."""

MOST_STEPS: Final = 20
_LONGEST: Final = 24 * 3600


def read_wanted(fields: Fields) -> Wanted | None:
    """None when nothing of this is written."""
    who = _read_who(fields.at("who")) if fields.has("who") else None
    steps = [step for one in fields.elements("look_for") if (step := _read_step(one)) is not None]
    if len(steps) > MOST_STEPS:
        fields.at("look_for").problem(f"has at most {MOST_STEPS} steps")
    after = AfterSteps(fields.choice("afterwards", [*AfterSteps], AfterSteps.ANYONE))
    if fields.has("afterwards") and not fields.has("look_for"):
        fields.at("afterwards").problem("says what comes after the steps of 'look_for', which is missing")
        after = AfterSteps.ANYONE
    if who is None and not steps:
        return None
    return Wanted(who, tuple(steps), after if steps else AfterSteps.ANYONE)


def _read_step(reading: Reading) -> Step | None:
    fields = reading.fields(("who", "for"))
    who = _read_who(fields.at("who")) if fields.has("who") else None
    lasts = fields.duration("for", 1, most=_LONGEST)
    if fields.has("for") and lasts < 1:
        fields.at("for").problem("must be at least 1s")
    return None if who is None else Step(who, lasts * MICROSECONDS)


def _read_who(reading: Reading) -> Needs | None:
    if not isinstance(reading.value, str):
        reading.problem("must be a text such as 'german >= 3 and not team:trainees'")
        return None
    try:
        return read_needs(reading.value)
    except Unreadable as error:
        reading.problem(str(error))
        return None


def write_wanted(wanted: Wanted | None) -> dict[str, Any]:
    """The fields again, in one fixed form; empty for None."""
    if wanted is None:
        return {}
    written: dict[str, Any] = {}
    if wanted.needs is not None:
        written["who"] = write_needs(wanted.needs)
    if wanted.steps:
        written["look_for"] = [
            {"who": write_needs(step.needs), "for": duration_text(step.lasts // MICROSECONDS)} for step in wanted.steps
        ]
    if wanted.after is not AfterSteps.ANYONE:
        written["afterwards"] = wanted.after.value
    return written


def names_in(wanted: Wanted | None) -> Iterator[tuple[str, str, str]]:
    """("skill" | "team" | "person", key, field) of everything that it names."""
    if wanted is None:
        return
    texts = [("who", wanted.needs), *(("look_for", step.needs) for step in wanted.steps)]
    for field, needs in texts:
        for one in mentioned(needs):
            if isinstance(one, SkillLevel):
                yield "skill", one.skill, field
            else:
                yield ("team", one.team, field) if hasattr(one, "team") else ("person", one.agent, field)
