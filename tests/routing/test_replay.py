"""A journal decided anew: nothing differs under the same rules, and what differs is named."""

from collections.abc import AsyncIterator, Collection

import pytest

from support.floor import SECOND, Centre, agent
from switchboard.agents.model import AgentState
from switchboard.conversations.model import TalkEnd
from switchboard.kit.errors import Invalid, NotFound
from switchboard.routing import events as told
from switchboard.routing import replay as replaying
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentStateAsked,
    ContactArrived,
    EngagementEnded,
    OfferAccepted,
    encode,
)
from switchboard.routing.floor.snapshot import FORMAT
from switchboard.routing.model import RULES
from switchboard.routing.replay import Replay, replay_journal
from switchboard.storage.journal import JournalEntry, Snapshot


class KeptJournal:
    """Stands for `storage.journal.Journal`."""

    def __init__(self, entries: list[JournalEntry], snapshot: Snapshot | None = None) -> None:
        self.entries = entries
        self.snapshot = snapshot

    async def read(self, organization: str, after_seq: int = 0) -> AsyncIterator[JournalEntry]:
        for entry in self.entries:
            if entry.seq > after_seq:
                yield entry

    async def first_seq(self, organization: str) -> int:
        return self.entries[0].seq if self.entries else 0

    async def last_seq(self, organization: str) -> int:
        return self.entries[-1].seq if self.entries else 0

    async def oldest_snapshot(self, organization: str, formats: Collection[int] | None = None) -> Snapshot | None:
        return self.snapshot


def a_day(calls: int = 30) -> list[JournalEntry]:
    """Some calls of two agents, as entries of today's rules."""
    centre = Centre(agents=[agent("anna"), agent("ben")])
    centre.sign_in("anna", "ben")
    for number in range(calls):
        centre.wait(7)
        centre.call()
        for lease in list(centre.floor.state.leases.values()):
            centre.tell(OfferAccepted(lease.offer, lease.fence))
        if number % 2:
            for engagement in list(centre.floor.state.engagements):
                centre.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    return [entry._replace(rules=RULES) for entry in centre.entries]


def altered(entry: JournalEntry) -> JournalEntry:
    """As if it had been decided that this agent, and not the other, becomes what he became."""
    events = [
        told.AgentStateChanged(event.agent, AgentState.PAUSED, event.before, event.since, "break")
        if isinstance(event, told.AgentStateChanged)
        else event
        for event in told.decode(entry.decisions)
    ]
    return entry._replace(decisions=told.encode(events))


async def report_of(entries: list[JournalEntry], snapshot: Snapshot | None = None, **wanted: bool) -> replaying.Report:
    return await replay_journal(KeptJournal(entries, snapshot), "acme", **wanted)  # type: ignore[arg-type]


async def test_a_journal_of_these_rules_has_no_differences() -> None:
    entries = a_day()
    report = await report_of(entries)
    assert (report.differences, report.entries, report.contacts) == (0, len(entries), 30)
    assert report.last == entries[-1].seq


async def test_a_difference_is_named_and_the_rest_goes_on_from_what_was_decided_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replaying, "CHECKPOINT_EVERY", 5)
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    for reason in ("tea", None) * 10:
        centre.now += SECOND
        centre.tell(AgentStateAsked("anna", AgentState.PAUSED if reason else AgentState.AVAILABLE, reason))
    entries = [entry._replace(rules=RULES) for entry in centre.entries]
    changed = altered(entries[14])
    assert changed != entries[14]
    entries[14] = changed
    report = await report_of(entries)
    # The entry itself, and the next one, which then began in another state.
    assert [found.seq for found in report.first] == [15, 16]
    assert report.differences == 2
    then, now = report.first[0].then[0], report.first[0].now[0]
    assert isinstance(then, told.AgentStateChanged)
    assert isinstance(now, told.AgentStateChanged)
    assert (then.reason, now.reason) == ("break", "tea")
    # In both ways of going on: since the beginning, and since a checkpoint.
    assert [found.seq for found in map(Replay().check, entries) if found] == [15, 16]


