"""A worker's end of the control line: read as it comes or when somebody looks, ended once the other end is gone."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import structlog

from switchboard.channels.voice.media import control
from switchboard.channels.voice.media.control_line import ControlLine

CLOSES = [control.Close(leg) for leg in range(1, 4)]


class MainProcess:
    """The other end, and what became of what it said."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        self.socket.setblocking(False)
        self.taken: list[control.Command] = []
        self.settled = asyncio.Event()
        self.ended = asyncio.Event()
        self.line = ControlLine(theirs, take=self.taken.append, settled=self.settled.set, ended=self.ended.set)

    def say(self, data: bytes) -> None:
        self.socket.send(data)


@pytest.fixture
async def main_process() -> AsyncIterator[MainProcess]:
    made = MainProcess()
    await made.line.open()
    yield made
    made.socket.close()
    async with asyncio.timeout(10):
        await made.ended.wait()


def written(commands: list[control.Close]) -> bytes:
    return b"".join(map(control.encode, commands))


async def test_an_attended_line_is_read_as_soon_as_something_comes(main_process: MainProcess) -> None:
    main_process.say(written(CLOSES))
    async with asyncio.timeout(10):
        await main_process.settled.wait()
    assert main_process.taken == CLOSES


async def test_one_that_nobody_attends_is_read_when_somebody_looks(main_process: MainProcess) -> None:
    main_process.line.attend(on=False)
    main_process.line.read()
    main_process.say(written(CLOSES[:2]) + written(CLOSES[2:])[:5])
    # Had the loop read it, it would have been in this turn or the next.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not main_process.taken
    main_process.line.read()
    assert main_process.taken == CLOSES[:2]
    main_process.say(written(CLOSES[2:])[5:])
    main_process.line.read()
    assert main_process.taken == CLOSES
    assert not main_process.settled.is_set()
    main_process.line.attend(on=True)
    main_process.say(written(CLOSES[:1]))
    async with asyncio.timeout(10):
        await main_process.settled.wait()
    assert main_process.taken == CLOSES + CLOSES[:1]


@pytest.mark.parametrize("attended", [True, False])
async def test_the_end_of_the_main_process_is_noticed_either_way(main_process: MainProcess, attended: bool) -> None:
    main_process.line.attend(on=attended)
    main_process.socket.close()
    if not attended:
        main_process.line.read()
    async with asyncio.timeout(10):
        await main_process.ended.wait()


@pytest.mark.parametrize("attended", [True, False])
async def test_what_is_no_command_ends_the_worker(main_process: MainProcess, attended: bool) -> None:
    main_process.line.attend(on=attended)
    main_process.say(b'{"type":"sing"}\n')
    with structlog.testing.capture_logs() as logged:
        if not attended:
            main_process.line.read()
        async with asyncio.timeout(10):
            await main_process.ended.wait()
    assert [entry["event"] for entry in logged] == ["control_line_not_understood"]


async def test_reports_of_one_turn_go_out_together(main_process: MainProcess) -> None:
    for leg in (1, 2):
        main_process.line.report(control.Closed(leg))
    async with asyncio.timeout(10):
        heard = await asyncio.get_running_loop().sock_recv(main_process.socket, 1_000)
    assert heard == control.encode(control.Closed(1)) + control.encode(control.Closed(2))
