"""Who and what is turned away, and that a call which goes on meanwhile notices nothing."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from support.baresip import Baresip
from support.center import ENVIRONMENT, PASSWORD, Center
from support.desk import Desk
from support.sound import RATE, hears
from support.stranger import Stranger, stranger
from support.telephones import AGENT_TONE, CALLER_TONE, anns_phone, customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARRIER = "127.0.0.2"
INSISTING = 60
"""Refusals of one address within a minute after which it is ignored."""
HALF_OPEN = 40


@pytest.fixture
def carrier(shared: Center) -> Iterator[Stranger]:
    with stranger(CARRIER, shared.ready["sip"]) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def supervisor(shared: Center) -> AsyncIterator[Desk]:
    async with Desk(shared.ready["web"], "boss", PASSWORD) as desk:
        yield desk


async def newest_ends(supervisor: Desk, count: int) -> list[str]:
    """What became of the latest arrivals, the newest first."""
    page = await supervisor.get("/api/contacts")
    return [contact["end"] for contact in page["contacts"][:count]]


async def test_an_unknown_number_is_not_found_and_in_the_ledger(carrier: Stranger, supervisor: Desk) -> None:
    assert (await carrier.answer(carrier.invite("999"))).status == 404
    assert await newest_ends(supervisor, 1) == ["refused unknown number"]


async def test_a_call_without_a_codec_of_ours_is_not_acceptable(carrier: Stranger, supervisor: Desk) -> None:
    assert (await carrier.answer(carrier.invite("100", payload_types="18"))).status == 488
    broken = carrier.request("INVITE", "100", body="v=0\r\nm=nonsense")
    assert (await carrier.answer(broken)).status == 488
    assert await newest_ends(supervisor, 2) == ["refused no common codec"] * 2


async def test_a_wrong_password_is_refused_and_guessing_on_is_ignored(shared: Center) -> None:
    with stranger("127.0.0.11", shared.ready["sip"], user="desk-ann") as guesser:
        uri = f"sip:desk-ann@{guesser.target}"
        challenge = await guesser.answer(guesser.request("REGISTER", "desk-ann"))
        assert challenge.status == 401

        async def guess(password: str) -> int:
            line = guesser.authorization(challenge, "REGISTER", uri, "desk-ann", password)
            return (await guesser.answer(guesser.request("REGISTER", "desk-ann", headers=[line]))).status

        for attempt in range(5):
            assert await guess(f"guess-{attempt}") == 401
        right = guesser.authorization(challenge, "REGISTER", uri, "desk-ann", PASSWORD)
        # Whoever guessed must not learn that he is right now.
        assert await guesser.ignored(guesser.request("REGISTER", "desk-ann", headers=[right]))
    with stranger("127.0.0.12", shared.ready["sip"], user="desk-ann") as owner:
        challenge = await owner.answer(owner.request("REGISTER", "desk-ann"))
        right = owner.authorization(challenge, "REGISTER", uri, "desk-ann", PASSWORD)
        assert (await owner.answer(owner.request("REGISTER", "desk-ann", headers=[right]))).status == 200


async def test_a_stranger_is_refused_and_ignored_when_he_insists(shared: Center, supervisor: Desk) -> None:
    before = await supervisor.get("/api/contacts")
    with stranger("127.0.0.13", shared.ready["sip"]) as unknown:
        for _ in range(INSISTING):
            assert (await unknown.answer(unknown.invite("100"))).status == 401
        assert await unknown.ignored(unknown.invite("100"))
        assert await unknown.ignored(unknown.request("OPTIONS"))
    with stranger("127.0.0.14", shared.ready["sip"]) as other:
        assert (await other.answer(other.request("OPTIONS"))).status == 200
    assert await supervisor.get("/api/contacts") == before


async def test_a_phone_of_an_agent_may_not_place_customers_calls(shared: Center) -> None:
    with stranger("127.0.0.15", shared.ready["sip"], user="desk-ann") as colleague:
        challenge = await colleague.answer(colleague.invite("100"))
        assert challenge.status == 401
        uri = f"sip:100@{colleague.target}"
        line = colleague.authorization(challenge, "INVITE", uri, "desk-ann", PASSWORD)
        assert (await colleague.answer(colleague.invite("100", headers=[line]))).status == 403


async def test_noise_from_strangers_does_not_disturb_a_call(shared: Center, supervisor: Desk, tmp_path: Path) -> None:
    sip = shared.ready["sip"]
    async with (
        Desk(shared.ready["web"], "ann", PASSWORD) as ann,
        anns_phone(shared, tmp_path / "desk") as desk_phone,
        customer(shared, tmp_path / "caller") as caller,
    ):
        await ann.available()
        await caller.dial(f"sip:103@{sip}")
        await desk_phone.until("CALL_INCOMING")
        await desk_phone.accept()
        await ann.until("/api/desk", lambda _: both_hear(caller, desk_phone, 0, 0))
        noise_from = (len(caller.heard()), len(desk_phone.heard()))
        with contextlib.ExitStack() as strangers:
            for noisy in (garbage, huge_headers):
                noisy(strangers.enter_context(stranger(f"127.0.0.{20 + len(noisy.__name__)}", sip)))
            connections = half_open(strangers, sip, "127.0.0.16")
            await ann.until("/api/desk", lambda _: both_hear(caller, desk_phone, *noise_from, seconds=3))
            # Nobody who says nothing keeps his connection for ever.
            await asyncio.gather(*(closed(connection) for connection in connections))
        await caller.hang_up()
        await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    page = await supervisor.until("/api/contacts", lambda page: page["contacts"][0]["closed_at"])
    assert page["contacts"][0]["how"] == "answered"


def both_hear(caller: Baresip, agent: Baresip, caller_from: int, agent_from: int, *, seconds: float = 1.0) -> bool:
    """Whether, since those samples, each has heard the other without a gap for so long."""
    to_caller, to_agent = caller.heard()[caller_from:], agent.heard()[agent_from:]
    whole = min(len(to_caller), len(to_agent)) >= RATE * seconds
    return whole and hears(to_caller, AGENT_TONE, seconds=seconds) and hears(to_agent, CALLER_TONE, seconds=seconds)


def garbage(noisy: Stranger) -> None:
    invite = noisy.invite("100").text.encode()
    for _ in range(200):
        noisy.send(os.urandom(700))
        noisy.send(invite[: len(invite) // 2])
        noisy.send(b"INVITE sip:100 SIP/2.0\r\n\r\n")


def huge_headers(noisy: Stranger) -> None:
    for _ in range(50):
        noisy.send(noisy.invite("100", headers=[f"X-Filler: {'x' * 50_000}"]))
        noisy.send(noisy.invite("100", headers=[f"X-{number}: y" for number in range(4_000)]))


def half_open(stack: contextlib.ExitStack, sip: str, source: str) -> list[socket.socket]:
    """Connections over which half a message comes and then nothing, and one with a header that never ends."""
    host, _, port = sip.rpartition(":")
    opened = []
    for number in range(HALF_OPEN):
        connection = stack.enter_context(
            socket.create_connection((host, int(port)), timeout=5, source_address=(source, 0))
        )
        connection.sendall(b"" if number % 2 else b"INVITE sip:100@x SIP/2.0\r\nVia: SIP/2.0/TCP x")
        connection.setblocking(False)
        opened.append(connection)
    with contextlib.suppress(OSError):
        # It is cut off while it sends.
        endless = stack.enter_context(
            socket.create_connection((host, int(port)), timeout=5, source_address=(source, 0))
        )
        endless.sendall(b"INVITE sip:100@x SIP/2.0\r\nX-Endless: " + b"x" * 1_000_000)
    return opened


async def closed(connection: socket.socket, *, seconds: float = 30) -> None:
    """Wait until the center has closed it; whatever it says before does not matter."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        with contextlib.suppress(ConnectionError):
            while await loop.sock_recv(connection, 4_096):
                pass


