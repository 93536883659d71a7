"""A contact's way through its flow, as a call carries it: the run, its timer, and what is kept of it.

What the customer chose or was told becomes rows that travel with the next thing the Floor is told: a step of
a menu costs no commit of its own.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from switchboard.conversations.service import ledger
from switchboard.flows.model import Action, Given, HangUp, Happening, Note, Published, Run, TimeUp, Wait
from switchboard.flows.service import advance, start
from switchboard.storage.rows import RowChange

_PLAIN: Final = HangUp().why
"""What the end of a flow is called that has nothing else to say of it."""


def _unheard(_: Happening) -> None:
    """The call is over."""


class Journey:
    """One run of a published flow. happened: takes the channel's part when a wait is over.

    given: what steps may know, asked for anew at each of them.
    """

    def __init__(
        self, contact: str, flow: Published, given: Callable[[], Given], happened: Callable[[Happening], None]
    ) -> None:
        self.flow = flow
        self._contact = contact
        self._given = given
        self._happened = happened
        self._run = Run(())
        self._timer: asyncio.TimerHandle | None = None
        self._noted: list[tuple[int, Note]] = []
        self._notes = 0

    def begin(self) -> Sequence[Action]:
        """The first actions."""
        self._run, actions = start(self.flow.document, self._given())
        return self._without_notes(actions)

    def happened(self, happening: Happening) -> Sequence[Action]:
        """What comes of this. A wait that goes on, goes on."""
        before = self._run.mark
        self._run, actions = advance(self._run, happening, self._given())
        if self._run.mark != before or self._run.ended:
            self.stop_waiting()
        return self._without_notes(actions)

    @property
    def why(self) -> str:
        """What may be said of him who leaves now, in the flow's own words; empty when it is nothing of note."""
        return "" if self._run.why == _PLAIN else self._run.why

    def wait(self, action: Wait) -> None:
        """Report when its time is up."""
        if action.mark == self._run.mark:
            self.stop_waiting()
            self._timer = asyncio.get_running_loop().call_later(action.seconds, self._happened, TimeUp(action.mark))

    def end(self) -> None:
        """Nothing more is reported: the call that listened is over, and need not be kept."""
        self.stop_waiting()
        self._happened = _unheard

    def told(self, kind: str, said: str) -> None:
        """He was told something outside of his flow, which is no step of it but belongs to the record."""
        self._note(Note(kind, said))

    @property
    def now(self) -> int:
        """UTC epoch microseconds."""
        return self._given().now

    def stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def kept(self, organization: str, client: str) -> list[RowChange]:
        """Rows of what was chosen or told since this was last asked for."""
        if not self._noted:
            return []
        first = self._notes - len(self._noted) + 1
        noted, self._noted = self._noted, []
        return [
            ledger.step_taken(
                organization,
                self._contact,
                number,
                client=client,
                at=at,
                flow=self.flow.document.key,
                place=note.place,
                kind=note.kind,
                said=note.said,
            )
            for number, (at, note) in enumerate(noted, first)
        ]

    def _note(self, note: Note) -> None:
        self._noted.append((self.now, note))
        self._notes += 1

    def _without_notes(self, actions: Sequence[Action]) -> Sequence[Action]:
        notes = [action for action in actions if isinstance(action, Note)]
        for note in notes:
            self._note(note)
        return [action for action in actions if not isinstance(action, Note)] if notes else actions
