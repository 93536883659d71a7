"""A running node: the cold rooms, the Floors, media workers, SIP and web, wired and in their order."""

import os
import random
from functools import partial
from typing import Final, Self

from prometheus_client import CollectorRegistry

from switchboard.app.administration import Administration
from switchboard.app.calling_back import callbacks_door, callbacks_of, show_on_desks, telephone_of
from switchboard.app.control import ControlSocket
from switchboard.app.dismissal import Dismissal
from switchboard.app.doors import ConfigurationByWeb, Parts, TryItPage, VoiceOfDesk
from switchboard.app.floor import floor_of
from switchboard.app.forgetting import Forgetting
from switchboard.app.learning import OutcomesByWeb, learning_of
from switchboard.app.metrics import CenterMetrics
from switchboard.app.network import Network
from switchboard.app.people import PeopleByWeb
from switchboard.app.phones import PhonesByWeb
from switchboard.app.reconciliation import Reconciling
from switchboard.app.rooms import Rooms
from switchboard.app.skills import SkillsByWeb
from switchboard.app.trial_task import TrialTasks
from switchboard.app.trial_work import TrialWork
from switchboard.app.trunks import TrunksOfLines
from switchboard.app.workshop import Workshop
from switchboard.channels.voice.branches import Branches
from switchboard.channels.voice.code_call import CodeCalls
from switchboard.channels.voice.condition import Limits as SoundLimits
from switchboard.channels.voice.lines import Lines
from switchboard.channels.voice.media.pool import MediaPool
from switchboard.channels.voice.media.scheduling import ask_for_sockets
from switchboard.channels.voice.recording import TapeDesk
from switchboard.channels.voice.ringing import Ringer
from switchboard.channels.voice.service import Voice
from switchboard.channels.voice.set_up import CHANNEL
from switchboard.channels.voice.sip.authenticator import Authenticator
from switchboard.channels.voice.sip.gate import Gate
from switchboard.channels.voice.sip.limits import Limits
from switchboard.channels.voice.sip.refusals import Refusals
from switchboard.channels.voice.sip.registrar import Registrar
from switchboard.channels.voice.sip.stack import SipStack
from switchboard.channels.voice.trial import TrialCall
from switchboard.channels.voice.troubles import Troubles
from switchboard.channels.voice.turned_away import TurnedAway
from switchboard.channels.voice.vault import Vault
from switchboard.flows.service import BUILT_IN
from switchboard.insight.service import Figures, Sources
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Unavailable
from switchboard.kit.stalls import StallMonitor
from switchboard.kit.tasks import Tasks
from switchboard.routing.service import Floors, ReliefHistory, Watchdog
from switchboard.settings import Settings
from switchboard.storage.worker import Worker
from switchboard.web.application import create_app
from switchboard.web.doors import Doors
from switchboard.web.edge import Edge
from switchboard.web.rooms.account import OwnAccount
from switchboard.web.rooms.board import RoutingBoard
from switchboard.web.rooms.board_days import LedgerDays
from switchboard.web.rooms.clocks import ClocksOfFloor
from switchboard.web.rooms.days import AgentDays
from switchboard.web.rooms.desk import RoutingDesk
from switchboard.web.rooms.desk_records import DeskRecords
from switchboard.web.rooms.emergency import EmergencySwitch
from switchboard.web.rooms.explaining import FloorExplained
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.lists import ConfiguredLists, FlowSounds
from switchboard.web.rooms.names import Names
from switchboard.web.rooms.presence import RoutingPresence
from switchboard.web.rooms.recordings import ShelfOfRecordings
from switchboard.web.rooms.records import Records
from switchboard.web.rooms.satisfaction import SatisfactionByWeb
from switchboard.web.server import Server, serve

NODE: Final = "main"
"""The name of this node: there is one until several share a PostgreSQL."""

SECRETS: Final = "secrets"
"""Folder, inside the data folder, of the secrets that administrators typed."""

