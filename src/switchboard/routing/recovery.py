"""A Floor made anew from its last snapshot and the journal after it."""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

import structlog

from switchboard.routing.events import Event, decode
from switchboard.routing.floor import Floor
from switchboard.routing.floor.snapshot import FORMAT, UnknownFormat
from switchboard.storage.journal import Journal

_log = structlog.get_logger(__name__)

FOLDED_AT_ONCE: Final = 200
"""Entries folded before other work gets its turn."""


class Untold(NamedTuple):
    """An entry that is in the journal though its writer could not say so."""

    seq: int
    events: Sequence[Event]
    at: int


class Rebuilt(NamedTuple):
    """seq: of the last entry folded. snapshot_seq: of the snapshot it began with, 0 without one."""

    floor: Floor
    seq: int
    snapshot_seq: int
    untold: list[Untold]


async def rebuild(journal: Journal, organization: str, told: int | None) -> Rebuilt:
    """Fold the journal; decides nothing. told: entries after this one are given back as untold; None at
    the start of a process, when nobody was listening yet.

    A snapshot of an unknown format is ignored and the whole journal read. Raises what the database raises.
    """
    floor = Floor()
    begun = seq = await _from_snapshot(floor, journal, organization)
    untold: list[Untold] = []
    async for entry in journal.read(organization, seq):
        events = decode(entry.decisions)
        for event in events:
            floor.apply(event, entry.at)
        seq = entry.seq
        if told is not None and seq > told:
            untold.append(Untold(seq, events, entry.at))
        if seq % FOLDED_AT_ONCE == 0:
            await asyncio.sleep(0)
    return Rebuilt(floor, seq, begun, untold)


async def _from_snapshot(floor: Floor, journal: Journal, organization: str) -> int:
    snapshot = await journal.latest_snapshot(organization, (FORMAT,))
    if snapshot is None:
        return 0
    try:
        floor.restore(snapshot.body)
    except UnknownFormat as error:
        _log.warning("snapshot_ignored", seq=snapshot.seq, reason=str(error))
        return 0
    return snapshot.seq