async def test_malformed_json_is_refused_with_the_field_that_is_wrong(shared: Center) -> None:
    web = shared.ready["web"]
    async with httpx.AsyncClient(base_url=web, headers={"Origin": web}) as client:

        async def refused(content: str) -> tuple[int, str, str]:
            answer = await client.post("/api/session", content=content, headers={"Content-Type": "application/json"})
            error = answer.json()["error"]
            return answer.status_code, error["field"], error["text"]

        status, field, text = await refused('{"user_name": "boss", ')
        assert (status, field) == (422, "body")
        assert "JSON" in text
        assert (await refused('{"user_name": "boss"}'))[:2] == (422, "password")
        assert (await refused('{"user_name": 7, "password": "x"}'))[:2] == (422, "user_name")
        assert (await refused('{"user_name": "boss", "password": "x", "more": 1}'))[:2] == (422, "more")
        assert (await refused("[]"))[0] == 422


@pytest.mark.parametrize(
    ("lines", "line", "field"),
    [
        (["queues:", "  - {key: support", "    name: x"], "line 4", ""),
        (["queues:", "  - {key: new, client: brand, nme: New}"], "line 3", "nme"),
        (["queues:", "  - key: new", "    client: brand", "    name: New", "    max_wait: soon"], "line 6", "max_wait"),
        (["numbers:", '  - {number: "300", client: brand, flow: missing}'], "line 3", "flow"),
    ],
    ids=["not YAML", "unknown field", "wrong value", "unknown reference"],
)
async def test_a_broken_file_is_refused_by_apply_with_line_and_field(
    shared_data: Path, supervisor: Desk, tmp_path: Path, lines: list[str], line: str, field: str
) -> None:
    before = await supervisor.get("/api/queues")
    (tmp_path / "broken.yaml").write_text("\n".join(["organization: {key: tests, name: Tests}", *lines, ""]))
    applying = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "switchboard", "apply", str(tmp_path / "broken.yaml"), "--data", str(shared_data)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **ENVIRONMENT},
    )
    said, complained = await applying.communicate()
    assert applying.returncode == 1
    assert said == b""
    text = complained.decode()
    assert line in text
    assert field in text
    assert "Traceback" not in text
    assert await supervisor.get("/api/queues") == before
