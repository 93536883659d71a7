"""Journals that earlier releases wrote are replayed for ever: nothing in them is decided otherwise today.

Each file is gzipped msgpack: entries (seq, at, rules, input, decisions), then the number of an entry and the
snapshot that was taken behind it.
"""

import gzip
from pathlib import Path

import msgspec
import pytest

from switchboard.routing.model import RULES
from switchboard.routing.replay import Replay
from switchboard.storage.journal import JournalEntry

ALIKE = {2, RULES}
"""The third rules write down no estimate for a contact that was refused a place; the fourth end pauses and ask again
for those who wait in vain; the fifth hold out whole hours, not calls; the sixth offer those first who stand before one
that rings at all. There is nothing of all that here."""

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.journal"))


def read(path: Path) -> tuple[list[JournalEntry], int, bytes]:
    entries, seq, snapshot = msgspec.msgpack.decode(gzip.decompress(path.read_bytes()))
    return [JournalEntry("acme", *entry) for entry in entries], seq, snapshot


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_an_old_journal_is_decided_as_it_was_then(path: Path) -> None:
    entries, seq, snapshot = read(path)
    replay, from_snapshot = Replay(), Replay(snapshot)
    found = [replay.check(entry) for entry in entries]
    found += [from_snapshot.check(entry) for entry in entries[seq:]]
    differences = [difference for difference in found if difference is not None]
    assert not [difference for difference in differences if not difference.expected]
    if {entry.rules for entry in entries} <= ALIKE:
        assert not differences


def test_there_is_one_of_the_rules_before_requirements_had_steps() -> None:
    assert "floor-rules-2" in {path.stem for path in GOLDEN}
