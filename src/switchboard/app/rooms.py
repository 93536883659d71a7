"""The cold rooms over one database, wired."""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Self

from sqlalchemy.exc import DBAPIError

from switchboard.agents.service import Agents
from switchboard.channels.voice.directory import Codes, Numbers, Phones, Trunks
from switchboard.configuration.parts import Rooms as Configured
from switchboard.configuration.service import Configuration
from switchboard.conversations.service import Conversations, Satisfactions
from switchboard.customers.service import Customers
from switchboard.flows.library import SoundLibrary
from switchboard.flows.service import Flows
from switchboard.flows.speech import Voice as BuiltInVoice
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.quality.service import Disk, Exports, Retention, Shelf, Taping, free_bytes
from switchboard.routing import projection
from switchboard.routing.service import Queues, Skills
from switchboard.settings import Settings
from switchboard.storage.database import Database
from switchboard.storage.folder import DataFolder
from switchboard.storage.jobs import Jobs
from switchboard.storage.outbox import Outbox
from switchboard.storage.projections import Projections
from switchboard.storage.writer import GroupCommitWriter
from switchboard.tenancy.service import Passwords, Tenancy, fingerprint_key

KEY_FILE: Final = "fingerprint.key"
SOUNDS: Final = "sounds"
RECORDINGS: Final = "recordings"
_GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything below the Floor. Open it with the data folder locked; close it in the loop that used it."""

    settings: Settings
    clock: Clock
    ids: IdSource
    tasks: Tasks
    folder: DataFolder
    database: Database
    outbox: Outbox
    writer: GroupCommitWriter
    tenancy: Tenancy
    customers: Customers
    conversations: Conversations
    satisfactions: Satisfactions
    agents: Agents
    queues: Queues
    skills: Skills
    flows: Flows
    configured: Configured
    configuration: Configuration
    jobs: Jobs
    taping: Taping
    shelf: Shelf
    retention: Retention

    @classmethod
    async def open(cls, settings: Settings, clock: Clock, entropy: random.Random | None = None) -> Self:
        """Lock the folder, open and migrate the database. Raises Unavailable or Invalid with one clear line."""
        folder = DataFolder.take(settings.data)
        try:
            return await cls._wired(settings, clock, entropy or random.SystemRandom(), folder)
        except BaseException:
            folder.release()
            raise

    @classmethod
    async def _wired(cls, settings: Settings, clock: Clock, entropy: random.Random, folder: DataFolder) -> Self:
        ids = IdSource(clock, entropy)
        tasks = Tasks("rooms")
        database = Database.open(settings.database_url())
        try:
            await database.migrate()
        except DBAPIError as error:
            await database.close()
            raise Unavailable(f"The database cannot be used: {_reason(settings, error)}", field="database") from error
        except BaseException:
            await database.close()
            raise
        key = fingerprint_key(settings.data / KEY_FILE, ids)
        projections = Projections()
        projection.register(projections)
        outbox = Outbox(database, clock=clock)
        writer = GroupCommitWriter(database, clock=clock, projections=projections, told=outbox.wake)
        tenancy = Tenancy(database, clock, ids, Passwords(fingerprint_key=key))
        audit = tenancy.audit
        agents = Agents(database, clock, ids, audit)
        queues = Queues(database, clock, ids, audit)
        skills = Skills(database, clock, ids, audit)
        library = SoundLibrary(settings.data / SOUNDS)
        flows = Flows(database, clock, ids, audit, library, BuiltInVoice())
        configured = Configured(
            tenancy=tenancy,
            agents=agents,
            skills=skills,
            queues=queues,
            flows=flows,
            numbers=Numbers(database, clock, ids, audit),
            trunks=Trunks(database, clock, ids, audit),
            phones=Phones(database, clock, ids, audit),
            codes=Codes(database, clock, ids, audit),
        )
        jobs = Jobs(database, clock=clock, ids=ids)
        recordings = settings.data / RECORDINGS
        disk = Disk(partial(free_bytes, settings.data), round(settings.recording_free_gb * _GIGABYTE))
        return cls(
            settings=settings,
            clock=clock,
            ids=ids,
            tasks=tasks,
            folder=folder,
            database=database,
            outbox=outbox,
            writer=writer,
            tenancy=tenancy,
            customers=Customers(database, clock, ids, tasks, audit, writer),
            conversations=Conversations(database, clock),
            satisfactions=Satisfactions(database, clock, audit),
            agents=agents,
            queues=queues,
            skills=skills,
            flows=flows,
            configured=configured,
            configuration=Configuration(database, configured, clock),
            jobs=jobs,
            taping=Taping(database, writer, clock=clock, ids=ids, folder=recordings, disk=disk),
            shelf=Shelf(database, clock, audit, recordings, Exports(database, clock, jobs, recordings)),
            retention=Retention(database, clock, audit, recordings),
        )

    async def close(self) -> None:
        """Give everything back, the lock last."""
        await self.tasks.close()
        await self.writer.close()
        await self.flows.close()
        self.tenancy.close()
        await self.database.close()
        self.folder.release()


def _reason(settings: Settings, error: DBAPIError) -> str:
    # What a server says may repeat its address with the password; SQLite knows none.
    return type(error.orig).__name__ if settings.database else f"{error.orig} (in {settings.data})"


def environment(extra: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """The variables that configuration files may name: this process's, and those given."""
    return {**os.environ, **(extra or {})}


def beside(file: Path) -> Path:
    """The folder that a configuration file's relative paths start from."""
    return file.resolve().parent
