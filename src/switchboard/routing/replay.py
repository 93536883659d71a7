"""Decides a journal anew and compares: the same inputs and rules must give the same decisions, byte for byte.

replay = Replay()
differences = [found for entry in entries if (found := replay.check(entry)) is not None]
"""

from typing import NamedTuple

from switchboard.routing import commands, events
from switchboard.routing.floor import Floor
from switchboard.routing.model import RULES
from switchboard.storage.journal import JournalEntry


class Difference(NamedTuple):
    """An entry that would be decided otherwise today. rules: the version that decided it then."""

    seq: int
    rules: int
    then: tuple[events.Event, ...]
    now: tuple[events.Event, ...]

    @property
    def expected(self) -> bool:
        """Whether other rules decided it, so that a difference is no fault."""
        return self.rules != RULES


class Replay:
    """Give it the entries in order, from the first one or from the one after a snapshot."""

    def __init__(self, snapshot: bytes | None = None) -> None:
        # One decides, one only folds what was decided then: what to go on from after a difference.
        self._deciding = Floor()
        self._folded = Floor()
        if snapshot is not None:
            self._deciding.restore(snapshot)
            self._folded.restore(snapshot)

    def check(self, entry: JournalEntry) -> Difference | None:
        """Decide this entry's input anew. After a difference it goes on from what was decided then.

        Raises `commands.UnknownFormat` or `events.UnknownFormat`.
        """
        then = events.decode(entry.decisions)
        for event in then:
            self._folded.apply(event, entry.at)
        now: list[events.Event] = []
        for command in commands.decode(entry.input):
            now += self._deciding.handle(command, entry.at).events
        if events.encode(now) == entry.decisions:
            return None
        self._deciding.restore(self._folded.snapshot())
        return Difference(entry.seq, entry.rules, tuple(then), tuple(now))
