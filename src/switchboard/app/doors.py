"""What the web asks of voice, configuration and operation, answered by the real rooms."""

import asyncio
from collections.abc import Sequence
from typing import Final, Literal, cast

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from switchboard.channels.voice.branches import Branches
from switchboard.channels.voice.media.pool import MediaPool
from switchboard.channels.voice.service import Voice
from switchboard.configuration.service import Configuration, Sources
from switchboard.kit.errors import Refused
from switchboard.quality.service import Disk
from switchboard.settings import Settings
from switchboard.storage.database import Database
from switchboard.web.doors.session import Who
from switchboard.web.messages.configuration import ConfigurationChange, ConfigurationResult
from switchboard.web.messages.desk import LineTrouble
from switchboard.web.messages.operation import PartHealth
from switchboard.web.messages.recordings import ShownRecording
from switchboard.web.messages.try_it import TryIt, TryItCall, TryItNumber

_log = structlog.get_logger(__name__)

DATABASE_LIMIT: Final = 2.0
"""Seconds the database may take to answer before it counts as silent."""


class VoiceOfDesk:
    """Satisfies `web.rooms.desk.VoiceDesk`."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    async def media(self, who: Who, offer: int, fence: int, sdp: str) -> str | None:
        return await self._voice.media(who.organization, who.id, offer, fence, sdp)

    def mute(self, who: Who, engagement: str, on: bool) -> None:
        self._voice.mute(who.organization, who.id, engagement, on)

    def press(self, who: Who, engagement: str, keys: str) -> None:
        self._voice.press(who.organization, who.id, engagement, keys)

    def muted(self, organization: str, engagement: str) -> bool:
        del organization
        return self._voice.muted(engagement)

    def troubles(self, organization: str) -> dict[str, list[LineTrouble]]:
        return {
            agent: [
                LineTrouble(kind=one.kind.value, side=one.side.value, since=one.since, loss=one.loss, jitter=one.jitter)
                for one in found
            ]
            for agent, found in self._voice.troubles.all(organization).items()
        }

    def record(self, who: Who, engagement: str, on: bool) -> None:
        self._voice.record(who.organization, who.id, engagement, on)

    def recording(self, who: Who, engagement: str) -> ShownRecording:
        return self._voice.recording(who.organization, who.id, engagement).value

    def phone_reachable(self, organization: str, agent: str) -> bool:
        return self._voice.phone_reachable(organization, agent)


class TryItPage:
    """Satisfies `doors.TryItDoor`."""

    def __init__(self, settings: Settings, voice: Voice, branches: Branches) -> None:
        self._open = settings.try_it
        self._voice = voice
        self._branches = branches

    async def status(self) -> TryIt:
        numbers = self._branches.numbers() if self._open else []
        return TryIt(open=self._open, numbers=[TryItNumber(number=number, name=name) for number, name in numbers])

    async def call(self, number: str, sdp: str, address: str) -> TryItCall:
        if not self._open:
            raise Refused("the try-it page is closed on this center")
        call, answer, secret = await self._voice.try_call(number, sdp, address)
        return TryItCall(call=call, sdp=answer, secret=secret)

    async def press(self, call: str, secret: str, digits: str) -> None:
        self._voice.press_try(call, secret, digits)

    async def hang_up(self, call: str, secret: str) -> None:
        self._voice.hang_up_try(call, secret)


class ConfigurationByWeb:
    """Satisfies `doors.ConfigurationDoor`: a file that comes by the web can name nothing of this machine."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    async def apply(self, who: Who, document: bytes, *, dry_run: bool, prune: bool) -> ConfigurationResult:
        sources = Sources(environment={}, folder=None)
        applied = await self._configuration.apply(
            document, sources, organization=who.organization, by=who.id, prune=prune, dry_run=dry_run
        )
        return ConfigurationResult(
            applied=applied.applied,
            changes=[
                ConfigurationChange(
                    kind=change.section,
                    key=change.key,
                    what=cast(Literal["created", "changed", "retired"], change.what),
                    fields=[field.name for field in change.fields],
                )
                for change in applied.difference.changes
            ],
        )

    async def export(self, who: Who) -> str:
        return await self._configuration.export(who.organization)


class Parts:
    """Satisfies `doors.HealthDoor`."""

    def __init__(self, database: Database, pool: MediaPool, disk: Disk) -> None:
        self._database = database
        self._disk = disk
        self._pool = pool

    async def parts(self) -> Sequence[PartHealth]:
        return [
            PartHealth(part="database", ok=await self._database_answers()),
            PartHealth(part="media", ok=bool(self._pool.workers)),
            # Calls go on without it: no reason to send them elsewhere.
            PartHealth(part="recording", ok=not self._disk.low, essential=False),
        ]

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(DATABASE_LIMIT), self._database.reading() as connection:
                await connection.execute(select(1))
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.error("database_silent", error=type(error).__name__)
            return False
        return True
