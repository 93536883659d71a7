"""Trunks and phones on the wire: who may call, who registers with us, and with whom we register."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from switchboard.agents.model import Reach
from switchboard.channels.voice.branches import Branches, Origin
from switchboard.channels.voice.directory import read_secret
from switchboard.channels.voice.model import Registration, SecretReference, Trunk
from switchboard.channels.voice.sip import gate
from switchboard.channels.voice.sip.registrar import Registrar
from switchboard.channels.voice.sip.stack import Credentials, InboundLeg, SipStack
from switchboard.channels.voice.sip.trunk_health import TrunkHealth
from switchboard.channels.voice.sip.trunk_registration import RegistrationState, TrunkRegistration
from switchboard.channels.voice.vault import Vault
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks
from switchboard.routing.commands import ReachChanged
from switchboard.routing.service import Floors

_log = structlog.get_logger(__name__)

Arrive = Callable[[InboundLeg, Origin], None]


@dataclass(frozen=True, slots=True)
class TrunkState:
    """How a trunk stands. registration: None where there is none, or its secret could not be read.

    error: why the registration does not stand, empty when all is well. answers: whether the carrier answers our
    questions (OPTIONS), None when it is not asked or has not been yet.
    """

    registration: RegistrationState | None
    error: str
    answers: bool | None


@dataclass(frozen=True, slots=True)
class Device:
    """One device that is registered. address: host and port; since, expires_at: UTC epoch microseconds."""

    address: str
    transport: str
    since: int
    expires_at: int
    user_agent: str


class Lines:
    """Ties the SIP stack to what is configured. arrive: takes a call from someone who may call. over_rate:
    refuses one that is too many.

    environment, vault: where secrets given by reference are read from.
    """

    def __init__(
        self,
        *,
        stack: SipStack,
        registrar: Registrar,
        admission: gate.Gate,
        branches: Branches,
        floors: Floors,
        tasks: Tasks,
        clock: Clock,
        node: str,
        arrive: Arrive,
        over_rate: Arrive,
        environment: Mapping[str, str] = os.environ,
        vault: Vault | None = None,
    ) -> None:
        self._stack: Final = stack
        self._registrar: Final = registrar
        self._gate: Final = admission
        self._branches: Final = branches
        self._floors: Final = floors
        self._tasks: Final = tasks
        self._clock: Final = clock
        self._node: Final = node
        self._arrive: Final = arrive
        self._over_rate: Final = over_rate
        self._environment: Final = environment
        self._vault: Final = vault
        self._registrations: dict[tuple[str, str], tuple[Registration, TrunkRegistration]] = {}
        self._healths: dict[tuple[str, str], TrunkHealth] = {}
        self._unread: dict[tuple[str, str], str] = {}
        """Why a registration could not begin, by organization and key of its trunk."""
        stack.on_invite = self._invited
        stack.on_register = registrar.receive
        stack.on_flow_lost = registrar.flow_lost
        stack.on_flow_lost = registrar.flow_lost
        registrar.on_change = self._registered
        admission.on_over_rate = self._too_many

    async def configure(self) -> None:
        """Bring gate, registrations and phones to what `Branches` knows now. Nothing registers before the stack
        listens: a registrar is told our address."""
        wanted = {
            (branch.organization, trunk.key): trunk
            for branch in self._branches
            for trunk in branch.directory.trunks.values()
        }
        if self._stack.address[1]:
            await self._register(wanted)
        self._gate.configure(
            gate.Trunk(
                key=_joined(organization, trunk.key),
                networks=tuple(trunk.networks()),
                digest_user=trunk.digest.user_name if trunk.digest is not None else "",
                registration=self._registration(organization, trunk),
            )
            for (organization, _), trunk in wanted.items()
        )
        for user in self._registrar.users():
            if not self._branches.may_register(user):
                self._registrar.forget(user)
        self._tell_reach()

    def close(self) -> None:
        """Take our registrations back."""
        for _, registration in self._registrations.values():
            registration.stop()
        for health in self._healths.values():
            health.stop()

    def trunk_state(self, organization: str, trunk: str) -> TrunkState:
        """How a trunk stands now. trunk: its key."""
        _, running = self._registrations.get((organization, trunk), (None, None))
        health = self._healths.get((organization, trunk))
        return TrunkState(
            registration=None if running is None else running.state,
            error=self._unread.get((organization, trunk), "") if running is None else running.last_error,
            answers=None if health is None else health.answers,
        )

    # -- calls in

    def _invited(self, leg: InboundLeg) -> None:
        caller = self._gate.admit(leg)
        if caller is None:
            return
        origin = self._branches.account(caller.phone) if caller.phone else self._trunk(caller.trunk)
        if origin is None:
            # Retired between the gate's table and ours.
            leg.reject(403)
            return
        self._arrive(leg, origin)

    def _too_many(self, leg: InboundLeg, joined: str) -> None:
        origin = self._trunk(joined)
        if origin is None:
            leg.reject(503)
        else:
            self._over_rate(leg, origin)

    def _trunk(self, joined: str) -> Origin | None:
        organization, _, key = joined.partition("/")
        branch = self._branches.of(organization)
        if branch is None:
            return None
        trunk = branch.directory.trunk_keyed(key)
        return None if trunk is None else Origin(branch, trunk=trunk)

    # -- phones

    def _registered(self, user: str, reachable: bool) -> None:
        """A phone came or went: its agent can or cannot be rung."""
        origin = self._branches.account(user)
        agent = origin.branch.agents.get(origin.phone.id) if origin is not None and origin.phone else None
        if origin is None or agent is None:
            return
        routing = self._floors.of(origin.branch.organization)
        desk = routing.desk(agent)
        if desk is not None and desk.agent.reach is Reach.PHONE:
            routing.tell(ReachChanged(agent, reachable, node=self._node))

    def _tell_reach(self) -> None:
        """Whose phone can be rung: a Floor remembers from before a restart, or from another configuration."""
        for branch in self._branches:
            board = self._floors.of(branch.organization).board()
            for agent in board.agents:
                phone = branch.phones.get(agent.id)
                reachable = phone is not None and (
                    phone.contact is not None or self._registrar.reachable(phone.user_name)
                )
                if agent.reach is Reach.PHONE and agent.reachable is not reachable:
                    self._floors.of(branch.organization).tell(ReachChanged(agent.id, reachable, node=self._node))

    def devices(self, organization: str) -> dict[str, list[Device]]:
        """What is registered under the name of each phone, by the phone's id."""
        branch = self._branches.of(organization)
        now, seconds = self._clock.now(), self._clock.monotonic()
        return {
            phone.id: [
                Device(
                    f"{binding.source[0]}:{binding.source[1]}",
                    binding.flow.transport,
                    now - round((seconds - binding.since) * MICROSECONDS),
                    now + round((binding.expires_at - seconds) * MICROSECONDS),
                    binding.user_agent,
                )
                for binding in self._registrar.bindings(phone.user_name)
            ]
            for phone in (branch.directory.phones.values() if branch is not None else ())
        }

    def drop(self, organization: str, phone: str) -> int:
        """Forget what is registered under a phone's (id) name; how many devices that were."""
        branch = self._branches.of(organization)
        found = branch.directory.phones.get(phone) if branch is not None else None
        if found is None:
            return 0
        devices = len(self._registrar.bindings(found.user_name))
        self._registrar.forget(found.user_name)
        return devices

    # -- our own registrations

    def _registration(self, organization: str, trunk: Trunk) -> TrunkRegistration | None:
        running = self._registrations.get((organization, trunk.key))
        return None if running is None else running[1]

    async def _register(self, wanted: Mapping[tuple[str, str], Trunk]) -> None:
        for key, (settings, running) in list(self._registrations.items()):
            if key not in wanted or wanted[key].register != settings:
                running.stop()
                del self._registrations[key]
                self._healths.pop(key).stop()
        self._unread.clear()
        for key, trunk in wanted.items():
            if trunk.register is not None and key not in self._registrations:
                await self._start_registration(key, trunk.register)

    async def secret(self, reference: SecretReference) -> str | None:
        """A secret that a carrier shall be told, None when it cannot be read."""
        try:
            return await asyncio.to_thread(read_secret, reference, self._environment, self._vault)
        except Unavailable:
            return None

    async def _start_registration(self, key: tuple[str, str], settings: Registration) -> None:
        try:
            secret = await asyncio.to_thread(read_secret, settings.secret, self._environment, self._vault)
        except Unavailable as error:
            # The other trunks must work; whoever looks at this one is told why it does not.
            _log.error("trunk_secret_not_read", trunk=key[1], why=error.text)
            self._unread[key] = error.text
            return
        running = TrunkRegistration(
            self._stack,
            registrar_uri=settings.registrar,
            credentials=Credentials(settings.user_name, secret),
        )
        running.on_change = partial(self._registration_changed, key[1], running)
        self._registrations[key] = (settings, running)
        running.start()
        health = self._healths[key] = TrunkHealth(self._stack, settings.registrar)
        health.on_change = partial(self._health_changed, key[1])
        health.start()

    @staticmethod
    def _registration_changed(trunk: str, running: TrunkRegistration, state: object) -> None:
        _log.info("trunk_registration", trunk=trunk, state=str(state), error=running.last_error)

    @staticmethod
    def _health_changed(trunk: str, answers: bool) -> None:
        _log.info("trunk_health", trunk=trunk, answers=answers)


def _joined(organization: str, key: str) -> str:
    return f"{organization}/{key}"
