"""Simulated rooms behind the web's doors, and a client that is signed in to them."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from support.web_administration import SimulatedAdministration, SimulatedFlows, SimulatedTrunks
from support.web_callbacks import SimulatedCallbacks
from support.web_contacts import CUSTOMER, SimulatedContacts
from support.web_explaining import SimulatedExplaining
from support.web_outside import SimulatedHealth, SimulatedTryIt
from support.web_people import SimulatedOutcomes, SimulatedPeople, SimulatedSkills
from support.web_reconciliation import SimulatedReconciliation
from support.web_recordings import SimulatedRecordings
from support.web_states import SDP, agent_row, desk_state, figures_row, queue_row
from support.web_trials import SimulatedTrials
from switchboard.agents.model import Reach
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Conflict, Invalid, NotFound, SignInNeeded, TooMany
from switchboard.tenancy.events import SessionsEnded
from switchboard.tenancy.model import Role
from switchboard.web.application import create_app
from switchboard.web.doors import Doors
from switchboard.web.doors.session import Who
from switchboard.web.edge import CSRF_HEADER, Edge
from switchboard.web.messages.board import (
    Board,
    BoardChoice,
    BoardChoices,
    BoardEntrances,
    BoardFilter,
    BoardPatterns,
    BoardTimes,
)
from switchboard.web.messages.configuration import ConfigurationChange, ConfigurationResult, ListedItem
from switchboard.web.messages.customers import CustomerChange, CustomerRecord
from switchboard.web.messages.desk import DeskState, StateAsked, WrapUp
from switchboard.web.messages.emergency import EmergencyAnnouncement, EmergencyAsked
from switchboard.web.messages.sounds import SoundItem

HOST = "http://desk.test"
PASSWORD = "correct horse"


@dataclass(frozen=True)
class SimulatedPerson:
    id: str
    name: str
    roles: frozenset[str]
    organization: str = "acme"
    password_temporary: bool = False


@dataclass(frozen=True)
class SimulatedSession:
    token: str
    csrf: str
    person: SimulatedPerson

    @property
    def id(self) -> str:
        return f"id of {self.token}"


PEOPLE = {
    "ada": SimulatedPerson("p1", "Ada", frozenset({"agent"})),
    "bob": SimulatedPerson("p2", "Bob", frozenset({"agent"})),
    "sue": SimulatedPerson("p3", "Sue", frozenset({"supervisor"})),
    "amy": SimulatedPerson("p4", "Amy", frozenset({"administrator"})),
    "new": SimulatedPerson("p5", "New", frozenset(Role), password_temporary=True),
}


class SimulatedSessions:
    def __init__(self) -> None:
        self.open: dict[str, SimulatedSession] = {}
        self.failures = 0
        self.listeners: list[Callable[[SessionsEnded], None]] = []
        self.ids = random.Random(7)

    async def sign_in(
        self, organization: str | None, user_name: str, password: str, address: str, device: str
    ) -> SimulatedSession:
        if self.failures >= 3:
            raise TooMany("Too many attempts; wait a little", retry_after=30)
        if user_name not in PEOPLE or password != PASSWORD:
            self.failures += 1
            raise SignInNeeded("Wrong user name or password")
        session = SimulatedSession(f"token{self.ids.random()}", f"csrf{self.ids.random()}", PEOPLE[user_name])
        self.open[session.token] = session
        return session

    async def session(self, token: str) -> SimulatedSession | None:
        return self.open.get(token)

    async def sign_out(self, token: str) -> None:
        ended = self.open.pop(token, None)
        if ended is not None:
            self.ended(SessionsEnded(ended.person.organization, ended.person.id, ended.id))

    def on_sessions_ended(self, listener: Callable[[SessionsEnded], None]) -> None:
        self.listeners.append(listener)

    def ended(self, event: SessionsEnded) -> None:
        for listener in self.listeners:
            listener(event)


class SimulatedDesk:
    """Keeps every call in `asked`; `states` are what desks show, `show` changes one."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.states: dict[str, DeskState] = {}
        self.watchers: dict[str, list[Callable[[], None]]] = {}
        self.fails: Exception | None = None
        self.looked = asyncio.Event()

    async def state(self, who: Who) -> DeskState:
        self.looked.set()
        if self.fails is not None:
            raise self.fails
        return self.states.get(who.id) or desk_state(who)

    def show(self, who: Who, **different: Any) -> None:
        self.states[who.id] = (self.states.get(who.id) or desk_state(who)).model_copy(update=different)
        for watcher in list(self.watchers.get(who.id, ())):
            watcher()

    def watch(self, who: Who, changed: Callable[[], None]) -> Callable[[], None]:
        watchers = self.watchers.setdefault(who.id, [])
        watchers.append(changed)
        return lambda: watchers.remove(changed) if changed in watchers else None

    async def _asked(self, *what: Any) -> None:
        if self.fails is not None:
            raise self.fails
        self.asked.append(what)

    async def sign_in(self, who: Who, reach: Reach | None) -> None:
        await self._asked("sign in", who.id, reach)

    async def sign_out(self, who: Who) -> None:
        await self._asked("sign out", who.id)

    async def set_state(self, who: Who, asked: StateAsked) -> None:
        await self._asked("state", who.id, asked.state, asked.reason)

    async def set_reach(self, who: Who, reach: Reach) -> None:
        await self._asked("reach", who.id, reach)

    async def accept(self, who: Who, offer: int, fence: int) -> None:
        if fence != offer * 10:
            raise Conflict("This offer has ended")
        await self._asked("accept", who.id, offer, fence)

    async def reject(self, who: Who, offer: int, fence: int) -> None:
        await self._asked("reject", who.id, offer, fence)

    async def media(self, who: Who, offer: int, fence: int, sdp: str) -> str:
        await self._asked("media", who.id, offer, fence, sdp)
        return SDP

    async def hold(self, who: Who, engagement: str, on: bool) -> None:
        await self._asked("hold", who.id, engagement, on)

    async def mute(self, who: Who, engagement: str, on: bool) -> None:
        await self._asked("mute", who.id, engagement, on)

    async def press(self, who: Who, engagement: str, keys: str) -> None:
        await self._asked("press", who.id, engagement, keys)

    async def record(self, who: Who, engagement: str, on: bool) -> None:
        await self._asked("record", engagement, on)

    async def hang_up(self, who: Who, engagement: str) -> None:
        await self._asked("hang up", who.id, engagement)

    async def wrap_up(self, who: Who, engagement: str, wrap_up: WrapUp) -> None:
        await self._asked("wrap up", who.id, engagement, wrap_up)


