"""The feed as a page has it: a real server, real WebSockets, short times."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from support.feed import cookie, frame, serving, watching
from support.web_rooms import PEOPLE, Rooms, connected, sign_in
from support.web_states import agent_row, offer, queue_row
from switchboard.tenancy.events import SessionsEnded
from switchboard.web.edge import COOKIE, FeedTimes
from switchboard.web.live.changes import board_applied, desk_applied
from switchboard.web.server import serve

QUICK = FeedTimes(beat=0.05, lost=0.25, grace=0.1, board=0.02, tick=0.01)


async def closing(socket: ClientConnection) -> int:
    async with asyncio.timeout(10):
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


def told(rooms: Rooms, *expected: tuple[str, str]) -> asyncio.Future[None]:
    """Done when presence was told exactly this."""
    done = asyncio.get_running_loop().create_future()

    def look() -> None:
        if rooms.presence.told == list(expected) and not done.done():
            done.set_result(None)

    rooms.presence.heard = look
    look()
    return done


async def until(socket: ClientConnection, holds: Callable[[], bool]) -> None:
    while not holds():
        await frame(socket, "beat")


async def test_a_desk_starts_with_a_snapshot_and_hears_each_change():
    rooms = Rooms()
    async with serving(rooms) as server, watching(server, "ada", "desk") as page:
        first = await frame(page)
        assert (first["type"], first["topic"], first["seq"]) == ("snapshot", "desk", 0)
        rooms.desk.show(PEOPLE["ada"], offer=offer(1), server_now=2_000)
        change = await frame(page)
        assert (change["type"], change["seq"], change["server_now"]) == ("change", 1, 2_000)
        state = desk_applied(first["state"], change["changes"])
        assert state["offer"]["offer"] == 1
        rooms.desk.show(PEOPLE["ada"], offer=None)
        change = await frame(page)
        assert change["seq"] == 2
        assert change["changes"] == [{"part": "offer", "value": None}]


async def test_two_pages_of_one_desk_see_the_same():
    rooms = Rooms()
    async with serving(rooms) as server:
        token = await cookie(server, "ada")
        async with watching(server, "", "desk", token) as one:
            await frame(one)
            rooms.desk.show(PEOPLE["ada"], offer=offer(1))
            assert (await frame(one))["seq"] == 1
            async with watching(server, "", "desk", token) as two:
                late = await frame(two)
                assert (late["type"], late["seq"]) == ("snapshot", 1)
                assert late["state"]["offer"]["offer"] == 1
                rooms.desk.show(PEOPLE["ada"], offer=None)
                assert (await frame(one)) == (await frame(two))
        assert len(rooms.desk.watchers["p1"]) <= 1


async def test_a_board_with_many_changes_sends_few_frames_and_ends_right():
    rooms = Rooms()
    async with serving(rooms, FeedTimes(board=0.1)) as server, watching(server, "sue", "board") as page:
        state = (await frame(page))["state"]
        for waiting in range(1, 200):
            rooms.board.show(rooms.board.now.model_copy(update={"queues": [queue_row(waiting=waiting)], "agents": []}))
            await asyncio.sleep(0)
        frames = 0
        while state["queues"][0]["waiting"] < 199:
            change = await frame(page, "change")
            state = board_applied(state, change["changes"])
            frames += 1
        assert frames <= 5
        assert state["agents"] == []


async def test_a_page_that_asks_again_gets_a_fresh_snapshot():
    rooms = Rooms()
    async with serving(rooms) as server, watching(server, "amy", "board") as page:
        await frame(page)
        rooms.board.show(rooms.board.now.model_copy(update={"agents": [agent_row("p9")]}))
        await frame(page, "change")
        await page.send(json.dumps({"type": "again", "topic": "board"}))
        again = await frame(page)
        assert (again["type"], again["seq"]) == ("snapshot", 1)
        assert [row["id"] for row in again["state"]["agents"]] == ["p9"]
        # A topic that this page does not watch is no reason to fail.
        await page.send(json.dumps({"type": "again", "topic": "desk"}))
        await page.send(json.dumps({"type": "again", "topic": "board"}))
        assert (await frame(page))["topic"] == "board"


async def test_a_page_that_reads_slowly_gets_the_present_state_and_not_the_past():
    rooms = Rooms()
    async with serving(rooms, frames_waiting=4) as server, watching(server, "ada", "desk") as page:
        first = await frame(page)
        state, seq = first["state"], first["seq"]
        for number in range(1, 400):
            rooms.desk.looked.clear()
            # Big enough that the sockets' buffers fill up while nobody reads.
            rooms.desk.show(PEOPLE["ada"], offer=offer(number).model_copy(update={"queue_name": "q" * 100_000}))
            await rooms.desk.looked.wait()
        snapshots = 0
        while state["offer"] is None or state["offer"]["offer"] < 399:
            heard = await frame(page)
            if heard["type"] == "snapshot":
                state, seq, snapshots = heard["state"], heard["seq"], snapshots + 1
            else:
                assert heard["seq"] == seq + 1
                state, seq = desk_applied(state, heard["changes"]), heard["seq"]
        assert state["offer"]["offer"] == 399
        assert snapshots > 0, "the page was never too slow: make the frames bigger"


async def test_an_answering_page_stays_and_a_silent_one_is_lost_and_closed():
    rooms = Rooms()
    async with serving(rooms, QUICK) as server, watching(server, "ada", "desk") as page:
        await told(rooms, ("back", "p1"))
        for _ in range(12):
            # More beats than a silent page would live.
            await frame(page, "beat")
        assert rooms.presence.told == [("back", "p1")]
        assert await closing(page) == 4408
        await asyncio.wait_for(told(rooms, ("back", "p1"), ("lost", "p1")), 10)


async def test_a_closed_page_counts_after_its_grace_and_a_reload_does_not():
    rooms = Rooms()
    times = FeedTimes(beat=0.05, lost=5.0, grace=0.3, tick=0.01)
    async with serving(rooms, times) as server:
        token = await cookie(server, "ada")
        async with watching(server, "", "desk", token) as page:
            await frame(page)
        async with watching(server, "", "desk", token) as page:
            await frame(page)
            assert rooms.presence.told == [("back", "p1")]
        await asyncio.wait_for(told(rooms, ("back", "p1"), ("lost", "p1")), 10)
        async with watching(server, "", "desk", token) as page:
            await frame(page)
            assert rooms.presence.told[-1] == ("back", "p1")


async def test_a_board_page_is_no_presence_but_must_answer_too():
    rooms = Rooms()
    async with serving(rooms, QUICK) as server, watching(server, "sue", "board") as page:
        assert await closing(page) == 4408
        assert rooms.presence.told == []


async def test_signing_out_closes_the_sessions_pages():
    rooms = Rooms()
    async with serving(rooms) as server, connected(server.address) as client:
        await sign_in(client, "ada")
        async with watching(server, "", "desk", client.cookies[COOKIE]) as page:
            await frame(page)
            await client.delete("/api/session")
            assert await closing(page) == 4401


async def test_dismissing_a_person_closes_all_his_pages_and_no_others():
    rooms = Rooms()
    async with (
        serving(rooms) as server,
        watching(server, "ada", "desk") as hers,
        watching(server, "bob", "desk") as his,
    ):
        await frame(hers)
        await frame(his)
        rooms.sessions.ended(SessionsEnded("acme", "p1"))
        assert await closing(hers) == 4401
        rooms.desk.show(PEOPLE["bob"], offer=offer())
        assert (await frame(his))["seq"] == 1


async def test_a_session_that_ended_elsewhere_closes_its_pages_soon():
    rooms = Rooms()
    async with serving(rooms, QUICK) as server, watching(server, "ada", "desk") as page:
        await frame(page)
        rooms.sessions.open.clear()
        with pytest.raises(ConnectionClosed):
            await until(page, lambda: False)
        assert page.close_code == 4401


async def test_a_broken_state_sends_pages_away_and_the_next_one_starts_anew():
    rooms = Rooms()
    async with serving(rooms) as server:
        token = await cookie(server, "ada")
        async with watching(server, "", "desk", token) as page:
            await frame(page)
            rooms.desk.fails = RuntimeError("database gone")
            rooms.desk.show(PEOPLE["ada"], offer=offer())
            assert await closing(page) == 1013
        rooms.desk.fails = None
        async with watching(server, "", "desk", token) as page:
            assert (await frame(page))["state"]["offer"]["offer"] == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "beat"}', '{"type": "shout"}', b"\x00"])
async def test_what_is_no_frame_closes_the_connection(text: str | bytes):
    async with serving(Rooms()) as server, watching(server, "ada", "desk") as page:
        await page.send(text)
        assert await closing(page) == 4400


@pytest.mark.parametrize(
    ("user_name", "topics", "origin", "status", "code"),
    [
        ("ada", "board", None, 403, "refused"),
        ("sue", "desk", None, 403, "refused"),
        ("ada", "desk", "http://evil.test", 403, "refused"),
        ("ada", "weather", None, 422, "invalid"),
        ("ada", "", None, 422, "invalid"),
        ("", "desk", None, 401, "sign_in_needed"),
    ],
)
async def test_a_handshake_that_is_not_allowed_is_refused(
    user_name: str, topics: str, origin: str | None, status: int, code: str
):
    async with serving(Rooms()) as server:
        token = await cookie(server, user_name) if user_name else "nobody"
        with pytest.raises(InvalidStatus) as refused:
            async with watching(server, "", topics, token, origin):
                pass
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body)["error"]["code"] == code


async def test_one_person_may_open_only_so_many_pages():
    async with serving(Rooms(), feeds_per_person=1) as server:
        token = await cookie(server, "ada")
        async with watching(server, "", "desk", token):
            with pytest.raises(InvalidStatus) as refused:
                async with watching(server, "", "desk", token):
                    pass
            assert refused.value.response.status_code == 429


async def test_stopping_says_goodbye_to_every_page():
    rooms = Rooms()
    server = await serve(rooms.app(), "127.0.0.1", 0)
    async with watching(server, "ada", "desk") as page:
        await frame(page)
        stopping = asyncio.get_running_loop().create_task(server.close())
        assert await closing(page) == 1001
        await stopping
    assert rooms.presence.told == [("back", "p1")]


async def test_pages_with_one_filter_share_a_stream_and_a_changed_filter_begins_anew():
    rooms = Rooms()
    rows = [queue_row("q1"), queue_row("q2")]
    rooms.board.show(rooms.board.now.model_copy(update={"queues": rows}))
    async with (
        serving(rooms, FeedTimes(board=0.01)) as server,
        watching(server, "sue", "board") as one,
        watching(server, "amy", "board") as other,
    ):
        assert len((await frame(one))["state"]["queues"]) == len((await frame(other))["state"]["queues"]) == 2
        assert len(rooms.board.watchers) == 1
        narrowed = {"type": "filter", "topic": "board", "filter": {"queue": "q2"}}
        await one.send(json.dumps(narrowed))
        snapshot = await frame(one)
        assert (snapshot["type"], snapshot["seq"]) == ("snapshot", 0)
        assert [row["id"] for row in snapshot["state"]["queues"]] == ["q2"]
        assert snapshot["state"]["filter"] == {"client": None, "queue": "q2", "team": None, "days": "today"}
        assert len(rooms.board.watchers) == 2
        rows = [queue_row("q1", waiting=1), queue_row("q2")]
        rooms.board.show(rooms.board.now.model_copy(update={"queues": rows}))
        assert [change["id"] for change in (await frame(other))["changes"]] == ["q1"]
        rooms.board.show(rooms.board.now.model_copy(update={"queues": [rows[0], queue_row("q2", waiting=5)]}))
        change = await frame(one)
        assert [(each["id"], each["row"]["waiting"]) for each in change["changes"]] == [("q2", 5)]
        await other.send(json.dumps(narrowed))
        assert (await until_snapshot(other))["state"]["queues"][0]["waiting"] == 5
        # The stream of everything has nobody left.
        assert len(rooms.board.watchers) == 1
        await one.send(json.dumps({"type": "filter", "topic": "board", "filter": {"queue": "not an id"}}))
        assert await closing(one) == 4400


async def until_snapshot(page: ClientConnection) -> dict[str, Any]:
    while (found := await frame(page))["type"] != "snapshot":
        pass
    return found


async def test_the_filter_of_a_board_that_is_not_watched_is_no_reason_to_fail():
    rooms = Rooms()
    async with serving(rooms) as server, watching(server, "ada", "desk") as page:
        await frame(page)
        await page.send(json.dumps({"type": "filter", "topic": "board", "filter": {"queue": "q2"}}))
        await page.send(json.dumps({"type": "again", "topic": "desk"}))
        assert (await frame(page))["topic"] == "desk"


async def test_a_page_can_be_asked_out_of_turn_and_its_answer_is_told():
    rooms = Rooms()
    times = FeedTimes(beat=3_600, lost=7_200, grace=5.0, tick=0.01)
    async with serving(rooms, times) as server, watching(server, "ada", "desk") as page:
        await frame(page)
        answered = asyncio.get_running_loop().create_future()
        rooms.presence.heard = lambda: answered.set_result(None)
        rooms.presence.ask("harbour", "nobody")
        ada = PEOPLE["ada"]
        rooms.presence.ask(ada.organization, ada.id)
        beat = await frame(page, "beat")
        await asyncio.wait_for(answered, 10)
        assert beat["n"] == 1
