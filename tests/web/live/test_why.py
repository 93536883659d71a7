"""Explanations that are open on a page: followed, shared, and free when nobody looks."""

import asyncio
import json

import pytest
from websockets.exceptions import InvalidStatus

from support.feed import frame, serving, watching
from support.web_rooms import Rooms
from switchboard.web.edge import FeedTimes
from switchboard.web.live.changes import why_applied
from switchboard.web.live.why import LONGEST, SHARE, pause


async def test_an_open_explanation_follows_and_costs_nothing_when_closed():
    rooms = Rooms()
    door = rooms.explaining
    ask = {"type": "why", "asked": {"kind": "agent", "id": "p1"}}
    async with serving(rooms, FeedTimes(why=0.01)) as server, watching(server, "sue", "board") as page:
        await frame(page, "snapshot")
        assert door.looks == 0
        await page.send(json.dumps(ask))
        first = await frame(page, "snapshot")
        assert (first["topic"], first["state"]["asked"]) == ("why", ask["asked"])
        async with watching(server, "sue", "board") as other:
            await frame(other, "snapshot")
            await other.send(json.dumps(ask))
            assert (await frame(other, "snapshot"))["state"]["agent"] == first["state"]["agent"]
            # Both share one look.
            assert len(door.watchers) == 1
            door.say("Anna gets no call: on a call.")
            for each in (page, other):
                change = await frame(each, "change")
                assert change["topic"] == "why"
                assert why_applied(first["state"], change["changes"])["agent"]["sentences"] == door.sentences
        await page.send(json.dumps({"type": "again", "topic": "why"}))
        assert (await frame(page, "snapshot"))["state"]["agent"]["sentences"] == door.sentences
        await page.send(json.dumps({"type": "why", "asked": None}))
        async with asyncio.timeout(10):
            await door.unwatched.wait()


async def test_only_who_watches_the_board_is_told_why():
    rooms = Rooms()
    async with serving(rooms, FeedTimes(beat=0.05)) as server:
        with pytest.raises(InvalidStatus):
            async with watching(server, "sue", "why"):
                pass
        async with watching(server, "ada", "desk") as page:
            await page.send(json.dumps({"type": "why", "asked": {"kind": "agent", "id": "p1"}}))
            await frame(page, "beat")
            await frame(page, "beat")
    assert rooms.explaining.looks == 0


def test_all_open_explanations_together_take_a_bounded_share():
    assert pause([0.001], 0.4) == 0.4
    took = [0.002] * 200
    assert sum(took) / pause(took, 0.4) <= SHARE
    assert pause([1.0] * 200, 0.4) == LONGEST