WEB_CONNECTIONS: Final = 4_096
"""Connections to the web at a time where strangers can reach it; more are answered 503."""

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Center:
    """One node. `open`, then use `web`, `stack`, `voice`; `close` ends it in the opposite order."""

    def __init__(self, rooms: Rooms, network: Network, limits: Limits | None = None) -> None:
        settings, clock = rooms.settings, rooms.clock
        self.rooms: Final = rooms
        self.tasks: Final = Tasks("center")
        self.stalls: Final = StallMonitor(clock)
        self.metrics: Final = CollectorRegistry()
        self._network = network
        self.writer: Final = rooms.writer
        self.floors: Final = Floors(partial(floor_of, rooms, self.tasks, NODE))
        self.pool: Final = MediaPool(
            clock=clock,
            tasks=self.tasks,
            host=settings.media_host,
            ports=(settings.media_port_first, settings.media_port_last),
            workers=settings.media_workers,
        )
        entropy = random.SystemRandom()
        self.stack: Final = SipStack(
            clock=clock, entropy=entropy, tasks=self.tasks, public_address=network.public_host, limits=limits
        )
        self.branches: Final = Branches(
            rooms.database,
            tenancy=rooms.tenancy,
            agents=rooms.agents,
            flows=rooms.flows,
            queues=rooms.queues,
            skills=rooms.skills,
        )
        authenticator = Authenticator(clock=clock, entropy=entropy, lookup=self.branches.secret)
        self.refusals: Final = Refusals(clock, lambda user: self.branches.account(user) is not None)
        registrar = Registrar(
            self.stack.timers, authenticator, self.stack.guard, self.refusals, self.branches.may_register
        )
        admission = Gate(clock.monotonic, self.stack.guard, authenticator, self.branches.may_call, self.refusals)
        self._presence = RoutingPresence(self.floors, NODE, clock)
        troubles = Troubles(clock)
        ringer = Ringer(
            self.stack,
            registrar,
            self.branches,
            pages=self._presence,
            troubles=troubles,
            public_host=network.public_host,
        )
        self.tapes: Final = TapeDesk(rooms.taping, self.tasks)
        self.worker: Final = Worker(rooms.jobs, owner=rooms.ids.next())
        rooms.shelf.exports.serve(self.worker)
        rooms.retention.serve(self.worker)
        self.reconciling: Final = Reconciling(rooms, self.worker)
        self.learning: Final = learning_of(rooms, self.floors, self.worker)
        self._trials = TrialWork(rooms)
        self._trials.serve(self.worker)
        self.vault: Final = Vault(settings.data / SECRETS)
        self.callbacks: Final = callbacks_of(rooms, self.floors, self.tasks, self.worker)
        turned_away = TurnedAway(CHANNEL, clock, rooms.ids, self.writer, rooms.conversations)
        self.voice: Final = Voice(
            node=NODE,
            clock=clock,
            ids=rooms.ids,
            tasks=self.tasks,
            pool=self.pool,
            ringer=ringer,
            branches=self.branches,
            codes=CodeCalls(rooms.flows.emergencies, self.tasks, clock, os.environ, self.vault),
            floors=self.floors,
            customers=rooms.customers,
            conversations=rooms.conversations,
            callbacks=self.callbacks,
            tapes=self.tapes,
            addresses=network.addresses,
            troubles=troubles,
            turned_away=turned_away,
            limits=SoundLimits(settings.bad_sound_loss, settings.bad_sound_jitter),
            public_host=network.public_host,
        )
        rooms.flows.emergencies.on_switched = self.voice.announce
        self.lines: Final = Lines(
            stack=self.stack,
            registrar=registrar,
            admission=admission,
            branches=self.branches,
            floors=self.floors,
            tasks=self.tasks,
            clock=clock,
            node=NODE,
            arrive=self.voice.invited,
            vault=self.vault,
            over_rate=self.voice.over_rate,
        )
        self.watchdog: Final = Watchdog(self.floors, clock)
        self._calling_back: Final = telephone_of(self, network.public_host)
        self.metrics.register(
            CenterMetrics(
                calls=self.voice,
                sip=self.stack.guard.counts,
                boards=lambda: {one: routing.board() for one, routing in self.floors.open_now().items()},
                stuck=self.watchdog.stuck,
                writer=self.writer.stats,
                stalls=self.stalls,
                media=self.pool,
                tasks=self.tasks,
            )
        )
        self._dismissal = Dismissal(rooms.tenancy, self.floors, self.lines)
        self._names = Names(rooms.database, rooms.tenancy, rooms.agents, rooms.queues, rooms.skills, clock)
        self._hub = Hub(self.floors)
        show_on_desks(self.callbacks, self.floors, self._hub)
        sources = Sources(rooms.database, rooms.queues, rooms.tenancy, rooms.conversations)
        self.figures: Final = Figures(sources, clock, self.tasks)
        troubles.on_changed = self._hub.touch_line
        self.tapes.changed = self._hub.touch
        self._open: set[str] = set()
        self._server: Server | None = None
        self._control: ControlSocket | None = None

    @classmethod
    async def open(
        cls,
        settings: Settings,
        clock: Clock,
        network: Network | None = None,
        *,
        limits: Limits | None = None,
    ) -> Self:
        """Open the rooms, start every process and listen. What had started is closed when something fails."""
        rooms = await Rooms.open(settings, clock)
        center = cls(rooms, network or Network(), limits)
        try:
            await center._start()
        except BaseException:
            await center.close(drain=0)
            raise
        return center

    @property
    def web(self) -> str:
        """Where a browser on this machine finds the web. Raises Unavailable before it serves."""
        if self._server is None:
            raise Unavailable("the web is not served")
        return self._server.address

    @property
    def pids(self) -> list[int]:
        """The media workers' process ids."""
        return [worker.pid for worker in self.pool.workers]

    async def _start(self) -> None:
        rooms, settings = self.rooms, self.rooms.settings
        ask_for_sockets()
        self.stalls.start()
        self.tasks.start(self.watchdog.watch(), name="watchdog")
        self.tasks.start(self.rooms.outbox.deliver_forever(), name="outbox")
        self.tasks.start(self.worker.run(), name="jobs")
        self.tasks.start(rooms.taping.disk.watch(), name="free space")
        await self.pool.start()
        for organization in await self.rooms.tenancy.organizations():
            await self._take_organization(organization.id)
        await self.lines.configure()
        self.rooms.configuration.subscribe(self._configuration_changed)
        await self.stack.start(settings.sip_host, settings.sip_port)
        # Before it let in whom we know; now it registers, too.
        await self.lines.configure()
        # From here on calls can be made.
        self.callbacks.telephone = self._calling_back
        self._control = await ControlSocket.open(
            settings.data, rooms.configuration, rooms.tenancy, TrialTasks(rooms, self.floors)
        )
        self._server = await serve(
            create_app(self._doors(), self._edge()),
            settings.web_host,
            settings.web_port,
            certificate=self._network.certificate,
            key=self._network.key,
            connections=None if settings.web_host in LOOPBACK else WEB_CONNECTIONS,
        )

    async def close(self, *, drain: float | None = None) -> None:
        """Refuse new calls, let those going on end within `drain` seconds, hang up the rest, stop everything."""
        if self._control is not None:
            await self._control.close()
        self.lines.close()
        self.callbacks.close()
        self._calling_back.close()
        # From here on voice turns calls away, and writes that down; then nobody listens any more.
        await self.voice.drain(self.rooms.settings.drain_seconds if drain is None else drain)
        self.stack.closing = True
        await self.voice.close()
        await self.tapes.settle()
        await self.stack.close()
        if self._server is not None:
            await self._server.close()
        # The Floors save what they decided; what still runs in the background may write until it is cancelled; only
        # then does nobody need the writer any more, which closes with the rooms.
        await self.floors.close()
        await self.reconciling.close()
        await self.tasks.close()
        self.stalls.stop()
        await self.pool.close()
        await self.rooms.close()

    # -- wiring that needs a moment of its own

    async def _take_organization(self, organization: str) -> None:
        await self.reconciling.begin(organization)
        await self.figures.open(await self.floors.open(organization))
        await self.voice.open(organization)
        await self.callbacks.open(organization)
        await self.rooms.taping.recover(organization)
        await self.rooms.retention.plan(self.rooms.jobs, organization)
        await self.learning.plan(self.rooms.jobs, organization)
        self._open.add(organization)

    async def _configuration_changed(self, organization: str) -> None:
        """Everything in memory follows what was applied, without a restart and without touching calls."""
        self.rooms.flows.forget(organization)
        self._names.forget(organization)
        if organization in self._open:
            # First of all: whoever was dismissed shall hear nobody any more.
            await self._dismissal.enforce(organization)
            await self.floors.of(organization).reload()
            await self.figures.reload(organization)
            await self.voice.reload(organization)
            await self.callbacks.reload(organization)
        else:
            await self._take_organization(organization)
        await self.lines.configure()
        self._hub.touch_all(organization)

    def _doors(self) -> Doors:
        rooms, clock = self.rooms, self.rooms.clock
        presence, voice = self._presence, VoiceOfDesk(self.voice)
        administration = Administration(rooms, self.vault, self.floors, self._trials)
        items = administration.items
        forgetting = Forgetting(rooms.database, rooms.customers, rooms.conversations, self.callbacks, rooms.retention)
        records = Records(
            *(rooms.conversations, rooms.customers, rooms.tenancy, self._names, self.floors, self._hub),
            forget=forgetting.forget,
        )
        return Doors(
            clock=clock,
            sessions=rooms.tenancy,
            desk=RoutingDesk(
                floors=self.floors,
                hub=self._hub,
                names=self._names,
                agents=rooms.agents,
                presence=presence,
                records=DeskRecords(rooms.conversations, rooms.customers, rooms.tenancy, self._names, self.callbacks),
                voice=voice,
                clock=clock,
                node=NODE,
            ),
            board=RoutingBoard(self.floors, self.figures, self._hub, self._names, clock, self.watchdog, voice.troubles),
            board_days=LedgerDays(
                self.floors, self.figures, rooms.agents, rooms.conversations, rooms.tenancy, self._names, clock
            ),
            explaining=FloorExplained(self.floors, self._hub, self._names, clock, ReliefHistory(rooms.database)),
            skills=SkillsByWeb(items, rooms.tenancy),
            outcomes=OutcomesByWeb(self.learning, self._names, self.floors),
            contacts=records,
            satisfaction=SatisfactionByWeb(rooms.satisfactions, self._names),
            clocks=ClocksOfFloor(self.floors, rooms.tenancy.audit, clock.now),
            customers=records,
            callbacks=callbacks_door(self.callbacks, rooms, self._names),
            recordings=ShelfOfRecordings(rooms.shelf, records, rooms.tenancy, self._names),
            reconciliation=self.reconciling.door(self._names),
            days=AgentDays(rooms.agents, rooms.tenancy, self._names, self.floors, clock),
            administration=administration,
            flows=Workshop(rooms.configuration, rooms.flows, rooms.tenancy),
            trunks=TrunksOfLines(
                self.lines,
                self.branches,
                TrialCall(self.stack, self.pool, music=str(BUILT_IN["music"]), public_host=self._network.public_host),
                clock=clock,
                database=rooms.database,
                audit=rooms.tenancy.audit,
            ),
            lists=ConfiguredLists(rooms.database, rooms.tenancy, rooms.agents, rooms.queues, self._names, rooms.flows),
            account=OwnAccount(rooms.tenancy),
            people=PeopleByWeb(rooms.database, rooms.configured, items, self.floors, self._dismissal, clock),
            phones=PhonesByWeb(
                rooms.tenancy, self.branches, self.lines, self.refusals, items, rooms.ids, clock, self._sip_address
            ),
            audit=administration.audit,
            configuration=ConfigurationByWeb(rooms.configuration),
            changes=administration.changes,
            trials=administration.trials,
            sounds=FlowSounds(rooms.database, rooms.flows),
            emergency=EmergencySwitch(rooms.flows.emergencies, rooms.tenancy, clock, self.branches.number_configured),
            try_it=TryItPage(rooms.settings, self.voice, self.branches),
            presence=presence,
            health=Parts(rooms.database, self.pool, rooms.taping.disk),
            metrics=self.metrics,
            example=rooms.settings.example,
        )

    def _sip_address(self) -> str:
        host, port = self.stack.address
        return f"{self._network.public_host or host}:{port}"

    def _edge(self) -> Edge:
        hosts = LOOPBACK if self.rooms.settings.web_host in LOOPBACK else None
        return Edge(secure=self._network.certificate is not None, hosts=hosts)