class SimulatedBoard:
    def __init__(self) -> None:
        self.now = Board(
            queues=[queue_row()], agents=[agent_row()], figures=[figures_row()], filter=BoardFilter(), server_now=1
        )
        self.watchers: list[Callable[[], None]] = []
        self.looks = 0

    async def board(self, organization: str, narrowed: BoardFilter) -> Board:
        self.looks += 1
        fitting = [row for row in self.now.queues if narrowed.queue in {None, row.id}]
        return self.now.model_copy(update={"queues": fitting, "filter": narrowed})

    async def choices(self, organization: str) -> BoardChoices:
        return BoardChoices(clients=[], queues=[BoardChoice(id="q1", name="Queue q1", client="k")], teams=[])

    async def times(self, organization: str, narrowed: BoardFilter) -> BoardTimes:
        return BoardTimes(since=0, until=1, agents=[], server_now=1)

    async def patterns(self, organization: str, narrowed: BoardFilter) -> BoardPatterns:
        return BoardPatterns(since=0, until=1, agents=[])

    async def patterns_csv(self, organization: str, narrowed: BoardFilter) -> bytes:
        return b""

    async def entrances(self, organization: str, narrowed: BoardFilter) -> BoardEntrances:
        return BoardEntrances(entrances=[])

    def show(self, board: Board) -> None:
        self.now = board
        for watcher in list(self.watchers):
            watcher()

    def watch(self, organization: str, changed: Callable[[], None]) -> Callable[[], None]:
        self.watchers.append(changed)
        return lambda: self.watchers.remove(changed) if changed in self.watchers else None


class SimulatedRecords(SimulatedContacts):
    """Contacts, customers, lists, configuration, sounds: one contact, one customer, one of each."""

    async def customer(self, who: Who, customer: str) -> CustomerRecord:
        if customer != "k1":
            raise NotFound("There is no such customer")
        return CUSTOMER

    async def change(self, who: Who, customer: str, change: CustomerChange) -> None:
        self.asked.append(("customer", customer, change))

    async def forget(self, who: Who, customer: str) -> None:
        self.asked.append(("forget", customer))

    async def clients(self, who: Who) -> Sequence[ListedItem]:
        return [ListedItem(id="k", key="acme", name="Acme")]

    queues = people = teams = skills = flows = clients

    async def apply(self, who: Who, document: bytes, *, dry_run: bool, prune: bool) -> ConfigurationResult:
        if b"queues" not in document:
            raise Invalid("line 1: queues is missing", field="queues")
        self.asked.append(("apply", document, dry_run, prune))
        change = ConfigurationChange(kind="queue", key="support", what="created", fields=[])
        return ConfigurationResult(applied=not dry_run, changes=[change])

    async def export(self, who: Who) -> str:
        return "queues: []\n"

    async def upload(self, who: Who, key: str, name: str, audio: bytes) -> SoundItem:
        if not audio.startswith(b"RIFF"):
            raise Invalid("The file is not a sound we can read", field="audio")
        return SoundItem(id="s1", key=key, name=name, seconds=1.0)

    async def audio(self, who: Who, key: str) -> bytes:
        return b"RIFF"

    async def sounds(self, who: Who) -> Sequence[SoundItem]:
        return []


