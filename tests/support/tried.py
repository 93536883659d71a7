"""A small center with a day in its ledger, and somebody who tries changes on it."""

import datetime as dt
import random
import zoneinfo
from types import SimpleNamespace
from typing import Any, Self, cast

from switchboard.agents.model import AgentState
from switchboard.agents.service import Span, span_row
from switchboard.app.past import Past, Place
from switchboard.app.rooms import Rooms
from switchboard.app.trial_task import TrialTasks
from switchboard.app.trial_work import TrialWork
from switchboard.app.trials import TrialsByWeb
from switchboard.channels.voice.vault import Vault
from switchboard.configuration.items import Items
from switchboard.configuration.service import Sources
from switchboard.conversations.model import ArrivalEnd, ContactEnd
from switchboard.conversations.service import ledger
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.ids import earliest
from switchboard.measures.days import day_of
from switchboard.storage.worker import Worker
from switchboard.storage.writer import Batch
from switchboard.web.doors.session import Who
from switchboard.web.messages.trials import ChangeTrial, TrialAsked

CENTER = b"""
organization: {key: small, name: Small}
clients: [{key: shop, name: Shop, time_zone: Europe/Berlin, region: DE}]
skills: [{key: german}]
queues: [{key: support, client: shop, name: Support}]
hours: [{key: office, name: Office, client: shop, week: {monday: ["09:00-17:00"]}}]
flows:
  - {key: welcome, name: Welcome, language: en,
     steps: [{hours: {hours: office, closed: [{hangup: {}}]}}, {enqueue: {queue: support}}]}
people:
  - {key: ann, name: Ann, roles: [agent], agent: {queues: [support]}}
  - {key: ben, name: Ben, roles: [agent], agent: {queues: [support], skills: {german: 5}}}
"""
RUNS = 3
"""Of each side: as few as there may be."""
DATE = dt.date(2026, 3, 2)
"""A Monday long ago, whatever day it is."""


class Office:
    """Whoever tries things out. node: another one has jobs and processes of its own."""

    def __init__(self, rooms: Rooms, who: Who) -> None:
        self.rooms = rooms
        self.who = who
        self.work = TrialWork(rooms)
        items = Items(rooms.configuration, Vault(rooms.settings.data / "secrets"), rooms.ids.next)
        self.trials = TrialsByWeb(rooms, items, TrialTasks(rooms, None, most=RUNS), self.work)

    @classmethod
    async def open(cls, rooms: Rooms, center: bytes = CENTER) -> Self:
        """With sixty calls on `DATE`, and both agents there the whole day."""
        organization = (await rooms.configuration.apply(center, Sources({}, None))).organization
        assert organization is not None
        day = day_of(DATE, zoneinfo.ZoneInfo("Europe/Berlin"))
        people = {one.key: one.id for one in await rooms.tenancy.people(organization)}
        async with rooms.database.reading() as connection:
            clients = await rooms.tenancy.brands.ids(connection, organization)
            queues = await rooms.queues.ids(connection, organization)
        past = Past(
            organization=organization,
            places=[Place(clients["shop"], [queues["support"]])],
            agents=list(people.values()),
            dispositions={queues["support"]: ["solved"]},
            contacts=60,
            until=day.until,
            days=1,
            choose=random.Random(5),
        )
        spans = [
            span_row(organization, agent, Span(AgentState.AVAILABLE, None, day.since, day.until))
            for agent in people.values()
        ]
        made = [row for rows in past.rows() for row in rows]
        await rooms.writer.append(Batch(organization, rooms.clock.now(), rows=[*made, *spans]))
        return cls(rooms, cast(Who, SimpleNamespace(organization=organization, id=people["ann"], name="Ann")))

    def asked(self, date: dt.date = DATE, section: str = "queues", **fields: Any) -> TrialAsked:
        item = {"key": "support", "client": "shop", "name": "Support", **fields}
        return TrialAsked(section=section, key="support", item=item, date=date)

    async def met_closed_doors(self, *hours: float) -> None:
        """Calls at these hours of `DATE`, as the flow `welcome` turns them away."""
        organization, since = self.who.organization, day_of(DATE, zoneinfo.ZoneInfo("Europe/Berlin")).since
        async with self.rooms.database.reading() as connection:
            client = (await self.rooms.tenancy.brands.ids(connection, organization))["shop"]
        made = []
        for hour in hours:
            at = since + round(hour * 3_600 * MICROSECONDS)
            contact = earliest(at)
            said = {"flow": "welcome", "place": "steps[0].hours", "kind": "hours", "said": "closed"}
            end = {"how": ContactEnd.FINISHED, "end": ArrivalEnd.OUT_OF_HOURS, "why": "out of hours"}
            arrived = {"channel": "voice", "customer": None, "entrance": "100"}
            made += [
                ledger.contact_arrived(organization, contact, client=client, at=at, **arrived),
                ledger.step_taken(organization, contact, 1, client=client, at=at, **said),
                ledger.contact_closed(organization, contact, at=at + MICROSECONDS, **end),
            ]
        await self.rooms.writer.append(Batch(organization, self.rooms.clock.now(), rows=made))

    def worker(self) -> Worker:
        """One life of a process that does the jobs."""
        worker = Worker(self.rooms.jobs, owner=self.rooms.ids.next())
        self.work.serve(worker)
        return worker

    async def over(self, trial: ChangeTrial) -> ChangeTrial:
        """Do the job, and see how it ended."""
        worker = self.worker()
        await worker.round()
        assert await worker._tasks.drain(60)
        return await self.trials.look(self.who, trial.id)
