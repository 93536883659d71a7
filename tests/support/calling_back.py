"""A center with call-backs on the jumping clock: real routing, calls and deciding; only media, signalling and rows are
kept in memory instead of sent."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from support.callbacks import MemoryRows, terms
from support.clock import LoopClock
from support.floor import MemoryJournal, Runner, agent, queue
from support.voice import KeptAgent, KeptMedia, KeptWorker, flow
from switchboard.agents.model import Reach
from switchboard.channels.voice.call import Call
from switchboard.channels.voice.calling_back import CallingBack
from switchboard.channels.voice.condition import Limits
from switchboard.channels.voice.known import NOTHING, Known
from switchboard.channels.voice.model import Trunk
from switchboard.channels.voice.reactions import react
from switchboard.channels.voice.set_up import Party, SetUp
from switchboard.channels.voice.sip.stack import Answered, Ended, Failed, Ringing
from switchboard.channels.voice.troubles import Troubles
from switchboard.channels.voice.waiting import Plan
from switchboard.conversations.model import TalkEnd
from switchboard.outbound.callbacks.book import Book
from switchboard.outbound.callbacks.model import Callback, Terms
from switchboard.outbound.callbacks.promises import Promises
from switchboard.routing.commands import AgentSignedIn, EngagementEnded, OfferAccepted
from switchboard.routing.events import Event, Offered
from switchboard.routing.service import Configured

SDP = b"v=0\r\no=- 1 1 IN IP4 127.0.0.9\r\ns=-\r\nc=IN IP4 127.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"


class CustomersPhone:
    """The leg that was dialled, and what the customer does with it."""

    on_event: Any

    def __init__(self, uri: str, at: int, **asked: Any) -> None:
        self.uri, self.at, self.asked = uri, at, asked
        self.hung_up = False

    def hangup(self, _reason: str = "") -> None:
        self.hung_up = True

    def answer(self) -> None:
        self.on_event(Ringing(180, None))
        self.on_event(Answered(SDP))

    def refuse(self, status: int) -> None:
        self.on_event(Ringing(180, None))
        self.on_event(Failed(status, "no"))

    def leave(self) -> None:
        self.on_event(Ended(by_remote=True))


class Leg(KeptMedia):
    """Of a customer who is called."""

    local_address = ("127.0.0.1", 20_000)
    on_event: Any = None
    on_quality: Any = None

    def connect(self, *_: Any, **__: Any) -> None:
        self.said.append(("connect",))


class Worker(KeptWorker):
    legs: list[Leg]

    def __init__(self) -> None:
        super().__init__()
        self.legs = []

    def open_leg(self) -> Leg:
        self.legs.append(Leg(1_000 + len(self.legs)))
        return self.legs[-1]


class KeptCustomer:
    """A caller who rings in."""

    def __init__(self) -> None:
        self.media = KeptMedia(1)
        self.codec = 0
        self.gone = False
        self.on_left: Any = None
        self.on_digit: Any = None

    def answer(self) -> None: ...

    def hang_up(self, *, refused: int = 480) -> None: ...


class CallBackHouse:
    """Its agents speak German. rows, journal: outlive a house, as a database outlives a process."""

    def __init__(
        self,
        clock: LoopClock,
        *agents: str,
        rule: Terms | None = None,
        rows: MemoryRows | None = None,
        journal: MemoryJournal | None = None,
    ) -> None:
        self.clock = clock
        configured = Configured([queue()], [agent(one, skills={"german": 2}) for one in agents], {})
        self.runner = Runner(clock, configured, journal)
        self.routing = self.runner.routing
        self.rows = rows or MemoryRows()
        self.terms = rule or terms()
        self.phones: list[CustomersPhone] = []
        self.offers: list[Offered] = []
        self.worker = Worker()
        self.ids = SimpleNamespace(next=self._next_id)
        self._number = len(self.rows.saved) * 100
        self.book = Book(
            "acme",
            rows=self.rows,
            clock=clock,
            ids=self.ids,  # type: ignore[arg-type]  # the same method
            tasks=self.runner.tasks,
            routing=self.routing,
            telephone=lambda: self.calling,
        )
        client = SimpleNamespace(id="acme", time_zone="Europe/Berlin", region="DE", name="Acme")
        self.branch: Any = SimpleNamespace(
            organization="acme",
            clients={"acme": client},
            hours={},
            id_of=lambda _, key: key,
            skills=frozenset({"german"}),
            directory=SimpleNamespace(trunks={"t": Trunk("t", "Carrier", addresses=("127.0.0.9",), id="t")}),
            catalogue=SimpleNamespace(music=lambda _: "/music.ul"),
            music_of=lambda *_: "/music.ul",
            plan=lambda _queue, language: Plan(None, language, {}, {}),
        )
        branches: Any = SimpleNamespace(of=lambda _: self.branch, phrase=self._phrase, recording_rule=lambda *_: None)
        callbacks: Any = SimpleNamespace(book=lambda _: self.book, promises=self._promises)
        nothing: Any = SimpleNamespace(taping=SimpleNamespace(begin=lambda *_: None), live=set(), closing=set())
        self.set_up = SetUp(
            node="n1",
            clock=clock,
            branches=branches,
            floors=SimpleNamespace(of=lambda _: self.routing),  # type: ignore[arg-type]
            ringer=SimpleNamespace(ring=self._ring),
            conversations=SimpleNamespace(came_from=lambda *_: []),  # type: ignore[arg-type]
            callbacks=callbacks,
            tapes=nothing,
            troubles=Troubles(clock),
            limits=Limits(),
        )
        self.calls = self.set_up.calls
        self.calling = CallingBack(
            SimpleNamespace(set_up=self.set_up, forget=self._forget),  # type: ignore[arg-type]
            callbacks=callbacks,
            branches=branches,
            stack=SimpleNamespace(dial=self._dial),  # type: ignore[arg-type]
            lines=nothing,
            pool=SimpleNamespace(choose=lambda: self.worker),  # type: ignore[arg-type]
            tasks=self.runner.tasks,
            clock=clock,
        )

    async def open(self, *signed_in: str) -> None:
        await self.routing.start()
        self.routing.subscribe(self._hear)
        await self.book.open({"support": self.terms})
        self.routing.subscribe(self.book.heard)
        for one in signed_in:
            await self.sign_in(one)

    async def sign_in(self, one: str) -> None:
        await self.routing.command(AgentSignedIn(one, "n1", Reach.PHONE))

    async def rings(
        self, contact: str, number: str | None = "+4930123456", steps: Sequence[Any] = (), known: Known = NOTHING
    ) -> KeptCustomer:
        """A customer calls and, unless steps say otherwise, waits."""
        caller: Any = KeptCustomer()
        keys = {"1": [{"callback": {"queue": "support"}}, "back"]}
        document = flow(list(steps) or [{"enqueue": {"queue": "support", "keys": keys}}])
        spoken = dict.fromkeys(_sounds(document), "/spoken.ul")
        document = type(document)(document.document, 1, spoken)
        client = self.branch.clients["acme"]
        party = Party(contact, self.branch, client, number or "", number, None, "100", known)
        self.set_up.arrived(party, caller, self.worker, document, self._forget)  # type: ignore[arg-type]
        await self.settle()
        return caller  # type: ignore[no-any-return]

    async def asks_to_be_called(self, contact: str, number: str = "+4930123456", known: Known = NOTHING) -> None:
        """He waits, presses the key, confirms his number, hears the goodbye and is hung up on."""
        caller = await self.rings(contact, number, known=known)
        caller.on_digit("1")
        await self.settle()
        caller.on_digit("1")
        await self.settle()
        caller.media.finish()
        await self.settle()

    async def accept(self) -> str:
        """The offer that was made last is accepted; returns the engagement."""
        (answer,) = await self.routing.command(OfferAccepted(self.offers[-1].offer, self.offers[-1].fence))
        await self.settle()
        assert answer.engagement is not None, answer
        return answer.engagement

    async def hang_up(self, engagement: str) -> None:
        await self.routing.command(EngagementEnded(engagement, TalkEnd.AGENT))
        await self.settle()

    async def settle(self) -> None:
        """Everything that follows at once has followed; a look at the call-backs included."""
        await asyncio.sleep(0.5)

    @property
    def one(self) -> Callback:
        """The only call-back there is."""
        (one,) = self.rows.saved.values()
        return one

    async def close(self) -> None:
        self.book.close()
        for call in list(self.calls.values()):
            call.closed()
        await asyncio.sleep(0)
        await self.runner.close()

    async def die(self) -> None:
        """kill -9: nothing is told to anybody."""
        self.book.close()
        await self.runner.tasks.close()

    def _hear(self, events: Sequence[Event], _: int) -> None:
        self.offers += [event for event in events if isinstance(event, Offered)]
        react(self.calls, events)

    def _forget(self, call: Call) -> None:
        self.calls.pop(call.contact, None)

    def _promises(self, _organization: str, **of: Any) -> Promises:
        return Promises(self.book, clock=self.clock, ids=self.ids, tasks=self.runner.tasks, **of)  # type: ignore[arg-type]

    def _ring(self, _: Call, offered: Any) -> Any:
        return KeptAgent(KeptMedia(100 + offered.offer))

    def _dial(self, uri: str, **asked: Any) -> Any:
        self.phones.append(CustomersPhone(uri, self.clock.now(), **asked))
        return self.phones[-1]

    def _next_id(self) -> str:
        self._number += 1
        return f"id{self._number:04}"

    @staticmethod
    async def _phrase(_: Any, __: Any) -> str:
        return "/greeting.ul"


def _sounds(published: Any) -> Sequence[Any]:
    from switchboard.flows.document import sounds

    return sounds(published.document)
