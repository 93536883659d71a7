"""Trunks and phones on the wire: two real SIP stacks on loopback, one of them ours."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from switchboard.channels.voice.branches import Branch, Origin
from switchboard.channels.voice.lines import Lines
from switchboard.channels.voice.model import (
    REALM,
    Digest,
    Directory,
    Phone,
    Registration,
    SecretPlace,
    SecretReference,
    Trunk,
)
from switchboard.channels.voice.sip.authenticator import Authenticator, Secret
from switchboard.channels.voice.sip.gate import Gate
from switchboard.channels.voice.sip.registrar import Registrar
from switchboard.channels.voice.sip.stack import Credentials, Failed, InboundLeg, LegEvent, SipStack
from switchboard.channels.voice.sip.trunk_registration import RegistrationState, TrunkRegistration
from switchboard.kit.clock import SystemClock
from switchboard.kit.tasks import Tasks
from switchboard.routing.service import Board

SDP = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"


def ha1(user: str, secret: str) -> str:
    return hashlib.md5(f"{user}:{REALM}:{secret}".encode()).hexdigest()


@dataclass
class KnownBranches:
    """Organizations as a test sets them."""

    branches: list[Branch] = field(default_factory=list)

    def __iter__(self) -> Iterator[Branch]:
        return iter(self.branches)

    def of(self, organization: str) -> Branch | None:
        return next((branch for branch in self.branches if branch.organization == organization), None)

    def account(self, user: str) -> Origin | None:
        for branch in self.branches:
            if (phone := branch.directory.phone_named(user)) is not None:
                return Origin(branch, phone=phone)
        return None

    def may_register(self, user: str) -> bool:
        origin = self.account(user)
        return origin is not None and origin.phone is not None and not origin.branch.blocked(origin.phone)

    def secret(self, user: str) -> Secret | None:
        origin = self.account(user)
        return Secret(origin.phone.digest.ha1) if origin and origin.phone and origin.phone.digest else None


class EmptyFloors:
    """Nobody is signed in anywhere."""

    def of(self, _: str) -> "EmptyFloors":
        return self

    def board(self) -> Board:
        return Board((), ())

    def desk(self, _: str) -> None:
        return None


def branch(
    *, trunks: tuple[Trunk, ...] = (), phones: tuple[Phone, ...] = (), left: dict[str, str] | None = None
) -> Branch:
    nothing: Any = {}
    return Branch("org", Directory.of((), trunks, phones), nothing, {}, {}, {}, {}, {}, {}, left=left or {})


@dataclass
class Side:
    """One end: its stack and what came in there."""

    stack: SipStack
    registrar: Registrar
    lines: Lines
    branches: KnownBranches
    calls: asyncio.Queue[tuple[InboundLeg, Origin]]


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    async with Tasks("test") as running:
        yield running


async def started(tasks: Tasks, environment: dict[str, str]) -> Side:
    clock, entropy, branches = SystemClock(), random.Random(1), KnownBranches()
    stack = SipStack(clock=clock, entropy=entropy, tasks=tasks)
    await stack.start("127.0.0.1", 0)
    authenticator = Authenticator(clock=clock, entropy=entropy, lookup=branches.secret)
    registrar = Registrar(stack.timers, authenticator, stack.guard, permitted=branches.may_register)
    calls: asyncio.Queue[tuple[InboundLeg, Origin]] = asyncio.Queue()
    known: Any = branches
    floors: Any = EmptyFloors()
    lines = Lines(
        stack=stack,
        registrar=registrar,
        admission=Gate(clock.monotonic, stack.guard, authenticator, lambda _user, _dialled: True),
        branches=known,
        floors=floors,
        tasks=tasks,
        clock=clock,
        node="main",
        arrive=lambda leg, origin: calls.put_nowait((leg, origin)),
        over_rate=lambda leg, _: leg.reject(503),
        environment=environment,
    )
    return Side(stack, registrar, lines, branches, calls)


@pytest.fixture
async def ours(tasks: Tasks) -> AsyncIterator[Side]:
    side = await started(tasks, {"CARRIER_SECRET": "hush"})
    yield side
    side.lines.close()
    await side.stack.close()


@pytest.fixture
async def carrier(tasks: Tasks) -> AsyncIterator[Side]:
    """The far end: a registrar that knows the account `we`."""
    side = await started(tasks, {})
    side.branches.branches.append(branch(phones=(Phone("we", "we", Digest("we", ha1("we", "hush")), id="1"),)))
    yield side
    side.lines.close()
    await side.stack.close()


async def registered(side: Side, user: str, wanted: bool) -> None:
    """Wait until the account is registered there, or no longer is."""
    changed = asyncio.Event()
    side.registrar.on_change = lambda who, there: changed.set() if (who, there) == (user, wanted) else None
    if side.registrar.reachable(user) is not wanted:
        await asyncio.wait_for(changed.wait(), 20)


def at(side: Side) -> str:
    host, port = side.stack.address
    return f"sip:{host}:{port}"


async def test_a_trunk_registers_with_its_carrier_and_takes_it_back_when_it_is_retired(
    ours: Side, carrier: Side
) -> None:
    register = Registration(at(carrier), "we", SecretReference(SecretPlace.ENVIRONMENT, "CARRIER_SECRET"))
    ours.branches.branches.append(branch(trunks=(Trunk("carrier", "Carrier", register=register, id="t"),)))
    await ours.lines.configure()
    await registered(carrier, "we", True)
    ours.branches.branches[:] = [branch()]
    await ours.lines.configure()
    await registered(carrier, "we", False)


async def test_a_secret_that_cannot_be_read_leaves_the_other_trunks_alone(ours: Side, carrier: Side) -> None:
    good = Registration(at(carrier), "we", SecretReference(SecretPlace.ENVIRONMENT, "CARRIER_SECRET"))
    bad = Registration(at(carrier), "we", SecretReference(SecretPlace.ENVIRONMENT, "NOT_SET"))
    trunks = (Trunk("bad", "Bad", register=bad, id="b"), Trunk("good", "Good", register=good, id="g"))
    ours.branches.branches.append(branch(trunks=trunks))
    await ours.lines.configure()
    await registered(carrier, "we", True)


async def test_calls_come_from_trunks_by_address(ours: Side, carrier: Side) -> None:
    trunk = Trunk("carrier", "Carrier", addresses=("127.0.0.1",), id="t")
    ours.branches.branches.append(branch(trunks=(trunk,)))
    await ours.lines.configure()
    carrier.stack.dial(f"{at(ours).replace('sip:', 'sip:100@')}", from_user="300", sdp=SDP)
    leg, origin = await asyncio.wait_for(ours.calls.get(), 20)
    assert (leg.dialled, leg.from_user) == ("100", "300")
    assert origin.trunk == trunk
    leg.reject(486)


async def test_phones_prove_themselves_and_strangers_are_refused(ours: Side, carrier: Side) -> None:
    phone = Phone("soft", "soft", Digest("soft", ha1("soft", "mine")), may_call=True, id="p")
    ours.branches.branches.append(branch(phones=(phone,)))
    await ours.lines.configure()
    target = at(ours).replace("sip:", "sip:100@")
    carrier.stack.dial(target, from_user="soft", sdp=SDP, credentials=Credentials("soft", "mine"))
    leg, origin = await asyncio.wait_for(ours.calls.get(), 20)
    assert origin.phone == phone
    leg.reject(486)
    refused: asyncio.Queue[LegEvent] = asyncio.Queue()
    stranger = carrier.stack.dial(target, from_user="soft", sdp=SDP, credentials=Credentials("soft", "guessed"))
    stranger.on_event = refused.put_nowait
    event = await asyncio.wait_for(refused.get(), 20)
    assert isinstance(event, Failed)
    assert event.status == 401
    assert ours.calls.empty()


async def test_a_retired_phone_is_forgotten(ours: Side, carrier: Side) -> None:
    await soft_registered(ours, carrier)
    assert [device.transport for device in ours.lines.devices("org")["p"]] == ["UDP"]
    ours.branches.branches[:] = [branch()]
    await ours.lines.configure()
    assert not ours.registrar.reachable("soft")


async def test_the_phone_of_somebody_who_was_dismissed_is_forgotten_and_may_not_come_back(
    ours: Side, carrier: Side
) -> None:
    await soft_registered(ours, carrier)
    ours.branches.branches[:] = [branch(phones=(SOFT,), left={"p": "ann"})]
    await ours.lines.configure()
    assert not ours.registrar.reachable("soft")
    await tried(ours, carrier, until=RegistrationState.FAILED)
    assert not ours.registrar.reachable("soft")
    assert ours.lines.devices("org") == {"p": []}


SOFT = Phone("soft", "soft", Digest("soft", ha1("soft", "mine")), id="p")


async def soft_registered(ours: Side, carrier: Side) -> None:
    """The phone `soft` is registered with us, from the other side."""
    ours.branches.branches.append(branch(phones=(SOFT,)))
    await ours.lines.configure()
    await tried(ours, carrier, until=RegistrationState.REGISTERED)
    assert ours.registrar.reachable("soft")


async def tried(ours: Side, carrier: Side, *, until: RegistrationState) -> None:
    """`soft` registers from the other side, which ends so."""
    registration = TrunkRegistration(carrier.stack, registrar_uri=at(ours), credentials=Credentials("soft", "mine"))
    states: asyncio.Queue[RegistrationState] = asyncio.Queue()
    registration.on_change = states.put_nowait
    registration.start()
    while await asyncio.wait_for(states.get(), 20) is not until:
        pass
