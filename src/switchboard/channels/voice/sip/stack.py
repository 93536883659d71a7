"""The SIP side of this node: one UDP and TCP port, every leg and registration that goes through it."""

import asyncio
import random
from collections.abc import Callable
from typing import Final

import structlog

from switchboard.channels.voice.sip.events import (
    Acked,
    Answered,
    Cancelled,
    Ended,
    Failed,
    Info,
    LegEvent,
    ReferralProgress,
    Referred,
    ReofferAnswered,
    Reoffered,
    ReofferRefused,
    Ringing,
)
from switchboard.channels.voice.sip.guard import Guard
from switchboard.channels.voice.sip.inbound import InboundLeg
from switchboard.channels.voice.sip.leg import Leg, LegState
from switchboard.channels.voice.sip.limits import Limits
from switchboard.channels.voice.sip.node import Credentials
from switchboard.channels.voice.sip.outbound import OutboundLeg
from switchboard.channels.voice.sip.register_request import RegisterRequest
from switchboard.channels.voice.sip.transport import Transports
from switchboard.channels.voice.sip.useragent import UserAgent
from switchboard.kit.clock import Clock
from switchboard.kit.tasks import Tasks
from switchboard.protocols.sip.flow import Address, Flow
from switchboard.protocols.sip.timers import Timers

__all__ = [
    "Acked", "Address", "Answered", "Cancelled", "Credentials", "Ended", "Failed", "Flow", "Guard",
    "InboundLeg", "Info", "Leg", "LegEvent", "LegState", "Limits", "OutboundLeg", "ReferralProgress",
    "Referred", "RegisterRequest", "ReofferAnswered", "ReofferRefused", "Reoffered", "Ringing", "SipStack",
]  # fmt: skip

_log = structlog.get_logger(__name__)

TICK: Final = 0.02
"""Seconds between two looks at the timers, at least. SIP's shortest is 500 ms; every call leaves half a dozen that end
32 s later, and waking for each of them would cost as much as the call."""
FAREWELL: Final = 1.0
"""Seconds that the last BYEs may take when we close."""


class SipStack(UserAgent):
    """The node's SIP endpoint; see `UserAgent` for `dial`, `on_invite`, `on_register`, `leg_replaced_by`.

    clock: time. entropy: `SystemRandom()` in production. tasks: where connecting and look-ups run.
    public_address: `host` or `host:port` that Contact and Via show; empty means the address we listen on.
    guard: who is listened to; its `counts` say what was dropped. on_flow_lost: told of each closed connection
    (`Registrar.flow_lost` wants to know).
    """

    def __init__(
        self,
        *,
        clock: Clock,
        entropy: random.Random,
        tasks: Tasks,
        user_agent: str = "Switchboard",
        public_address: str = "",
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        self.timers = Timers(clock.monotonic, self._wake_at)
        self.guard = Guard(clock.monotonic, limits)
        self.on_flow_lost: Callable[[Flow], None] = _nobody_asks
        self._wake: asyncio.TimerHandle | None = None
        self._wakes_at = 0.0
        self._transports = Transports(
            self.timers, tasks, self.guard, limits, public_address, self.receive, self._flow_lost
        )
        super().__init__(self.timers, entropy, self._transports.route, user_agent=user_agent)

    @property
    def address(self) -> Address:
        """Where the stack listens, once started (port 0 has become a real one)."""
        return self._transports.address

    async def start(self, host: str, port: int) -> None:
        """Listen on UDP and TCP. Raises Unavailable with one clear line when the port is taken."""
        await self._transports.start(host, port)

    async def close(self, drain: float = 0.0) -> None:
        """Refuse new calls with 503, wait up to `drain` seconds for calls to end, hang up the rest, close."""
        self.closing = True
        if drain > 0:
            await self._calls_end(drain)
        for leg in list(self.node.dialogs.values()):
            if isinstance(leg, Leg):
                leg.hangup()
        await self._farewell()
        self._transports.close()
        if self._wake is not None:
            self._wake.cancel()

    async def _calls_end(self, seconds: float) -> None:
        if not await self._until(lambda: not self.node.dialogs, seconds):
            _log.info("calls_cut_off", calls=self.legs)

    async def _farewell(self) -> None:
        """Let the last BYEs and CANCELs be answered, so that no phone keeps ringing."""
        if not await self._until(lambda: not self.node.dialogs and not self.layer.waiting, FAREWELL):
            _log.info("peers_silent_at_close", transactions=self.layer.waiting)

    async def _until(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Wait for what the end of a dialog or of a request of ours brings about; False when it took too long."""
        looked = asyncio.Event()
        self.node.on_idle = self.layer.on_quiet = looked.set
        try:
            async with asyncio.timeout(seconds):
                while not reached():
                    looked.clear()
                    await looked.wait()
        except TimeoutError:
            return False
        return True

    def _flow_lost(self, flow: Flow) -> None:
        self.layer.flow_lost(flow)
        self.on_flow_lost(flow)

    # -- time --

    def _wake_at(self, deadline: float) -> None:
        """Look at the timers then, or a moment later: what is due within one tick is done in one go."""
        if self._wake is not None:
            if self._wakes_at <= deadline:
                return
            self._wake.cancel()
        delay = max(TICK, deadline - self.timers.now())
        self._wakes_at = self.timers.now() + delay
        self._wake = asyncio.get_running_loop().call_later(delay, self._run_timers)

    def _run_timers(self) -> None:
        self._wake = None
        deadline: float | None = None
        try:
            deadline = self.timers.run()
        except Exception:  # noqa: BLE001 - one timer that breaks must not stop the others; it is logged
            _log.exception("sip_timer_failed")
            deadline = self.timers.next_deadline()
        if deadline is not None:
            self._wake_at(deadline)


def _nobody_asks(_: Flow) -> None:
    """Nobody keeps bindings to flows."""
