"""SIP endpoints on a network that exists only here: it loses, doubles, delays and reorders as a test wants.

Time is simulated: half a minute of retransmissions takes milliseconds.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from switchboard.channels.voice.sip.useragent import UserAgent
from switchboard.protocols.sip.timers import Timers
from switchboard.protocols.sip.uri import Uri, UriError

Address = tuple[str, int]


@dataclass
class Weather:
    """loss, doubling: shares from 0 to 1. delay: longest time on the way, seconds; what is shorter overtakes."""

    loss: float = 0.0
    doubling: float = 0.0
    delay: float = 0.0


class SimulatedFlow:
    """A way from one endpoint to an address."""

    transport = "UDP"
    reliable = False
    breakable = False
    closed = False

    def __init__(self, network: "Network", own: Address, remote: Address) -> None:
        self._network = network
        self._own = own
        self.remote = remote

    @property
    def sent_by(self) -> str:
        return f"{self._own[0]}:{self._own[1]}"

    def send(self, data: bytes) -> None:
        self._network.carry(data, self._own, self.remote)

    def with_port(self, port: int) -> "SimulatedFlow":
        return SimulatedFlow(self._network, self._own, (self.remote[0], port))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SimulatedFlow) and other.remote == self.remote

    def __hash__(self) -> int:
        return hash(self.remote)


@dataclass
class Network:
    """Endpoints by address, one clock, one heap of packets under way. log: every datagram that was sent."""

    chance: random.Random = field(default_factory=lambda: random.Random(1))
    weather: Weather = field(default_factory=Weather)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.timers = Timers(lambda: self.now)
        self.agents: dict[Address, Callable[[bytes, Address], None]] = {}
        self.log: list[tuple[Address, Address, bytes]] = []
        self.keep_log = True
        self._count = itertools.count()
        self._under_way: list[tuple[float, int, Address, Address, bytes]] = []

    def agent(self, host: str, port: int = 5060) -> UserAgent:
        """A new endpoint at this address."""
        own = (host, port)

        def route(uri: str) -> SimulatedFlow:
            parsed = Uri.parse(uri)
            if not parsed.host:
                raise UriError("no host")
            return SimulatedFlow(self, own, (parsed.host, parsed.port or 5060))

        agent = UserAgent(self.timers, random.Random(hash(own)), route)
        self.agents[own] = lambda data, source: void(agent.receive(data, SimulatedFlow(self, own, source)))
        return agent

    def listen(self, host: str, port: int, heard: Callable[[bytes, Address], None]) -> None:
        """A bare socket: gets datagrams as they are."""
        self.agents[host, port] = heard

    def carry(self, data: bytes, source: Address, target: Address) -> None:
        if self.keep_log:
            self.log.append((source, target, data))
        copies = 1 + (self.chance.random() < self.weather.doubling)
        for _ in range(copies):
            if self.chance.random() >= self.weather.loss:
                arrives = self.now + self.chance.random() * self.weather.delay
                heapq.heappush(self._under_way, (arrives, next(self._count), source, target, data))

    def deliver(self) -> None:
        """Everything that arrives without time passing."""
        while self._under_way and self._under_way[0][0] <= self.now:
            _, _, source, target, data = heapq.heappop(self._under_way)
            heard = self.agents.get(target)
            if heard is not None:
                heard(data, source)

    def run(self, seconds: float) -> None:
        """Let time pass, packet by packet and deadline by deadline."""
        end = self.now + seconds
        while True:
            self.deliver()
            deadline = self.timers.next_deadline()
            coming = [moment for moment in (deadline, self._next_arrival()) if moment is not None]
            if not coming or min(coming) > end:
                break
            self.now = max(self.now, min(coming))
            self.timers.run()
        self.now = end
        self.deliver()

    def _next_arrival(self) -> float | None:
        return self._under_way[0][0] if self._under_way else None

    def sent(self, source: Address, start: bytes) -> list[bytes]:
        """Datagrams that an address has sent and that begin so."""
        return [data for sender, _, data in self.log if sender == source and data.startswith(start)]


def void(_: object) -> None:
    """Only the effect was wanted."""
