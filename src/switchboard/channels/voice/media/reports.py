"""RTCP: what we tell far ends about their streams, and what they tell us (RFC 3550, section 6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from switchboard.audio.g711 import RATE
from switchboard.channels.voice.media.events import MediaEvent, Quality
from switchboard.channels.voice.media.rows import NONE, Rows
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.protocols.rtp.packet import RtpError
from switchboard.protocols.rtp.rtcp import (
    ReceiverReport,
    ReportBlock,
    SenderReport,
    build_goodbye,
    build_rtcp,
    parse_rtcp,
)

EVERY: Final = 250
"""Ticks between two reports to a far end: 5 s (6.2)."""

TELL_EVERY: Final = 2
"""Reports after which the main process is told, too; it is told each of those that are `_notable`."""

NOTABLE_LOSS: Final = 0.02
NOTABLE_JITTER: Final = 0.03
"""From here on (share, seconds) somebody may want to know soon; well below what anybody calls bad."""

_SPREAD: Final = 37
_NTP_EPOCH: Final = 2_208_988_800
"""Seconds from 1900 to 1970."""


@dataclass(slots=True)
class _Talk:
    """What a row and its far end have told each other. *_before: at our last report."""

    expected_before: int = 0
    received_before: int = 0
    sent_before: int = 0
    reports: int = 0
    last_report: int = 0
    last_report_at: int = 0
    loss: float = 0.0
    far_loss: float | None = None
    far_jitter: float | None = None
    round_trip: float | None = None
    notable: bool = False


def _notable(quality: Quality) -> bool:
    loss = max(quality.loss, quality.far_loss or 0.0)
    return loss >= NOTABLE_LOSS or max(quality.jitter, quality.far_jitter or 0.0) >= NOTABLE_JITTER


class Reports:
    """Sends and reads reports. clock: for NTP times. cname: names our end. tell: called with (row, event)."""

    def __init__(self, rows: Rows, clock: Clock, cname: str, tell: Callable[[int, MediaEvent], None]) -> None:
        self._rows = rows
        self._clock = clock
        self._cname = cname
        self._tell = tell
        self._talks: dict[int, _Talk] = {}
        self._phases = np.zeros(0, np.intp)
        self.broken = 0
        """RTCP packets that could not be read, since the start."""

    def begin(self, row: int) -> None:
        self._talks[row] = _Talk()

    def forget(self, row: int) -> None:
        self._talks.pop(row, None)

    def due(self, tick: int) -> list[int]:
        """The rows that report in this tick; they are spread evenly over five seconds."""
        rows = self._rows
        if len(self._phases) != rows.capacity:
            self._phases = -np.arange(rows.capacity) * _SPREAD % EVERY
        due: list[int] = np.flatnonzero((self._phases == tick % EVERY) & rows.connected & rows.used).tolist()
        return due

    def report(self, row: int) -> bytes:
        """The compound packet to send now. Tells the main process every second time."""
        talk = self._talks[row]
        blocks = self._blocks(row, talk)
        talk.reports += 1
        if self._rows.received_all[row]:
            self._tell_quality(row, talk)
        sent, ssrc = int(self._rows.sent[row]), int(self._rows.own_ssrc[row])
        if sent == talk.sent_before:
            return build_rtcp(ReceiverReport(ssrc, blocks), self._cname)
        talk.sent_before = sent
        report = SenderReport(
            ssrc, self._ntp(), int(self._rows.next_ts[row]), sent, int(self._rows.octets[row]), blocks
        )
        return build_rtcp(report, self._cname)

    def _tell_quality(self, row: int, talk: _Talk) -> None:
        """Every second time, and whenever the sound is or just was worth a look."""
        quality = self.quality(row)
        notable = _notable(quality)
        if talk.reports % TELL_EVERY == 0 or notable or talk.notable:
            self._tell(row, quality)
        talk.notable = notable

    def goodbye(self, row: int) -> bytes:
        """A last report and the word that our stream ends (6.6); empty when we never said anything (6.3.7)."""
        if not self._rows.sent[row] and not self._talks[row].reports:
            return b""
        return self.report(row) + build_goodbye(int(self._rows.own_ssrc[row]))

    def take(self, row: int, data: bytes) -> None:
        """An RTCP packet came from the row's far end."""
        try:
            packets = parse_rtcp(data)
        except RtpError:
            self.broken += 1
            return
        talk = self._talks[row]
        now = self._ntp()
        for packet in packets:
            if isinstance(packet, SenderReport):
                talk.last_report = packet.ntp >> 16 & 0xFFFFFFFF
                talk.last_report_at = now >> 16
            if isinstance(packet, SenderReport | ReceiverReport):
                for block in packet.blocks:
                    if block.ssrc == self._rows.own_ssrc[row]:
                        self._heard(talk, block, now >> 16 & 0xFFFFFFFF)

    def quality(self, row: int) -> Quality:
        """How the row does."""
        rows, talk = self._rows, self._talks[row]
        running = int(rows.last_seq[row] - rows.first_seq[row] + 1 - rows.received[row])
        lost = int(rows.lost_before[row]) + (running if rows.stream[row] != NONE else 0)
        return Quality(
            received=int(rows.received_all[row]),
            sent=int(rows.sent[row]),
            lost=max(lost, 0),
            loss=talk.loss,
            jitter=float(rows.jitter[row]) / RATE,
            far_loss=talk.far_loss,
            far_jitter=talk.far_jitter,
            round_trip=talk.round_trip,
        )

    def _heard(self, talk: _Talk, block: ReportBlock, now: int) -> None:
        talk.far_loss = block.fraction / 256
        talk.far_jitter = block.jitter / RATE
        if block.last_report:
            # 6.4.1: arrival - last sender report - delay since it, in 1/65536 s, modulo 2^32.
            trip = (now - block.last_report - block.delay) & 0xFFFFFFFF
            talk.round_trip = trip / 65_536 if trip < 1 << 31 else 0.0

    def _blocks(self, row: int, talk: _Talk) -> list[ReportBlock]:
        """How we receive the far end's stream (A.3); empty before its first packet."""
        rows = self._rows
        if rows.stream[row] == NONE:
            return []
        received = int(rows.received_all[row])
        lost = int(rows.lost_before[row] + rows.last_seq[row] - rows.first_seq[row] + 1 - rows.received[row])
        expected = received + lost
        expected_now, received_now = expected - talk.expected_before, received - talk.received_before
        talk.expected_before, talk.received_before = expected, received
        talk.loss = max(1 - received_now / expected_now, 0.0) if expected_now > 0 else 0.0
        since = (self._ntp() >> 16) - talk.last_report_at if talk.last_report else 0
        return [
            ReportBlock(
                ssrc=int(rows.ssrc[row]),
                fraction=min(int(talk.loss * 256), 255),
                lost=max(min(lost, (1 << 23) - 1), -(1 << 23)),
                highest=int(rows.last_seq[row]) & 0xFFFFFFFF,
                jitter=int(rows.jitter[row]),
                last_report=talk.last_report,
                delay=since & 0xFFFFFFFF,
            )
        ]

    def _ntp(self) -> int:
        """Now as a 64-bit NTP time."""
        seconds, rest = divmod(self._clock.now(), MICROSECONDS)
        return (seconds + _NTP_EPOCH) << 32 | (rest << 32) // MICROSECONDS
