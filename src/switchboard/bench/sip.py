"""`switchboard bench sip`: the bare SIP core as a back-to-back user agent that sends every call to one address."""

import asyncio
import ipaddress
import json
import os
import random
import signal
import sys

from switchboard.channels.voice.sip.events import (
    Answered,
    Cancelled,
    Ended,
    Failed,
    Info,
    LegEvent,
    Referred,
    ReofferAnswered,
    Reoffered,
    ReofferRefused,
    Ringing,
)
from switchboard.channels.voice.sip.stack import Credentials, InboundLeg, Leg, OutboundLeg, SipStack
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Invalid
from switchboard.kit.tasks import Tasks
from switchboard.protocols.sip.uri import Uri


class Bridge:
    """One call: what the caller does reaches the callee and the other way round. Media flow directly."""

    __slots__ = ("_callee", "_caller", "_stack", "_target")

    def __init__(self, stack: SipStack, caller: InboundLeg, route: tuple[str, int], credentials: Credentials) -> None:
        self._stack = stack
        self._caller = caller
        caller.on_event = self._from_caller
        self._callee: OutboundLeg = stack.dial(
            str(Uri("sip", caller.dialled, route[0], route[1])),
            from_user=caller.from_user or "anonymous",
            from_name=caller.from_display,
            sdp=caller.offer or b"",
            credentials=credentials,
        )
        self._callee.on_event = self._from_callee

    def _from_callee(self, event: LegEvent) -> None:
        caller = self._caller
        match event:
            case Ringing():
                caller.ring(event.sdp, event.status)
            case Answered():
                caller.answer(event.sdp)
            case Failed():
                headers = [("Contact", f"<{uri}>") for uri in event.contacts]
                caller.reject(event.status, event.reason, headers)
            case Ended():
                caller.hangup()
            case _:
                self._in_call(event, self._callee, caller)

    def _from_caller(self, event: LegEvent) -> None:
        match event:
            case Cancelled() | Ended():
                self._callee.hangup()
            case Referred():
                self._transfer(event, self._caller, self._callee)
            case _:
                self._in_call(event, self._caller, self._callee)

    @staticmethod
    def _in_call(event: LegEvent, one: Leg, other: Leg) -> None:
        match event:
            case Reoffered():
                if event.sdp is None or other.over:
                    one.refuse_reoffer()
                else:
                    other.reinvite(event.sdp)
            case ReofferAnswered():
                other.accept_reoffer(event.sdp)
            case ReofferRefused():
                other.refuse_reoffer(event.status, event.reason)
            case Info():
                other.send_info(event.body, event.content_type)
            case Referred():
                one.notify_referral(603)

    def _transfer(self, event: Referred, asking: Leg, staying: Leg) -> None:
        """Blind transfer: call the target with the session of who stays, then let who asked know."""
        if staying.over or not staying.remote_sdp:
            asking.notify_referral(603)
            return
        try:
            target = self._stack.dial(event.target, from_user="transfer", sdp=staying.remote_sdp)
        except Invalid:
            asking.notify_referral(404)
            return

        def progressed(outcome: LegEvent) -> None:
            match outcome:
                case Ringing():
                    asking.notify_referral(180)
                case Failed():
                    asking.notify_referral(outcome.status, outcome.reason)
                case Answered():
                    asking.notify_referral(200)
                    staying.on_event = lambda late: target.hangup() if isinstance(late, Ended) else None
                    staying.reinvite(outcome.sdp)
                case Ended():
                    staying.hangup()

        target.on_event = progressed


async def serve(listen: tuple[str, int], route: tuple[str, int], credentials: tuple[str, str]) -> None:
    """Run until SIGTERM or SIGINT. Prints one JSON line when calls can come. Everybody may call, no limit holds.

    Raises Unavailable when the port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    known = Credentials(*credentials)
    async with Tasks("bench-sip") as tasks:
        stack = SipStack(clock=SystemClock(), entropy=random.SystemRandom(), tasks=tasks)
        stack.guard.trust([ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")])
        stack.on_invite = lambda leg: _bridge(stack, leg, route, known)
        await stack.start(*listen)
        ready = {"ready": True, "pids": [os.getpid()], "sip": "{}:{}".format(*stack.address)}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await stop.wait()
        await stack.close()


def _bridge(stack: SipStack, leg: InboundLeg, route: tuple[str, int], credentials: Credentials) -> None:
    try:
        Bridge(stack, leg, route, credentials)
    except Invalid:
        leg.reject(404)
