"""Browsers' legs in a real worker process, with an aiortc peer as the browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from support.media import Phone, sound_file
from support.media_peer import CHROMIUM, Peer
from support.media_pool import Watched, watched_pool
from support.ports import free_ports
from switchboard.channels.voice.media.pool import (
    MediaLeg,
    MediaWorker,
    WebRtcChanged,
    WebRtcState,
)
from switchboard.kit.errors import Invalid, Unavailable

LOOPBACK = ["127.0.0.1"]


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched() -> AsyncIterator[Watched]:
    async with watched_pool(webrtc=True) as pool:
        yield pool


async def answered(watched: Watched, peer: Peer) -> MediaLeg:
    """The leg of a peer that is connected."""
    legs: list[MediaLeg] = []
    worker = watched.pool.choose()

    async def answer(offer: str) -> str:
        leg, sdp = await worker.open_webrtc(offer, LOOPBACK)
        watched.watch(leg)
        legs.append(leg)
        return sdp

    await peer.call(answer)
    assert (await watched.next(legs[0], WebRtcChanged)).state == WebRtcState.CONNECTED
    return legs[0]


@pytest.mark.parametrize("law", [0, 8])
async def test_a_browser_and_a_phone_hear_each_other(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, law: int
) -> None:
    peer = Peer(440, monkeypatch)
    leg = await answered(watched, peer)
    worker: MediaWorker = watched.pool.choose()
    phone = Phone(700, payload_type=law)
    other = worker.open_leg()
    other.connect(phone.address, law)
    worker.set_matrix("call", {leg.id: [(other.id, 1.0)], other.id: [(leg.id, 1.0)]})
    talking = asyncio.create_task(watched.talk(phone, other))
    assert await asyncio.wait_for(peer.hears(700), 10)
    while abs(phone.hears([440])[440]) > 3:
        await watched.frame()
    talking.cancel()
    await peer.close()
    phone.socket.close()


async def test_a_browser_hears_music_before_it_is_connected_to_anyone(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    peer = Peer(440, monkeypatch)
    leg = await answered(watched, peer)
    leg.music(sound_file(tmp_path / "music.ul", 1_100, 2.0))
    assert await asyncio.wait_for(peer.hears(1_100), 10)
    await peer.close()


async def test_a_page_that_goes_away_is_told_as_closed(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer(440, monkeypatch)
    leg = await answered(watched, peer)
    await peer.close()
    assert (await watched.next(leg, WebRtcChanged)).state == WebRtcState.CLOSED
    leg.close()


async def test_closing_the_leg_ends_the_browsers_connection(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer(440, monkeypatch)
    leg = await answered(watched, peer)
    closed = asyncio.Event()

    @peer.connection.on("connectionstatechange")
    def changed() -> None:
        if peer.connection.connectionState == "closed":
            closed.set()

    leg.close()
    await asyncio.wait_for(closed.wait(), 10)
    await peer.close()


async def test_of_few_ports_some_are_left_for_browsers() -> None:
    first = free_ports(16)
    async with watched_pool(webrtc=True, ports=(first, first + 15)) as few:
        worker = few.pool.choose()
        assert worker.ports_left == 6
        leg, _ = await worker.open_webrtc(CHROMIUM, LOOPBACK)
        leg.close()


async def test_an_offer_that_cannot_be_answered_is_refused_with_the_reason(watched: Watched) -> None:
    worker = watched.pool.choose()
    before = worker.legs
    for offer in ("", "v=0\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"):
        with pytest.raises(Invalid) as refused:
            await worker.open_webrtc(offer, LOOPBACK)
        assert refused.value.field == "sdp"
    assert worker.legs == before


@pytest.mark.parametrize("addresses", [[], ["no address"], ["192.0.2.1"]])
async def test_an_address_that_no_browser_can_reach_is_our_fault_not_the_offers(
    watched: Watched, addresses: list[str]
) -> None:
    with pytest.raises(Unavailable):
        await watched.pool.choose().open_webrtc(CHROMIUM, addresses)
