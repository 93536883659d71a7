"""Writes docs/reference/states.md from the tables that the program itself decides by.

    .venv/bin/python tools/state_tables.py

tests/docs/test_states.py fails when the page is not up to date.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from switchboard.agents.model import ENDED_BY_DEADLINE, MAY_END_BY_DEADLINE, MOVES
from switchboard.conversations.model import STAGE_MOVES, ContactEnd, OfferEnd, VisitEnd
from switchboard.outbound.model import CALLBACK_MOVES
from switchboard.quality.model import RECORDING_MOVES
from switchboard.routing.floor.stuck import OF_AGENTS, OF_CONTACTS, OF_HELD

PAGE: Final = Path(__file__).parents[1] / "docs/reference/states.md"

OWNERS: Final = """
## Who ends what

Every state that is not final has somebody who ends it, and a deadline where nobody needs to be waited for; what is
later than that is shown on the board as stuck.

| state | who ends it | at the latest |
|---|---|---|
"""

State = TypeVar("State", bound=StrEnum)

HEAD: Final = """\
# States

This page is written by `tools/state_tables.py` from the tables that the program decides by.

## Agents

| from | what happens | to |
|---|---|---|
"""
BETWEEN: Final = """
{deadlines} end by themselves at a deadline at the latest, {sometimes} where that is set; the others when somebody does
something.

## Contacts

| from | what happens | to |
|---|---|---|
"""


def rows(moves: Mapping[State, Mapping[State, str]]) -> Iterable[str]:
    """A line for each move; the state that moves are from stands on the first only."""
    for state, targets in moves.items():
        for number, (target, what) in enumerate(targets.items()):
            yield f"| {f'**{state}**' if number == 0 else ''} | {what} | {target} |\n"


def words(states: Iterable[StrEnum]) -> str:
    return ", ".join(f"*{state}*" for state in states)


def page() -> str:
    """The whole page."""
    ends = (("A contact", ContactEnd), ("A visit to a queue", VisitEnd), ("An offer", OfferEnd))
    deadlines = words(state for state in MOVES if state in ENDED_BY_DEADLINE)
    sometimes = words(state for state in MOVES if state in MAY_END_BY_DEADLINE)
    return "".join(
        (
            HEAD,
            *rows(MOVES),
            BETWEEN.format(deadlines=deadlines, sometimes=sometimes),
            *rows(STAGE_MOVES),
            OWNERS,
            *(f"| agent, {state} | {owner.who} | {owner.deadline or ''} |\n" for state, owner in OF_AGENTS.items()),
            *(f"| contact, {stage} | {owner.who} | {owner.deadline or ''} |\n" for stage, owner in OF_CONTACTS.items()),
            f"| contact, waiting, its clock stopped | {OF_HELD.who} | {OF_HELD.deadline} |\n",
            "\n## Recordings\n\n| from | what happens | to |\n|---|---|---|\n",
            *rows(RECORDING_MOVES),
            "\n## Call-backs\n\n| from | what happens | to |\n|---|---|---|\n",
            *rows(CALLBACK_MOVES),
            "\n## Ends\n\nEach of these has exactly one end.\n\n| | ends |\n|---|---|\n",
            *(f"| {what} | {words(kind)} |\n" for what, kind in ends),
        )
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
