"""RTCP: what far ends are told about their sound, and what becomes of what they tell."""

import contextlib
import socket
from itertools import pairwise

import pytest

from support.media import Phone, Room
from switchboard.channels.voice.media.events import MediaBack, MediaLost, Quality
from switchboard.channels.voice.media.ports import bind_udp
from switchboard.channels.voice.media.reception import LOST_AFTER
from switchboard.protocols.rtp.rtcp import (
    Goodbye,
    ReceiverReport,
    ReportBlock,
    SenderReport,
    build_rtcp,
    parse_rtcp,
)


def with_rtcp() -> tuple[Phone, socket.socket]:
    """A phone and the socket on its next port."""
    while True:
        phone = Phone(400)
        with contextlib.suppress(OSError):
            return phone, bind_udp("127.0.0.1", phone.address[1] + 1)
        phone.socket.close()


def reports(rtcp: socket.socket) -> list[object]:
    found: list[object] = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found += parse_rtcp(rtcp.recv(2_048))
    return found


def test_a_talking_far_end_gets_sender_reports_with_its_losses(studio: Room) -> None:
    phone, rtcp = with_rtcp()
    leg = studio.join(phone)
    studio.engine.set_background(leg, "", silence=True)
    for tick in range(250):
        if tick % 10 == 5:
            phone.skip()
            studio.run(1, silent=[leg])
        else:
            studio.run(1)
    [report] = [found for found in reports(rtcp) if isinstance(found, SenderReport)]
    assert report.octets == report.packets * 160
    [block] = report.blocks
    assert block.ssrc == phone.ssrc
    assert block.fraction / 256 == pytest.approx(0.1, abs=0.03)
    assert block.lost == pytest.approx(25, abs=6)
    rtcp.close()


def test_bad_sound_is_told_at_every_report_and_once_more_when_it_is_over(studio: Room) -> None:
    phone, rtcp = with_rtcp()
    leg = studio.join(phone)
    told: list[float] = []
    for report in range(8):
        bad = 2 <= report < 5
        for tick in range(250):
            if bad and tick % 10 == 5:
                phone.skip()
                studio.run(1, silent=[leg])
            else:
                studio.run(1)
        told.append(len(studio.events(leg, Quality)))
    # Every second one while nothing is the matter; each of the three bad ones and the one after them.
    assert [after - before for before, after in pairwise(told)] == [1, 1, 1, 1, 1, 0, 1]
    losses = [quality.loss for quality in studio.events(leg, Quality) if isinstance(quality, Quality)]
    assert sum(loss > 0.05 for loss in losses) == 3
    assert losses[-1] == 0.0
    rtcp.close()


def test_who_is_sent_nothing_gets_receiver_reports(studio: Room) -> None:
    phone, rtcp = with_rtcp()
    studio.join(phone)
    studio.run(250)
    [report] = reports(rtcp)
    assert isinstance(report, ReceiverReport)
    assert report.blocks[0].fraction == 0
    rtcp.close()


def test_who_was_never_sent_anything_is_told_no_goodbye(studio: Room) -> None:
    phone, rtcp = with_rtcp()
    leg = studio.join(phone)
    studio.run(10)
    studio.engine.close(leg)
    assert reports(rtcp) == []
    rtcp.close()


def test_the_end_of_a_leg_is_a_goodbye_and_a_last_quality(studio: Room) -> None:
    phone, rtcp = with_rtcp()
    leg = studio.join(phone)
    studio.engine.set_background(leg, "", silence=True)
    studio.run(5)
    studio.engine.close(leg)
    assert isinstance(reports(rtcp)[-1], Goodbye)
    [quality] = studio.events(leg, Quality)
    assert isinstance(quality, Quality)
    assert quality.received == 5
    assert quality.lost == 0
    rtcp.close()


def test_what_the_far_end_reports_becomes_quality(studio: Room) -> None:
    phone, rtcp = with_rtcp()
    leg = studio.join(phone)
    studio.engine.set_background(leg, "", silence=True)
    studio.run(250)
    [report] = [found for found in reports(rtcp) if isinstance(found, SenderReport)]
    ours = report.ssrc
    to = (studio.ports[leg][0], studio.ports[leg][1] + 1)
    # It answers 0.5 s later, having kept our report for 0.3 s: the way there and back took 0.2 s.
    studio.clock.seconds += 0.5
    block = ReportBlock(ours, 64, 9, 1, 80, report.ntp >> 16 & 0xFFFFFFFF, round(0.3 * 65_536))
    rtcp.sendto(build_rtcp(ReceiverReport(phone.ssrc, [block]), "far"), to)
    studio.run(260)
    quality = studio.events(leg, Quality)[-1]
    assert isinstance(quality, Quality)
    assert quality.far_loss == 0.25
    assert quality.far_jitter == 0.01
    assert quality.round_trip == pytest.approx(0.2, abs=0.15)
    rtcp.close()


def test_rtcp_from_elsewhere_or_garbage_is_ignored(studio: Room) -> None:
    phone, rtcp = with_rtcp()
    leg = studio.join(phone)
    studio.run(3)
    to = (studio.ports[leg][0], studio.ports[leg][1] + 1)
    with bind_udp("127.0.0.2", 0) as thief:
        thief.sendto(build_rtcp(ReceiverReport(1), "thief"), to)
    rtcp.sendto(b"\x81\xc9garbage", to)
    studio.run(3)
    assert studio.engine.strangers == 1
    rtcp.close()


def test_a_browser_that_falls_silent_is_told_and_its_return_too(studio: Room) -> None:
    phone = Phone(400)
    leg = studio.join(phone)
    studio.engine.rows.browser[studio.engine.row(leg)] = True
    studio.run(10)
    studio.run(LOST_AFTER + 60, silent=[leg])
    assert len(studio.events(leg, MediaLost)) == 1
    studio.run(2)
    [back] = studio.events(leg, MediaBack)
    assert isinstance(back, MediaBack)
    assert back.seconds == pytest.approx((LOST_AFTER + 60) * 0.02, abs=0.1)


def test_a_phone_may_be_silent_as_long_as_it_likes(studio: Room) -> None:
    leg = studio.join(Phone(400))
    studio.run(5)
    studio.run(2 * LOST_AFTER, silent=[leg])
    assert not studio.events(leg, MediaLost)
