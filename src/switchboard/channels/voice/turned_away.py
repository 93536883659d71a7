"""Calls that are turned away at the door: each leaves its row in the ledger before the caller is told so.

Every arrival is accounted for, also those that never had a flow. A flood must not fill the disk: of one kind and
source only the first `EACH_MINUTE` of a minute get a row of their own, the others are counted, and the counts
are written once in a while, as one row for each minute. A crash loses what was counted since, and nothing else.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

import structlog

from switchboard.channels.voice.branches import Origin
from switchboard.channels.voice.model import plain_number
from switchboard.channels.voice.sip.stack import InboundLeg
from switchboard.conversations.model import NO_CLIENT, Refused
from switchboard.conversations.service import Conversations
from switchboard.customers.service import Customers
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.ids import IdSource
from switchboard.storage.rows import RowChange
from switchboard.storage.writer import Batch, GroupCommitWriter, WriteFailed

_log = structlog.get_logger(__name__)

EACH_MINUTE: Final = 60
"""Rows of their own in a minute, for each organization, reason and source."""

WRITTEN_AFTER: Final = 1.0
"""Seconds until what was only counted is written."""

AGAIN: Final = 1.0
"""Seconds until a row that could not be saved is tried again."""

TRIES: Final = 10
"""After so many the disk is broken for longer than a caller's row is worth waiting for: it is counted instead."""

MINUTE: Final = 60 * MICROSECONDS


class Source(StrEnum):
    """Who brought the call."""

    TRUNK = "trunk"
    PHONE = "phone"
    PAGE = "page"


class Arrival(NamedTuple):
    """A call as far as it got. dialled: the number, as in the directory where it is known. shown: the caller's
    number in E.164, None when hidden. contact: its id when it has one already."""

    organization: str
    source: Source
    dialled: str
    shown: str | None = None
    client: str = NO_CLIENT
    contact: str | None = None


MOST_DIALLED: Final = 40
"""Characters of a number that nobody has: whoever dials it may write anything there."""


def source(origin: Origin) -> Source:
    """Who brought a call by SIP."""
    return Source.PHONE if origin.trunk is None else Source.TRUNK


def shown(leg: InboundLeg, origin: Origin) -> str:
    """The caller's number: a trunk vouches for what it asserts (RFC 3325)."""
    return leg.asserted_user if origin.trunk is not None and leg.asserted_user else leg.from_user


def arrival_of(leg: InboundLeg, origin: Origin) -> Arrival:
    """A call by SIP that gets no further."""
    branch = origin.branch
    number = branch.directory.number(leg.dialled)
    client = None if number is None else branch.clients.get(number.client)
    # Which country's numbers an unknown number belongs to nobody can say: that of the first brand will do.
    region = client.region if client is not None else next((one.region for one in branch.clients.values()), "")
    return Arrival(
        branch.organization,
        source(origin),
        plain_number(leg.dialled)[:MOST_DIALLED] if number is None else number.number,
        Customers.e164(shown(leg, origin), region),
        NO_CLIENT if number is None else number.client,
    )


class _Kind(NamedTuple):
    organization: str
    refused: Refused
    source: Source


class _More(NamedTuple):
    """What is counted together."""

    minute: int
    client: str
    kind: _Kind


class TurnedAway:
    """The ledger of refused calls of one node. channel: as in `ContactArrived.channel`."""

    def __init__(
        self, channel: str, clock: Clock, ids: IdSource, writer: GroupCommitWriter, conversations: Conversations
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._ids = ids
        self._writer = writer
        self._conversations = conversations
        self._rows: Counter[tuple[int, _Kind]] = Counter()
        self._more: Counter[_More] = Counter()
        self._due: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Future[None]] = set()

    def refuse(self, arrival: Arrival, why: Refused, then: Callable[[], None] = lambda: None) -> None:
        """Write it down, then tell the caller: `then` is called once, whether or not it could be saved."""
        now = self._clock.now()
        kind = _Kind(arrival.organization, why, arrival.source)
        minute = now // MINUTE * MINUTE
        if self._rows[minute, kind] >= EACH_MINUTE:
            self._count(_More(minute, arrival.client, kind))
            then()
            return
        self._forget_before(minute)
        self._rows[minute, kind] += 1
        rows = self._conversations.turned_away(
            arrival.organization,
            arrival.contact or self._ids.next(),
            client=arrival.client,
            channel=self._channel,
            entrance=arrival.dialled or None,
            number=arrival.shown,
            why=why,
            at=now,
        )
        self._save(Batch(arrival.organization, now, rows=rows), _More(minute, arrival.client, kind), then, 1)

    async def close(self) -> None:
        """Write what is only counted; what is being written is on disk, too, when it returns."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        for organization, rows in self._counted().items():
            try:
                await self._writer.append(Batch(organization, self._clock.now(), rows=rows))
            except WriteFailed as error:
                _log.error("refusals_not_counted", why=error.code)
        if self._writing:
            await asyncio.wait(self._writing)

    # -- inside

    def _save(self, batch: Batch, more: _More, then: Callable[[], None], attempt: int) -> None:
        try:
            saved = self._writer.submit(batch)
        except WriteFailed:
            # The writer is closed: nothing is saved any more.
            then()
            return
        saved.add_done_callback(partial(self._saved, batch, more, then, attempt))

    def _saved(
        self, batch: Batch, more: _More, then: Callable[[], None], attempt: int, saved: "asyncio.Future[None]"
    ) -> None:
        if attempt == 1:
            then()
        if saved.cancelled() or saved.exception() is None:
            return
        if attempt == TRIES:
            self._count(more)
            return
        again = partial(self._save, batch, more, _nothing, attempt + 1)
        asyncio.get_running_loop().call_later(AGAIN, again)

    def _count(self, more: _More) -> None:
        self._more[more] += 1
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(WRITTEN_AFTER, self._write)

    def _write(self) -> None:
        self._due = None
        for organization, rows in self._counted().items():
            saved = self._writer.submit(Batch(organization, self._clock.now(), rows=rows))
            self._writing.add(saved)
            saved.add_done_callback(self._written)

    def _written(self, saved: "asyncio.Future[None]") -> None:
        self._writing.discard(saved)
        if not saved.cancelled() and saved.exception() is not None:
            _log.error("refusals_not_counted", why=type(saved.exception()).__name__)

    def _counted(self) -> dict[str, list[RowChange]]:
        """What was counted, as rows by organization; from here on it counts anew."""
        counted, self._more = self._more, Counter()
        rows: dict[str, list[RowChange]] = {}
        for (minute, client, (organization, refused, source)), count in counted.items():
            row = self._conversations.more_turned_away(
                organization, minute, client=client, why=refused, source=source.value, count=count
            )
            rows.setdefault(organization, []).append(row)
        return rows

    def _forget_before(self, minute: int) -> None:
        for key in [key for key in self._rows if key[0] < minute]:
            del self._rows[key]


def _nothing() -> None:
    """The caller has been told already."""
