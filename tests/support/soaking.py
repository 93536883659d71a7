"""Callers and agents for long runs: our own SIP stack on both sides of a bench, in every way a call can go."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Final

from switchboard.channels.voice.sip.events import Answered, Cancelled, Ended, Failed, LegEvent
from switchboard.channels.voice.sip.stack import InboundLeg, Leg, Limits, OutboundLeg, SipStack
from switchboard.kit.clock import SystemClock
from switchboard.kit.tasks import Tasks

PORT: Final = 40_000
"""Said in SDP; nobody listens there. What the center sends is refused by the machine, as by a phone that crashed."""

CUSTOMERS: Final = 300
"""Numbers that callers have: few enough to be known after the warm-up, so that no cache is still being filled."""

WAYS: Final = (
    ("caller hangs up", 50),
    ("agent hangs up", 20),
    ("caller leaves while it rings", 10),
    ("caller leaves at once", 5),
    ("unknown number", 10),
    ("no common codec", 5),
)
"""How a call goes, and how many of 100 go that way."""


def sdp(payload: str = "0 8 101") -> bytes:
    return (
        f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {PORT} RTP/AVP {payload}\r\n"
    ).encode()


class Crowd:
    """Callers and agents. outcomes: how calls ended, by way. Both ends share one endpoint on `port`."""

    def __init__(self, chance: random.Random, tasks: Tasks) -> None:
        self._chance = chance
        self._tasks = tasks
        self.stack: Final = SipStack(
            clock=SystemClock(), entropy=chance, tasks=tasks, limits=Limits(rate=100_000, burst=100_000)
        )
        self.stack.on_invite = self._offered
        self.outcomes: Counter[str] = Counter()
        self.open: set[Leg] = set()
        self._agents_hang_up = 0

    async def start(self) -> str:
        """HOST:PORT where the agents' phones are."""
        await self.stack.start("127.0.0.1", 0)
        host, port = self.stack.address
        return f"{host}:{port}"

    # -- agents

    def _offered(self, leg: InboundLeg) -> None:
        self.open.add(leg)
        leg.on_event = lambda event: self._of_agent(leg, event)
        leg.ring()
        self._later(self._chance.uniform(0.05, 0.8), lambda: None if leg.over else leg.answer(sdp()))

    def _of_agent(self, leg: InboundLeg, event: LegEvent) -> None:
        if isinstance(event, Cancelled | Ended):
            self.open.discard(leg)
        elif self._agents_hang_up > 0:
            self._agents_hang_up -= 1
            self._later(self._chance.uniform(0.2, 2.0), lambda: self._end(leg))

    # -- callers

    def call(self, center: str) -> None:
        """One more caller, in one of the ways."""
        ways, weights = zip(*WAYS, strict=True)
        (way,) = self._chance.choices(ways, weights)
        number = "nobody" if way == "unknown number" else "support"
        offer = sdp("96") if way == "no common codec" else sdp()
        user = f"+4930{self._chance.randrange(CUSTOMERS):07d}"
        leg = self.stack.dial(f"sip:{number}@{center}", from_user=user, sdp=offer)
        self.open.add(leg)
        leg.on_event = lambda event: self._of_caller(leg, way, event)
        if way == "caller leaves at once":
            self._later(self._chance.uniform(0.0, 0.05), lambda: self._end(leg))
        elif way == "caller leaves while it rings":
            self._later(self._chance.uniform(0.05, 0.5), lambda: self._end(leg))

    def _of_caller(self, leg: OutboundLeg, way: str, event: LegEvent) -> None:
        match event:
            case Answered():
                if way == "agent hangs up":
                    self._agents_hang_up += 1
                # Whoever waits for the agent to hang up does so for longer, but not for ever.
                limits = (6.0, 8.0) if way == "agent hangs up" else (1.0, 4.0)
                self._later(self._chance.uniform(*limits), lambda: self._end(leg))
            case Failed(status):
                self.outcomes[f"{way}: {status}"] += 1
                self.open.discard(leg)
            case Ended():
                self.outcomes[f"{way}: the center hung up"] += 1
                self.open.discard(leg)
            case _:
                pass

    def _end(self, leg: Leg) -> None:
        if leg in self.open and not leg.over:
            leg.hangup()
            self.outcomes["hung up by us"] += 1
        self.open.discard(leg)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, act)