async def test_entries_of_other_rules_are_counted_apart() -> None:
    entries = a_day()
    entries[6:12] = [altered(entry)._replace(rules=RULES - 1) for entry in entries[6:12]]
    report = await report_of(entries[:12])
    assert report.differences == 0
    assert report.by_rules[RULES].entries == 6
    assert report.by_rules[RULES - 1].entries == 6
    assert report.by_rules[RULES - 1].differences > 0
    assert report.first == []


@pytest.mark.parametrize("where", ["input", "decisions"])
async def test_a_damaged_entry_is_named(where: str) -> None:
    entries = a_day()
    entries[9] = entries[9]._replace(**{where: b"\xc1 damaged"})
    with pytest.raises(Invalid, match=r"^journal entry 10: its (input|decisions) cannot be read"):
        await report_of(entries)


async def test_an_unknown_command_is_named() -> None:
    entries = a_day()
    entries[9] = entries[9]._replace(input=entries[9].input.replace(b"Contact", b"Kontakt").replace(b"Offer", b"Ofer_"))
    with pytest.raises(Invalid, match=r"^journal entry 10: its input cannot be read"):
        await report_of(entries)


async def test_decisions_that_do_not_fit_are_named() -> None:
    entries = a_day()
    lost = told.encode([told.ContactClosed("nobody", "acme", "voice", told.ContactEnd.LEFT, 0)])
    entries[9] = entries[9]._replace(decisions=lost)
    with pytest.raises(Invalid, match=r"^journal entry 10: its decisions do not fit"):
        await report_of(entries)


async def test_a_missing_entry_is_named() -> None:
    entries = a_day()
    del entries[9]
    with pytest.raises(Invalid, match="journal entry 10 is missing: the next one is 11"):
        await report_of(entries)


async def test_from_a_snapshot_only_what_came_after_it_is_decided() -> None:
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.call()
    snapshot = Snapshot(len(centre.entries), FORMAT, centre.floor.snapshot())
    centre.tell(AgentSignedIn("anna", "n2", centre.floor.state.agents["anna"].reach))
    centre.call()
    entries = [entry._replace(rules=RULES) for entry in centre.entries]
    recent = await report_of(entries, snapshot, recent=True)
    assert (recent.begun, recent.entries, recent.contacts, recent.differences) == (snapshot.seq, 2, 1, 0)
    # A journal whose beginning is gone can be read in no other way.
    gone = await report_of(entries[snapshot.seq :], snapshot)
    assert (gone.begun, gone.entries, gone.differences) == (snapshot.seq, 2, 0)
    with pytest.raises(NotFound, match="no snapshot"):
        await report_of(entries, None, recent=True)
    with pytest.raises(Invalid, match="the snapshot after journal entry 3 cannot be read"):
        await report_of(entries, snapshot._replace(body=b"?"), recent=True)


async def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "PROGRESS_EVERY", 10)
    entries = a_day()
    seen: list[tuple[int, int]] = []
    journal = KeptJournal(entries)
    await replay_journal(journal, "acme", progress=lambda done, total: seen.append((done, total)))  # type: ignore[arg-type]
    assert [done for done, _ in seen] == list(range(10, len(entries) + 1, 10))
    assert {total for _, total in seen} == {len(entries)}


def test_an_input_that_the_rules_cannot_decide_is_named() -> None:
    damaged = JournalEntry("acme", 4, 1, RULES, encode([ContactArrived("c1", "acme", "voice", "n1")]), b"")
    replay = Replay()
    replay._floor.handle = lambda command, now: 1 / 0  # type: ignore[assignment]
    with pytest.raises(Invalid, match=r"journal entry 4: it cannot be decided \(ZeroDivisionError\)"):
        replay.check(damaged)
