"""The real rooms behind the web, on SQLite in memory, with simulated voice: a center that can be used."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from support.tenancy import CHEAP, client_item
from support.web_administration import SimulatedAdministration, SimulatedFlows, SimulatedTrunks
from support.web_people import SimulatedOutcomes, SimulatedPeople, SimulatedSkills
from support.web_recordings import SimulatedRecordings
from support.web_rooms import PASSWORD, SDP, SimulatedEmergency, SimulatedHealth, SimulatedRecords, SimulatedTryIt
from support.web_trials import SimulatedTrials
from switchboard.agents.model import Profile, Reason
from switchboard.agents.service import Agents
from switchboard.conversations.service import Conversations, Satisfactions, ledger
from switchboard.customers.service import Customers
from switchboard.insight.reconciliation.service import Reconciliations
from switchboard.insight.service import Figures, Sources
from switchboard.kit.clock import MICROSECONDS, Clock, SystemClock
from switchboard.kit.errors import Conflict
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.outbound.service import Callbacks
from switchboard.routing import projection
from switchboard.routing.commands import ContactArrived, ContactQueued
from switchboard.routing.model import CallbackRule, Disposition, QueueItem
from switchboard.routing.service import Floors, Queues, ReliefHistory, Routing, Skills, Watchdog, load_configured
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal
from switchboard.storage.projections import Projections
from switchboard.storage.writer import GroupCommitWriter
from switchboard.tenancy.model import PersonItem, Role
from switchboard.tenancy.service import Passwords, Tenancy
from switchboard.web.application import create_app
from switchboard.web.doors import Doors
from switchboard.web.doors.outcomes import OutcomesDoor
from switchboard.web.doors.session import Who
from switchboard.web.edge import Edge
from switchboard.web.messages.desk import LineTrouble
from switchboard.web.messages.recordings import ShownRecording
from switchboard.web.rooms.account import OwnAccount
from switchboard.web.rooms.audit import AuditTrail
from switchboard.web.rooms.board import RoutingBoard
from switchboard.web.rooms.board_days import LedgerDays
from switchboard.web.rooms.callbacks import CallbacksByWeb
from switchboard.web.rooms.clocks import ClocksOfFloor
from switchboard.web.rooms.days import AgentDays
from switchboard.web.rooms.desk import RoutingDesk
from switchboard.web.rooms.desk_records import DeskRecords
from switchboard.web.rooms.explaining import FloorExplained
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Names
from switchboard.web.rooms.presence import RoutingPresence
from switchboard.web.rooms.reconciliation import ReconciliationByWeb
from switchboard.web.rooms.records import Records
from switchboard.web.rooms.satisfaction import SatisfactionByWeb

NODE = "n1"


class SimulatedVoice:
    def __init__(self) -> None:
        self.muted_now: set[str] = set()
        self.taping: ShownRecording = "off"
        self.pressed: list[tuple[str, str]] = []
        self.phones: set[str] = set()
        self.troubled: dict[str, list[LineTrouble]] = {}

    async def media(self, who: Who, offer: int, fence: int, sdp: str) -> str:
        return SDP

    def mute(self, who: Who, engagement: str, on: bool) -> None:
        (self.muted_now.add if on else self.muted_now.discard)(engagement)

    def press(self, who: Who, engagement: str, keys: str) -> None:
        self.pressed.append((engagement, keys))

    def muted(self, organization: str, engagement: str) -> bool:
        return engagement in self.muted_now

    def troubles(self, organization: str) -> dict[str, list[LineTrouble]]:
        del organization
        return self.troubled

    def record(self, who: Who, engagement: str, on: bool) -> None:
        if self.taping == "off":
            raise Conflict("This talk is not being recorded")
        self.taping = "on" if on else "paused"

    def recording(self, who: Who, engagement: str) -> ShownRecording:
        return self.taping

    def phone_reachable(self, organization: str, agent: str) -> bool:
        return agent in self.phones


class WebCenter:
    """One organization `acme` with the queue `support`, agents ada and bob, supervisor sue."""

    def __init__(self, database: Database, tasks: Tasks, clock: Clock | None = None) -> None:
        self.database = database
        self.clock = clock or SystemClock()
        self.outcomes: OutcomesDoor = SimulatedOutcomes()
        self.ids = IdSource(self.clock, random.Random(3))
        self.tenancy = Tenancy(database, self.clock, self.ids, Passwords(cost=CHEAP, bulk_threads=1))
        audit = self.tenancy.audit
        self.agents = Agents(database, self.clock, self.ids, audit)
        self.queues = Queues(database, self.clock, self.ids, audit)
        self.skills = Skills(database, self.clock, self.ids, audit)
        projections = Projections()
        projection.register(projections)
        self.writer = GroupCommitWriter(database, clock=self.clock, projections=projections)
        self.customers = Customers(database, self.clock, self.ids, tasks, audit, self.writer)
        self.conversations = Conversations(database, self.clock)
        self.tasks = tasks
        self.voice = SimulatedVoice()
        self.floors = Floors(self._floor)
        self.names = Names(database, self.tenancy, self.agents, self.queues, self.skills, self.clock)
        self.hub = Hub(self.floors)
        self.watchdog = Watchdog(self.floors, self.clock)
        sources = Sources(database, self.queues, self.tenancy, self.conversations)
        self.figures = Figures(sources, self.clock, tasks)
        self.reconciliations = Reconciliations(
            database, self.clock, self.ids, audit, self.conversations.arrivals, self._numbers, channel="voice"
        )
        self.callbacks = Callbacks(
            database,
            clock=self.clock,
            ids=self.ids,
            tasks=tasks,
            floors=self.floors,
            queues=self.queues,
            tenancy=self.tenancy,
            audit=audit,
        )
        self.presence = RoutingPresence(self.floors, NODE, self.clock)
        self.organization = ""
        self.client = ""
        self.queue = ""
        self.people: dict[str, str] = {}

    def _floor(self, organization: str) -> Routing:
        load = partial(
            load_configured,
            self.database,
            organization,
            queues=self.queues,
            agents=self.agents,
            tenancy=self.tenancy,
        )
        return Routing(
            organization,
            node=NODE,
            clock=self.clock,
            tasks=self.tasks,
            journal=Journal(self.database),
            writer=self.writer,
            load=load,
        )

    async def configure(self) -> None:
        self.organization = (await self.tenancy.ensure_organization("acme", "Acme")).id
        await self.tenancy.put_client(self.organization, client_item("brand"), by="system")
        [client] = await self.tenancy.clients(self.organization)
        self.client = client.id
        for key, role in (("ada", Role.AGENT), ("bob", Role.AGENT), ("sue", Role.SUPERVISOR)):
            hashed = await self.tenancy.passwords.hash(PASSWORD)
            item = PersonItem(key, key, key.title(), frozenset({role}), password=hashed)
            await self.tenancy.put_person(self.organization, item, by="system")
        self.people = {one.key: one.id for one in await self.tenancy.people(self.organization)}
        async with self.database.transaction() as connection:
            await self.agents.reasons.put(connection, self.organization, Reason("break", "Break"))
            item = QueueItem(
                key="support",
                name="Support",
                client=self.client,
                wrap_up=60 * MICROSECONDS,
                dispositions=(Disposition("sold", "Sold"),),
                callback=CallbackRule(first=0, last=24 * 60),
            )
            await self.queues.put(connection, self.organization, item)
            self.queue = (await self.queues.ids(connection, self.organization))["support"]
            for key in ("ada", "bob"):
                profile = Profile(self.people[key], key, (self.queue,), phone="p1" if key == "bob" else None)
                await self.agents.profiles.put(connection, self.organization, profile)
        self.routing = await self.floors.open(self.organization)
        await self.figures.open(self.routing)
        await self.callbacks.open(self.organization)

    def app(self, edge: Edge | None = None) -> FastAPI:
        records = Records(self.conversations, self.customers, self.tenancy, self.names, self.floors, self.hub)
        simulated = SimulatedRecords()
        desk = RoutingDesk(
            floors=self.floors,
            hub=self.hub,
            names=self.names,
            agents=self.agents,
            presence=self.presence,
            records=DeskRecords(self.conversations, self.customers, self.tenancy, self.names, self.callbacks),
            voice=self.voice,
            clock=self.clock,
            node=NODE,
        )
        doors = Doors(
            clock=self.clock,
            sessions=self.tenancy,
            desk=desk,
            board=RoutingBoard(
                self.floors,
                self.figures,
                self.hub,
                self.names,
                self.clock,
                self.watchdog,
                self.voice.troubles,
            ),
            board_days=LedgerDays(
                self.floors, self.figures, self.agents, self.conversations, self.tenancy, self.names, self.clock
            ),
            explaining=FloorExplained(self.floors, self.hub, self.names, self.clock, ReliefHistory(self.database)),
            skills=SimulatedSkills(),
            outcomes=self.outcomes,
            contacts=records,
            satisfaction=SatisfactionByWeb(Satisfactions(self.database, self.clock, self.tenancy.audit), self.names),
            clocks=ClocksOfFloor(self.floors, self.tenancy.audit, self.clock.now),
            customers=records,
            callbacks=CallbacksByWeb(
                self.callbacks,
                database=self.database,
                conversations=self.conversations,
                customers=self.customers,
                tenancy=self.tenancy,
                skills=self.skills,
                names=self.names,
            ),
            recordings=SimulatedRecordings(),
            reconciliation=ReconciliationByWeb(self.reconciliations, self.tenancy, self.names),
            days=AgentDays(self.agents, self.tenancy, self.names, self.floors, self.clock),
            lists=simulated,
            administration=SimulatedAdministration(),
            changes=SimulatedAdministration(),
            trials=SimulatedTrials(),
            account=OwnAccount(self.tenancy),
            people=SimulatedPeople(),
            phones=SimulatedPeople(),
            audit=AuditTrail(self.tenancy, self._keys),
            configuration=simulated,
            sounds=simulated,
            flows=SimulatedFlows(),
            trunks=SimulatedTrunks(),
            try_it=SimulatedTryIt(),
            emergency=SimulatedEmergency(),
            presence=self.presence,
            health=SimulatedHealth(),
            metrics=CollectorRegistry(),
        )
        return create_app(doors, edge)

    async def _numbers(self, _: str) -> dict[str, str]:
        return {"+4930555001": self.client, "+4930555002": "another"}

    async def _keys(self, _: str) -> dict[str, str]:
        return {self.queue: "support"}

    async def ring(self, contact: str, number: str = "+4930123456", *, steps: Sequence[str] = ()) -> None:
        """A call arrives and stands in line. steps: what the customer chose in a menu before."""
        customer = await self.customers.recognise(self.organization, self.client, number, "DE")
        arrived = ContactArrived(contact, self.client, "voice", NODE, customer=customer.id if customer else None)
        along = self.conversations.came_from(self.organization, self.client, contact, number)
        along += [
            ledger.step_taken(
                self.organization, contact, at, client=self.client, at=at, flow="main", place="", kind="menu", said=said
            )
            for at, said in enumerate(steps, 1)
        ]
        answers = await self.routing.command(arrived, ContactQueued(contact, self.queue), along=along)
        assert all(answer.done for answer in answers), answers


@asynccontextmanager
async def web_center(database: Database, clock: Clock | None = None) -> AsyncIterator[WebCenter]:
    async with Tasks("test") as tasks:
        center = WebCenter(database, tasks, clock)
        await center.configure()
        yield center
        center.callbacks.close()
        await center.floors.close()
        await center.writer.close()
        center.tenancy.close()
