"""Emergency announcements: switched on for some numbers or all of them, and off by themselves when their time is up.

one = await flows.emergencies.switch_on(organization, Wanted(text="The network is down.", numbers=None), by=person)
found = flows.emergencies.at(organization, "+4930123")      # in memory: what the next caller hears, or None
flows.emergencies.on_switched = tell                        # those who called before it was on are told by the channel
await flows.emergencies.switch_off(organization, one.id, by=person)
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.flows import store
from switchboard.flows.library import SoundLibrary
from switchboard.flows.model import Published, Recorded, SoundRef, Spoken
from switchboard.flows.records import Sounds
from switchboard.flows.steps.announcement import AnnouncementStep
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.storage.database import Database
from switchboard.tenancy.model import SYSTEM
from switchboard.tenancy.service import Audit, Change

LONGEST_TEXT: Final = 2_000
LONGEST: Final = 7 * 24 * 60
"""Minutes: whoever needs it for longer changes the flow."""
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be said, and for how long. text: for the built-in voice; sound: the key of an uploaded one; one of
    both. numbers: as configured, None for all. minutes: until it ends by itself. ends: whether the call ends
    after it or goes on with its flow."""

    minutes: int
    text: str | None = None
    sound: str | None = None
    language: str = "en"
    numbers: Collection[str] | None = None
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Emergency:
    """One that is or was on. path: of the sound file. by, off_by: ids of people. Times in UTC epoch microseconds;
    off_at: when somebody switched it off, None when nobody did."""

    id: str
    numbers: frozenset[str] | None
    text: str | None
    sound: str | None
    language: str
    path: str
    ends: bool
    at: int
    until: int
    by: str
    off_at: int | None = None
    off_by: str | None = None
    code: str | None = None
    """Key of the code that a phone switched it on with."""

    def on(self, now: int) -> bool:
        return self.off_at is None and self.at <= now < self.until

    @property
    def step(self) -> AnnouncementStep:
        """What says it."""
        ref: SoundRef = Spoken(self.text, self.language) if self.text is not None else Recorded(self.sound or "")
        return AnnouncementStep(ref, self.text or self.sound or "", self.ends)

    def known_to(self, published: Published) -> Published:
        """The flow, which can play this announcement from now on."""
        return replace(published, files={**published.files, self.step.sound: self.path})

    def before(self, published: Published) -> Published:
        """The flow with this announcement put before it, or in its place."""
        document = published.document
        steps = (self.step,) if self.ends else (self.step, *document.steps)
        return replace(self.known_to(published), document=replace(document, steps=steps))


