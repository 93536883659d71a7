"""Decides a journal anew and compares: the same inputs and rules must give the same decisions, byte for byte.

    report = await replay_journal(journal, "acme", shown=10)
    report.differences                   # 0, unless today's rules decide otherwise than they did
    for found in report.first: found.seq, found.then, found.now

Reads only, so that it may be done beside a center that works. `Replay` is the same for entries at hand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from switchboard.kit.errors import Invalid, NotFound
from switchboard.routing import commands, events
from switchboard.routing.floor import Floor
from switchboard.routing.floor.snapshot import FORMAT, UnknownFormat
from switchboard.routing.model import RULES
from switchboard.storage.journal import Journal, JournalEntry

CHECKPOINT_EVERY: Final = 10_000
"""Entries decided as they were then after which the Floor's memory is kept: what has to be folded again at most
when the next one is decided otherwise."""

PROGRESS_EVERY: Final = 1_000
"""Entries between two reports of progress."""


class Difference(NamedTuple):
    """An entry that would be decided otherwise today. at: its time, UTC epoch microseconds. rules: the version that
    decided it then."""

    seq: int
    at: int
    rules: int
    then: tuple[events.Event, ...]
    now: tuple[events.Event, ...]

    @property
    def expected(self) -> bool:
        """Whether other rules decided it, so that a difference is no fault."""
        return self.rules != RULES


class Replay:
    """Give it the entries in order, from the first one or from the one after a snapshot.

    Raises `snapshot.UnknownFormat` when the snapshot is not one of this version.
    """

    def __init__(self, snapshot: bytes | None = None) -> None:
        self._floor = Floor()
        if snapshot is not None:
            self._floor.restore(snapshot)
        self._checkpoint = snapshot
        # Decided since the checkpoint as they were then, kept as they came: (decisions, at).
        self._since: list[tuple[bytes, int]] = []

    def check(self, entry: JournalEntry) -> Difference | None:
        """Decide this entry's input anew. After a difference it goes on from what was decided then.

        Raises Invalid, naming the entry, when it cannot be read or decided.
        """
        now = self._decided(entry)
        self._since.append((entry.decisions, entry.at))
        # The second: another way of encoding the same (a field more in the struct) is no other decision.
        if events.encode(now) == entry.decisions or now == _decisions(entry):
            if len(self._since) >= CHECKPOINT_EVERY:
                self._keep()
            return None
        then = _decisions(entry)
        self._go_on_from_what_was_decided(entry)
        return Difference(entry.seq, entry.at, entry.rules, tuple(then), tuple(now))

    def _decided(self, entry: JournalEntry) -> list[events.Event]:
        try:
            asked = commands.decode(entry.input)
        except commands.UnknownFormat as error:
            raise Invalid(f"journal entry {entry.seq}: its input cannot be read: {error}") from None
        now: list[events.Event] = []
        try:
            for command in asked:
                now += self._floor.handle(command, entry.at).events
        except Exception as error:
            # What a damaged entry does to the rules is anybody's guess; a person wants to know which one it was.
            raise Invalid(f"journal entry {entry.seq}: it cannot be decided ({type(error).__name__})") from error
        return now

    def _keep(self) -> None:
        self._checkpoint = self._floor.snapshot()
        self._since.clear()

    def _go_on_from_what_was_decided(self, entry: JournalEntry) -> None:
        """Fold anew since the checkpoint. The next difference is often near: it is cheaper then."""
        self._floor = Floor()
        if self._checkpoint is not None:
            self._floor.restore(self._checkpoint)
        try:
            for decisions, at in self._since:
                for event in events.decode(decisions):
                    self._floor.apply(event, at)
        except Exception as error:
            raise Invalid(f"journal entry {entry.seq}: its decisions do not fit what came before") from error
        self._keep()


def _decisions(entry: JournalEntry) -> list[events.Event]:
    try:
        return events.decode(entry.decisions)
    except events.UnknownFormat as error:
        raise Invalid(f"journal entry {entry.seq}: its decisions cannot be read: {error}") from None


@dataclass(slots=True)
class Decided:
    """Entries of one version of the rules, and how many of them would be decided otherwise today."""

    entries: int = 0
    differences: int = 0


@dataclass(slots=True)
class Report:
    """What a replay found. begun: the entry after which it began, 0 for the whole journal. last: the last entry.
    contacts: that came in. by_rules: by version of the rules. first: the first differences, those of these rules
    only."""

    begun: int = 0
    last: int = 0
    contacts: int = 0
    by_rules: dict[int, Decided] = field(default_factory=dict)
    first: list[Difference] = field(default_factory=list)

    @property
    def entries(self) -> int:
        return sum(decided.entries for decided in self.by_rules.values())

    @property
    def differences(self) -> int:
        """Of entries that these very rules decided: there must be none."""
        return self.by_rules.get(RULES, Decided()).differences

    def take(self, entry: JournalEntry, found: Difference | None, shown: int) -> None:
        """One more entry. shown: how many differences are kept to be shown."""
        decided = self.by_rules.setdefault(entry.rules, Decided())
        decided.entries += 1
        self.last = entry.seq
        if found is None:
            return
        decided.differences += 1
        if not found.expected and len(self.first) < shown:
            self.first.append(found)


async def replay_journal(
    journal: Journal,
    organization: str,
    *,
    recent: bool = False,
    shown: int = 10,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Decide an organization's journal anew, up to what is its end now; entry by entry, never all in memory.

    recent: begin with the oldest kept snapshot and not with the first entry; a journal whose beginning is gone is
    always read so. progress: is told entries done and to do. Raises Invalid when an entry is damaged or missing,
    NotFound when there is nothing to begin with.
    """
    first, last = await journal.first_seq(organization), await journal.last_seq(organization)
    body, begun = None, 0
    if recent or first > 1:
        body, begun = await _oldest_snapshot(journal, organization)
    replay = _from(body, begun)
    report = Report(begun, begun)
    async for entry in journal.read(organization, begun):
        if entry.seq > last:
            break
        if entry.seq != report.last + 1:
            raise Invalid(f"journal entry {report.last + 1} is missing: the next one is {entry.seq}")
        report.take(entry, replay.check(entry), shown)
        report.contacts += _arrivals(entry)
        if progress is not None and report.entries % PROGRESS_EVERY == 0:
            progress(report.entries, last - begun)
    return report


def _arrivals(entry: JournalEntry) -> int:
    # A contact's first event names its kind in the bytes: cheaper than reading them all again.
    return entry.decisions.count(_REGISTERED)


_REGISTERED: Final = events.ContactRegistered.__name__.encode()


async def _oldest_snapshot(journal: Journal, organization: str) -> tuple[bytes, int]:
    found = await journal.oldest_snapshot(organization, (FORMAT,))
    if found is None:
        raise NotFound("no snapshot of this version is kept: replay the journal from its beginning")
    return found.body, found.seq


def _from(body: bytes | None, seq: int) -> Replay:
    try:
        return Replay(body)
    except UnknownFormat as error:
        raise Invalid(f"the snapshot after journal entry {seq} cannot be read: {error}") from None