class SimulatedEmergency:
    """Announcements in memory, the latest first."""

    def __init__(self) -> None:
        self.known: list[EmergencyAnnouncement] = []

    async def announcements(self, who: Who) -> Sequence[EmergencyAnnouncement]:
        return self.known

    async def switch_on(self, who: Who, asked: EmergencyAsked) -> EmergencyAnnouncement:
        made = EmergencyAnnouncement(
            id=f"e{len(self.known)}",
            on=True,
            **asked.model_dump(exclude={"minutes"}),
            at=0,
            until=1,
            by=who.name,
            off_at=None,
            off_by=None,
        )
        self.known.insert(0, made)
        return made

    async def switch_off(self, who: Who, announcement: str) -> None:
        if all(one.id != announcement for one in self.known):
            raise NotFound("There is no such announcement")
        self.known = [one.model_copy(update={"on": False}) if one.id == announcement else one for one in self.known]


class SimulatedPresence:
    """`told` holds what was reported; `heard` calls back for each."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.heard: Callable[[], None] = lambda: None

    def asked_by(self, ask: Callable[[str, str], None]) -> None:
        self.ask = ask

    def answered(self, who: Who) -> None:
        del who
        self.heard()

    def feed_lost(self, who: Who) -> None:
        self.told.append(("lost", who.id))
        self.heard()

    def feed_back(self, who: Who) -> None:
        self.told.append(("back", who.id))
        self.heard()


@dataclass
class Rooms:
    sessions: SimulatedSessions = field(default_factory=SimulatedSessions)
    desk: SimulatedDesk = field(default_factory=SimulatedDesk)
    board: SimulatedBoard = field(default_factory=SimulatedBoard)
    records: SimulatedRecords = field(default_factory=SimulatedRecords)
    recordings: SimulatedRecordings = field(default_factory=SimulatedRecordings)
    try_it: SimulatedTryIt = field(default_factory=SimulatedTryIt)
    emergency: SimulatedEmergency = field(default_factory=SimulatedEmergency)
    explaining: SimulatedExplaining = field(default_factory=SimulatedExplaining)
    presence: SimulatedPresence = field(default_factory=SimulatedPresence)
    health: SimulatedHealth = field(default_factory=SimulatedHealth)
    administration: SimulatedAdministration = field(default_factory=SimulatedAdministration)
    people: SimulatedPeople = field(default_factory=SimulatedPeople)

    def app(self, edge: Edge | None = None) -> FastAPI:
        return create_app(self.doors(), edge)

    def doors(self) -> Doors:
        return Doors(
            clock=SystemClock(),
            sessions=self.sessions,
            desk=self.desk,
            board=self.board,
            board_days=self.board,
            explaining=self.explaining,
            skills=SimulatedSkills(),
            outcomes=SimulatedOutcomes(),
            contacts=self.records,
            satisfaction=self.records,
            clocks=self.records,
            customers=self.records,
            callbacks=SimulatedCallbacks(),
            recordings=self.recordings,
            reconciliation=SimulatedReconciliation(),
            days=self.records,
            lists=self.records,
            administration=self.administration,
            changes=self.administration,
            trials=SimulatedTrials(),
            account=self.people,
            people=self.people,
            phones=self.people,
            audit=self.people,
            configuration=self.records,
            sounds=self.records,
            flows=SimulatedFlows(),
            trunks=SimulatedTrunks(),
            try_it=self.try_it,
            emergency=self.emergency,
            presence=self.presence,
            health=self.health,
            metrics=CollectorRegistry(),
        )


def browser(app: FastAPI, host: str = HOST) -> httpx.AsyncClient:
    """A client that keeps cookies and sends its own origin, as a page does."""
    transport = httpx.ASGITransport(app=app, client=("192.0.2.7", 5000))
    return httpx.AsyncClient(transport=transport, base_url=host, headers={"Origin": host}, trust_env=False)


def connected(address: str) -> httpx.AsyncClient:
    """A client of a real server on this machine, without the certificates that HTTP does not need."""
    return httpx.AsyncClient(base_url=address, verify=False, trust_env=False)


async def sign_in(client: httpx.AsyncClient, user_name: str) -> httpx.AsyncClient:
    """Signs the client in, CSRF header included."""
    answer = await client.post("/api/session", json={"user_name": user_name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers[CSRF_HEADER] = answer.json()["csrf"]
    return client
