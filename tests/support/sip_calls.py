"""A caller and a callee of ours on a simulated network, and what both were told."""

from collections.abc import Callable

from support.sip_net import Network
from switchboard.channels.voice.sip.events import LegEvent, Reoffered
from switchboard.channels.voice.sip.inbound import InboundLeg
from switchboard.channels.voice.sip.outbound import OutboundLeg

OFFER = b"v=0\r\n"
ANSWER = b"v=0\r\ns=answer\r\n"
CALLEE = "sip:anna@10.0.0.2:5060"


class Pair:
    """A caller, a callee, and what both were told."""

    def __init__(self, network: Network, *, on_invite: Callable[[InboundLeg], None] | None = None) -> None:
        self.network = network
        self.calling = network.agent("10.0.0.1")
        self.called = network.agent("10.0.0.2")
        self.inbound: list[InboundLeg] = []
        self.told: list[LegEvent] = []
        self.callee_told: list[LegEvent] = []
        self.when_called = on_invite
        self.called.on_invite = self._arrived

    def _arrived(self, leg: InboundLeg) -> None:
        self.inbound.append(leg)
        leg.on_event = self.callee_told.append
        if self.when_called is not None:
            self.when_called(leg)

    def dial(self, uri: str = CALLEE, **more: object) -> OutboundLeg:
        leg = self.calling.dial(uri, from_user="300", sdp=OFFER, **more)  # type: ignore[arg-type]
        leg.on_event = self.told.append
        return leg

    def up(self) -> tuple[OutboundLeg, InboundLeg]:
        self.when_called = lambda leg: leg.answer(ANSWER)
        leg = self.dial()
        self.network.run(1)
        self.told.clear()
        self.callee_told.clear()
        return leg, self.inbound[-1]


def accepting(leg: OutboundLeg | InboundLeg, told: list[LegEvent], event: LegEvent) -> None:
    told.append(event)
    if isinstance(event, Reoffered):
        leg.accept_reoffer(b"accepted")


def bare_invite(call_id: str, *, branch: str = "z9hG4bKx1", to: str = "<sip:anna@10.0.0.2>", extra: str = "") -> bytes:
    return (
        f"INVITE sip:anna@10.0.0.2 SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.7;branch={branch};rport\r\n"
        f"f: <sip:x@10.0.0.7>;tag=f\r\nt: {to}\r\ni: {call_id}\r\nCSeq: 1 INVITE\r\nm: <sip:x@10.0.0.7>\r\n{extra}\r\n"
    ).encode()
