"""Recordings for tests: files with tones and gaps, and the room of quality around a database."""

import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from support.clock import SetClock
from switchboard.audio.g711 import encode_mu
from switchboard.audio.tones import tone
from switchboard.kit.ids import IdSource
from switchboard.protocols.recording.chunks import Chunk, Header, Kind, build_chunk, build_header
from switchboard.quality.model import Talk
from switchboard.quality.service import Disk, Exports, Retention, Shelf, Taping
from switchboard.routing.model import RecordingRule
from switchboard.storage.database import Database
from switchboard.storage.jobs import Jobs
from switchboard.storage.writer import GroupCommitWriter
from switchboard.tenancy.service import Audit

ORGANIZATION, CLIENT, CONTACT = "org", "brand", "con"
RULE = RecordingRule(share=100, retention=30)
GIGABYTE = 1_000_000_000


def sound(seconds: float, *frequencies: int) -> bytes:
    """A stretch of stereo mu-law: the first tone left, the second right; 0 is silence."""
    sides = [encode_mu(tone([f] if f else [], seconds)) for f in frequencies]
    return np.stack(sides, axis=1).tobytes()


def chunks_of(*parts: tuple[Kind, float]) -> list[Chunk]:
    """Chunks of at most 0.8 s: 400 Hz left, 700 Hz right where there is sound."""
    made: list[Chunk] = []
    for kind, seconds in parts:
        left = round(seconds * 8_000)
        whole = sound(seconds, 400, 700)
        at = 0
        while left:
            samples = min(left, 6_400)
            payload = whole[2 * at : 2 * (at + samples)] if kind == Kind.SOUND else b""
            made.append(Chunk(len(made), kind, samples, payload))
            at, left = at + samples, left - samples
    return made


def write(path: Path, header: Header, *parts: tuple[Kind, float], ended: bool = True, torn: bytes = b"") -> None:
    """A file as a media worker leaves it."""
    chunks = chunks_of(*parts)
    last = [Chunk(len(chunks), Kind.END, 0)] if ended else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build_header(header) + b"".join(map(build_chunk, [*chunks, *last])) + torn)


@dataclass
class Quality:
    """The room on a database. free: bytes on the disk, as the next look sees them."""

    database: Database
    folder: Path
    clock: SetClock = field(default_factory=SetClock)
    free: int = 10 * GIGABYTE

    def __post_init__(self) -> None:
        ids = IdSource(self.clock, random.Random(5))
        self.writer = GroupCommitWriter(self.database, clock=self.clock)
        self.audit = Audit(self.database, self.clock, ids)
        self.jobs = Jobs(self.database, clock=self.clock, ids=ids)
        self.disk = Disk(lambda: self.free, GIGABYTE)
        self.taping = Taping(self.database, self.writer, clock=self.clock, ids=ids, folder=self.folder, disk=self.disk)
        exports = Exports(self.database, self.clock, self.jobs, self.folder)
        self.shelf = Shelf(self.database, self.clock, self.audit, self.folder, exports)
        self.retention = Retention(self.database, self.clock, self.audit, self.folder)

    def talk(self, engagement: str = "eng", agent: str = "ann") -> Talk:
        return Talk(ORGANIZATION, CLIENT, CONTACT, engagement, "support", agent)

    def begin(self, rule: RecordingRule = RULE, **talk: str) -> Header:
        header = self.taping.begin(rule, self.talk(**talk))
        assert header is not None
        return header

    async def taped(self, *parts: tuple[Kind, float], rule: RecordingRule = RULE, **talk: str) -> Header:
        """A recording that has ended."""
        header = self.begin(rule, **talk)
        path = Path(self.taping.path(header))
        write(path, header, *parts)
        samples = sum(round(seconds * 8_000) for _, seconds in parts)
        self.clock.pass_seconds(samples / 8_000)
        self.taping.ended(ORGANIZATION, header.recording, samples, path.stat().st_size)
        await self.saved()
        return header

    async def saved(self) -> None:
        """Wait until all rows are in the database."""
        from switchboard.storage.writer import Batch

        await self.writer.append(Batch(ORGANIZATION, self.clock.now()))