class Emergencies:
    """speak: renders a text and keeps it in the library, whose file's name it returns."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdSource,
        audit: Audit,
        library: SoundLibrary,
        sounds: Sounds,
        speak: Callable[[Spoken], Awaitable[str]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._library = library
        self._sounds = sounds
        self._speak = speak
        self.on_switched: Callable[[str, Emergency], None] = lambda _organization, _one: None
        """Called with each that has just been switched on; may be replaced."""
        self._loading = asyncio.Lock()
        self._known: dict[str, tuple[Emergency, ...]] = {}

    async def load(self, organization: str) -> None:
        """Read what is on: at the start, so that a restart changes nothing."""
        async with self._loading:
            # One at a time: what was read first must not be kept over what was read after a change.
            async with self._database.reading() as connection:
                rows = await store.emergencies(connection, organization, since=self._clock.now())
            self._known[organization] = tuple(self._read(row) for row in rows)

    def at(self, organization: str, number: str) -> Emergency | None:
        """What a caller of this number hears now. One for the number comes before one for all; else the latest."""
        known = self._known.get(organization)
        if not known:
            return None
        now = self._clock.now()
        those = [one for one in known if one.on(now) and (one.numbers is None or number in one.numbers)]
        return max(those, key=lambda one: (one.numbers is not None, one.at, one.id), default=None)

    def by_code(self, organization: str, code: str) -> Emergency | None:
        """What was switched on with this code and is on now."""
        now = self._clock.now()
        return next((one for one in self._known.get(organization, ()) if one.code == code and one.on(now)), None)

    async def all(self, organization: str) -> list[Emergency]:
        """Those on, then the latest that are over; the latest first."""
        async with self._database.reading() as connection:
            rows = await store.latest_emergencies(connection, organization, SHOWN)
        now = self._clock.now()
        return sorted((self._read(row) for row in rows), key=lambda one: (one.on(now), one.at), reverse=True)

    async def switch_on(
        self,
        organization: str,
        wanted: Wanted,
        *,
        by: str = SYSTEM,
        code: str | None = None,
        phone: str | None = None,
    ) -> Emergency:
        """From its return on every next caller hears it. The text is spoken in the voice's own program meanwhile.

        code, phone: keys of both, when it is switched on by a key code.
        Raises Invalid naming the field; Unavailable when the voice fails.
        """
        file = await self._file(organization, _checked(wanted))
        now = self._clock.now()
        row = {
            "organization": organization,
            "id": self._ids.next(),
            "numbers": None if wanted.numbers is None else sorted(wanted.numbers),
            "text": wanted.text,
            "sound": wanted.sound,
            "language": wanted.language,
            "file": file,
            "ends": wanted.ends,
            "at": now,
            "until": now + wanted.minutes * 60 * MICROSECONDS,
            "by": by,
            "code": code,
        }
        said = {name: [None, row[name]] for name in ("numbers", "text", "sound", "ends", "until", "code")}
        said["phone"] = [None, phone]
        async with self._database.transaction() as connection:
            await store.add_emergency(connection, row)
            await self._audit.record(
                connection, organization, by, [Change("switched on", "emergency", str(row["id"]), said)]
            )
        await self.load(organization)
        switched = next(one for one in self._known[organization] if one.id == row["id"])
        self.on_switched(organization, switched)
        return switched

    async def switch_off(self, organization: str, id_: str, *, by: str = SYSTEM) -> None:
        """No caller hears it from now on. Raises NotFound; one that is off already stays as it is."""
        async with self._database.transaction() as connection:
            row = await store.one_emergency(connection, organization, id_)
            if row is None:
                raise NotFound("there is no such announcement")
            await self._off(connection, organization, [self._read(row)], by)
        await self.load(organization)

    async def _off(self, connection: AsyncConnection, organization: str, those: Sequence[Emergency], by: str) -> None:
        now = self._clock.now()
        for one in those:
            if one.on(now):
                await store.end_emergency(connection, organization, one.id, now, by)
                await self._audit.record(connection, organization, by, [Change("switched off", "emergency", one.id)])

    async def _file(self, organization: str, wanted: Wanted) -> str:
        if wanted.text is not None:
            return await self._speak(Spoken(wanted.text, wanted.language))
        async with self._database.reading() as connection:
            item = (await self._sounds.configured(connection, organization)).get(wanted.sound or "")
        if item is None or not await asyncio.to_thread(self._library.has, item.file):
            raise Invalid("no sound has this key; upload it first", field="sound")
        return item.file

    def _read(self, row: RowMapping) -> Emergency:
        return Emergency(
            id=row["id"],
            numbers=None if row["numbers"] is None else frozenset(row["numbers"]),
            text=row["text"],
            sound=row["sound"],
            language=row["language"],
            path=self._library.path(row["file"]),
            ends=row["ends"],
            at=row["at"],
            until=row["until"],
            by=row["by"],
            off_at=row["off_at"],
            off_by=row["off_by"],
            code=row["code"],
        )


def _checked(wanted: Wanted) -> Wanted:
    if (wanted.text is None) == (wanted.sound is None):
        raise Invalid("give either a text or the key of a sound", field="text")
    if wanted.text is not None and not 0 < len(wanted.text.strip()) <= LONGEST_TEXT:
        raise Invalid(f"the text has 1 to {LONGEST_TEXT} characters", field="text")
    if not 1 <= wanted.minutes <= LONGEST:
        raise Invalid(f"it lasts 1 to {LONGEST} minutes", field="minutes")
    if wanted.numbers is not None and not wanted.numbers:
        raise Invalid("name at least one number, or leave the field out for all of them", field="numbers")
    return wanted
