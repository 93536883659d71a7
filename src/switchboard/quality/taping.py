"""Recordings that are being made: their rows, their files' places, what happened to them."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import SwitchboardError
from switchboard.kit.ids import IdSource
from switchboard.protocols.recording.chunks import RATE, Header, RecordingError
from switchboard.quality import store
from switchboard.quality.decide import expires_at, is_chosen
from switchboard.quality.disk import Disk
from switchboard.quality.model import Mark, RecordingLine, RecordingState, Talk
from switchboard.quality.sound import scanned
from switchboard.routing.model import RecordingRule
from switchboard.storage import rows
from switchboard.storage.database import Database
from switchboard.storage.rows import RowChange
from switchboard.storage.writer import Batch, GroupCommitWriter
from switchboard.tenancy.model import SYSTEM

_log = structlog.get_logger(__name__)

SUFFIX: Final = ".swr"


class Taping:
    """What is said of recordings while they are made. folder: where their files are.

    Rows go into the group commit that is due; nothing here waits for it. Should one be lost with a crash, the
    file's header still says whose it is.
    """

    def __init__(
        self,
        database: Database,
        writer: GroupCommitWriter,
        *,
        clock: Clock,
        ids: IdSource,
        folder: Path,
        disk: Disk,
    ) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._ids = ids
        self._folder = folder
        self.disk: Final = disk

    def begin(self, rule: RecordingRule | None, talk: Talk) -> Header | None:
        """What the file of this talk begins with, None when it is not recorded."""
        if rule is None or self.disk.low or not is_chosen(talk.contact, rule.share):
            return None
        now = self._clock.now()
        header = Header(talk.organization, self._ids.next(), talk.contact, talk.engagement, now)
        row = rows.insert(
            store.recording,
            organization=talk.organization,
            id=header.recording,
            client=talk.client,
            contact=talk.contact,
            engagement=talk.engagement,
            queue=talk.queue,
            agent=talk.agent,
            state=RecordingState.RECORDING.value,
            started_at=now,
            place=_place(header),
            agent_may_listen=rule.agents_may_listen,
            expires_at=expires_at(now, rule.retention),
        )
        self._save(talk.organization, row, self._marked(header.organization, header.recording, Mark.STARTED, SYSTEM))
        return header

    def path(self, header: Header) -> str:
        """Where its file is."""
        return str(self._folder / _place(header))

    def mark(self, organization: str, recording: str, what: Mark, by: str = SYSTEM) -> None:
        """Something happened to it. by: a person's id."""
        self._save(organization, self._marked(organization, recording, what, by))

    def ended(
        self,
        organization: str,
        recording: str,
        samples: int,
        size: int,
        what: Mark = Mark.ENDED,
        *,
        at: int | None = None,
    ) -> None:
        """Its file is complete. at: when that was, None for now."""
        self._save(
            organization,
            rows.update(
                store.recording,
                organization=organization,
                id=recording,
                state=RecordingState.KEPT.value,
                ended_at=self._clock.now() if at is None else at,
                samples=samples,
                size=size,
            ),
            self._marked(organization, recording, what, SYSTEM),
        )

    async def recover(self, organization: str, *, living: frozenset[str] = frozenset()) -> int:
        """Close the recordings whose worker or node died, by what is on the disk; returns how many.

        living: ids of those that are still being made.
        """
        async with self._database.reading() as connection:
            found = await store.unfinished(connection, organization)
        dead = [one for one in found if one.id not in living]
        for one in dead:
            await self._close(organization, one)
        return len(dead)

    async def _close(self, organization: str, one: RecordingLine) -> None:
        try:
            good, samples, whole = await asyncio.to_thread(scanned, self._folder / one.place)
        except (OSError, RecordingError):
            _log.warning("recording_lost", recording=one.id)
            self._save(
                organization,
                rows.update(
                    store.recording,
                    organization=organization,
                    id=one.id,
                    state=RecordingState.LOST.value,
                    ended_at=self._clock.now(),
                ),
                self._marked(organization, one.id, Mark.CUT_OFF, SYSTEM),
            )
            return
        mark = Mark.ENDED if whole else Mark.CUT_OFF
        self.ended(organization, one.id, samples, good, mark, at=one.started_at + samples * MICROSECONDS // RATE)

    def _marked(self, organization: str, recording: str, what: Mark, by: str) -> RowChange:
        return rows.insert(
            store.recording_mark,
            organization=organization,
            recording=recording,
            id=self._ids.next(),
            at=self._clock.now(),
            what=what.value,
            by=by,
        )

    def _save(self, organization: str, *changes: RowChange) -> None:
        """With the next commit. A failure is logged by the writer; the file is there all the same."""
        try:
            saved = self._writer.submit(Batch(organization, self._clock.now(), rows=changes))
        except SwitchboardError:
            _log.warning("recording_not_noted")
            return
        saved.add_done_callback(_looked_at)


def _looked_at(saved: "asyncio.Future[None]") -> None:
    """Whoever waits for nothing must still take a failure's exception."""
    if not saved.cancelled() and saved.exception() is not None:
        _log.warning("recording_not_noted")


def _place(header: Header) -> str:
    """By organization and day of UTC, so that no folder grows without end."""
    day = header.started_at // (86_400 * MICROSECONDS)
    return f"{header.organization}/{day}/{header.recording}{SUFFIX}"
