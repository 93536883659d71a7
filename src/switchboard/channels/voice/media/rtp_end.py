"""The far end of an RTP leg: two sockets, and the rule that settles whose packets are listened to."""

import socket
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from switchboard.channels.voice.media.intake import Intake
from switchboard.channels.voice.media.ports import PortPair
from switchboard.channels.voice.media.relay import Send

_RTCP_SIZE: Final = 1_500
_PURGED: Final = 64


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class FarEnd(Protocol):
    """What the engine needs of a far end beside its packets of sound."""

    def send_rtcp(self, packet: bytes) -> None:
        """Send a compound RTCP packet; nothing happens when it cannot be sent."""
        ...

    def close(self) -> None:
        """Give up the sockets."""
        ...


class RtpEnd:
    """A phone or trunk.

    Until its first packet has come we send to the address in its SDP and listen to the addresses that it may
    come from, whatever the port. The first packet settles the address: from then on the kernel itself drops
    what comes from elsewhere, so that nobody can take the stream over by sending to our port. Only another
    `connect` (a re-INVITE) opens the question again.

    row: of the leg. settle: called with the way to send whenever that changes. on_rtcp: called with packets.
    """

    def __init__(
        self,
        row: int,
        pair: PortPair,
        intake: Intake,
        *,
        settle: Callable[[Send], None],
        on_rtcp: Callable[[bytes], None],
        on_stranger: Callable[[], None],
    ) -> None:
        self._row = row
        self._pair = pair
        self._intake = intake
        self._settle = settle
        self._on_rtcp = on_rtcp
        self._on_stranger = on_stranger
        self._allowed: frozenset[str] = frozenset()
        self._rtcp_address: tuple[str, int] = ("", 0)
        self._settled = False

    def connect(self, remote: tuple[str, int], also_from: Sequence[str], rtcp_port: int) -> None:
        """See `MediaLeg.connect`. Raises OSError when `remote` is no IP address of our kind."""
        # A name would be looked up at every packet.
        socket.inet_pton(_family(remote[0]), remote[0])
        if self._settled:
            self._unsettle()
        self._allowed = frozenset((remote[0], *also_from))
        self._rtcp_address = (remote[0], rtcp_port)
        rtp = self._pair.rtp
        # What waits there came before we knew from whom: it is not sound of this call.
        self._purge(rtp)
        self._settle(lambda packet: rtp.sendto(packet, remote))
        self._intake.add(rtp.fileno(), self._row, self._read_first)
        self._intake.add(self._pair.rtcp.fileno(), self._row, self._read_rtcp)

    def send_rtcp(self, packet: bytes) -> None:
        try:
            self._pair.rtcp.sendto(packet, self._rtcp_address)
        except OSError:
            # A report that is lost is replaced by the next one.
            return

    def close(self) -> None:
        self._intake.remove(self._pair.rtp.fileno())
        self._intake.remove(self._pair.rtcp.fileno())
        self._pair.close()

    def _read_first(self, into: memoryview) -> int:
        """Read while the address is not settled."""
        size, source = self._pair.rtp.recvfrom_into(into)
        if source[0] not in self._allowed:
            self._on_stranger()
            return 0
        rtp = self._pair.rtp
        rtp.connect(source)
        # Packets of others may have been queued before the kernel knew to drop them.
        self._purge(rtp)
        self._settled = True
        self._rtcp_address = (source[0], self._rtcp_address[1])
        self._allowed |= {source[0]}
        self._intake.add(rtp.fileno(), self._row, rtp.recv_into)
        self._settle(rtp.send)
        return size

    def _read_rtcp(self, into: memoryview) -> int:  # noqa: ARG002  # the engine's buffer is for RTP
        packet, source = self._pair.rtcp.recvfrom(_RTCP_SIZE)
        if source[0] in self._allowed:
            self._on_rtcp(packet)
        else:
            self._on_stranger()
        return 0

    def _unsettle(self) -> None:
        """Listen to everybody again: a new socket on the same port, as a connected one cannot be freed."""
        old = self._pair.rtp
        self._intake.remove(old.fileno())
        self._pair = self._pair.renewed()
        self._settled = False

    @staticmethod
    def _purge(queued: socket.socket) -> None:
        for _ in range(_PURGED):
            try:
                queued.recv(1)
            except OSError:
                # Empty, or the last news of an earlier far end.
                return
