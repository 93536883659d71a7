"""Starting and stopping real processes: one clear line for what a person can mend, and nothing left behind."""

import asyncio
import os
import signal
import socket
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from support.browser import Ears, chromium
from support.center import center
from support.desk import Desk

PASSWORD = "correct-horse-battery"
ADMINISTRATOR = {"SWITCHBOARD_ADMINISTRATOR": "root", "SWITCHBOARD_ADMINISTRATOR_PASSWORD": PASSWORD}
SERVE = ("serve", "--web-port", "0", "--sip-port", "0", "--media-workers", "1")
SECONDS = 40


@asynccontextmanager
async def started(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A `switchboard` process; killed with its children when the block ends before it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(environment or {})}, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def refused(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """The one line with which a start ends."""
    async with started(arguments, {**ADMINISTRATOR, **(environment or {})}) as process:
        out, said = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 1, said.decode()
    assert out == b""
    (line,) = said.decode().splitlines()
    assert line.startswith("switchboard: ")
    return line


def left_of(session: int) -> list[int]:
    """Processes that still belong to a session which we started."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session:
                found.append(process.pid)
        except ProcessLookupError:
            continue
    return found


# -- bad starts


@pytest.mark.parametrize(
    ("option", "kind", "what"),
    [
        ("--web-port", socket.SOCK_STREAM, "the web"),
        ("--sip-port", socket.SOCK_DGRAM, "SIP"),
        ("--sip-port", socket.SOCK_STREAM, "SIP"),
    ],
)
async def test_a_port_in_use(tmp_path: Path, option: str, kind: socket.SocketKind, what: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = str(taken.getsockname()[1])
        line = await refused(*SERVE, "--data", str(tmp_path / "data"), option, port)
    assert f"{what} cannot listen on 127.0.0.1:{port}: another program uses this port" in line


async def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    line = await refused(*SERVE, "--data", str(tmp_path / "file"))
    assert f"The data folder {tmp_path / 'file'} cannot be written" in line


async def test_a_folder_that_another_one_serves(data: Path, tmp_path: Path) -> None:
    async with center([*SERVE, "--json", "--data", str(data)], log=tmp_path / "log") as other:
        line = await refused(*SERVE, "--data", str(data))
    assert f"is in use by another Switchboard (process {other.pid})" in line


@pytest.mark.parametrize(
    ("variable", "text"),
    [("SWITCHBOARD_WEB_PORT", "http"), ("SWITCHBOARD_LOG_LEVEL", "loud"), ("SWITCHBOARD_WEB_PRT", "80")],
)
async def test_a_broken_setting(tmp_path: Path, variable: str, text: str) -> None:
    assert variable in await refused("serve", "--data", str(tmp_path), environment={variable: text})


async def test_a_certificate_that_is_not_there(tmp_path: Path) -> None:
    pem = str(tmp_path / "none.pem")
    line = await refused(*SERVE, "--data", str(tmp_path / "data"), "--certificate", pem, "--key", pem)
    assert f"there is no file {pem}" in line
    assert "give both" in await refused(*SERVE, "--data", str(tmp_path / "data"), "--certificate", pem)


async def test_a_database_made_by_a_newer_version(data: Path) -> None:
    with sqlite3.connect(data / "switchboard.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    database.close()
    line = await refused(*SERVE, "--data", str(data))
    assert "made by a newer version of Switchboard; install that one" in line


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "switchboard.db").write_text("This was never a database. " * 100)
    line = await refused(*SERVE, "--data", str(tmp_path))
    assert f"The database cannot be used: file is not a database (in {tmp_path})" in line


async def test_a_database_server_that_does_not_answer(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://user:hush@127.0.0.1:{nobody.getsockname()[1]}/center"
        line = await refused(*SERVE, "--data", str(tmp_path), "--database", url)
    assert "PostgreSQL cannot be reached (ConnectionRefusedError)" in line
    assert "hush" not in line


async def test_a_database_server_that_accepts_and_stays_silent(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://user:hush@127.0.0.1:{silent.getsockname()[1]}/center"
        line = await refused(*SERVE, "--data", str(tmp_path), "--database", url)
    assert "PostgreSQL cannot be reached (TimeoutError)" in line


async def test_the_first_start_without_a_terminal_and_without_settings(tmp_path: Path) -> None:
    nobody = dict.fromkeys(ADMINISTRATOR, "")
    line = await refused(*SERVE, "--data", str(tmp_path), environment=nobody)
    assert "the database has nobody in it: set SWITCHBOARD_ADMINISTRATOR and" in line


async def test_the_demo_does_not_touch_a_real_organization(data: Path) -> None:
    line = await refused("demo", "--web-port", "0", "--sip-port", "0", "--data", str(data))
    assert "holds a real organization; the demo needs one of its own" in line


# -- stopping


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_stopping_while_idle_leaves_nothing_behind(data: Path, number: signal.Signals) -> None:
    async with started([*SERVE, "--data", str(data)]) as process:
        assert process.stdout is not None
        while b"Ctrl-C stops it." not in await asyncio.wait_for(process.stdout.readline(), SECONDS):
            pass
        workers = left_of(process.pid)
        assert len(workers) >= 2
        process.send_signal(number)
        out, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0
    assert b"Stopping" in out
    assert left_of(process.pid) == []
    assert not (data / "control.sock").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["migrating", "media workers start"])
async def test_stopping_during_the_start_is_no_failure(tmp_path: Path, moment: str, number: signal.Signals) -> None:
    folder = tmp_path / "data"
    async with started([*SERVE, "--data", str(folder)], ADMINISTRATOR) as process:
        async with asyncio.timeout(SECONDS):
            if moment == "migrating":
                await until(lambda: (folder / "switchboard.db").exists())
            else:
                await until(lambda: len(left_of(process.pid)) > 1)
        process.send_signal(number)
        out, said = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0, said.decode()
    assert b"is ready" not in out
    assert b"Traceback" not in said
    assert left_of(process.pid) == []
    if moment == "media workers start":
        return
    async with started([*SERVE, "--json", "--data", str(folder)], ADMINISTRATOR) as again:
        assert again.stdout is not None
        assert b"http://" in await asyncio.wait_for(again.stdout.readline(), SECONDS)
        again.terminate()
        await asyncio.wait_for(again.communicate(), SECONDS)


async def until(reached: Callable[[], bool]) -> None:
    """Processes tell nobody of their children and files: look often."""
    while not reached():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


# -- the first start, and the network


async def test_the_first_administrator_of_the_settings_can_sign_in(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with center([*SERVE, "--json", "--data", str(folder)], log=tmp_path / "log", environment=ADMINISTRATOR) as it:
        async with Desk(it.ready["web"], "root", PASSWORD) as root:
            assert root.person["roles"] == ["administrator"]
        with pytest.raises(AssertionError, match="sign_in_needed"):
            async with Desk(it.ready["web"], "root", "wrong-password"):
                pass
    assert PASSWORD not in it.log()


async def test_lan_is_https_on_all_addresses_with_fresh_passwords(tmp_path: Path) -> None:
    arguments = ["demo", "--json", "--lan", "--web-port", "0", "--sip-port", "0", "--media-workers", "1"]
    async with (
        center([*arguments, "--data", str(tmp_path / "one")], log=tmp_path / "one.log") as demo,
        chromium(tmp_path / "agent", tone=1000) as agent,
        chromium(tmp_path / "customer", tone=440) as customer,
    ):
        assert demo.ready["web"].startswith("https://127.0.0.1:")
        listens = {each.laddr.ip for each in psutil.Process(demo.pid).net_connections() if not each.raddr}
        assert "0.0.0.0" in listens
        assert stat.S_IMODE((tmp_path / "one" / "web-key.pem").stat().st_mode) == 0o600
        passwords = {person["user_name"]: person["password"] for person in demo.ready["people"]}
        assert len(set(passwords.values())) == len(passwords)
        assert not any(password.endswith("-demo") for password in passwords.values())
        await sign_in(agent, demo.ready["web"], "anna", passwords["anna"])
        await customer.page.goto(demo.ready["try_it"])
        await customer.page.get_by_test_id("try-call").click()
        await customer.page.get_by_test_id("try-keys").get_by_role("button", name="1", exact=True).click()
        await agent.page.get_by_test_id("offer-accept").click()
        await agent.until_heard(440)
        await customer.until_heard(1000)
        assert agent.errors == []
        assert customer.errors == []


async def test_a_page_without_a_secure_context_explains_itself(data: Path, tmp_path: Path) -> None:
    everywhere = {"SWITCHBOARD_WEB_HOST": "0.0.0.0"}
    async with (
        center([*SERVE, "--json", "--data", str(data)], log=tmp_path / "log", environment=everywhere) as it,
        chromium(tmp_path / "agent", tone=1000) as agent,
    ):
        # Of all addresses of this machine that are not loopback every machine has this one.
        page = it.ready["web"].replace("127.0.0.1", "0.0.0.0")
        await agent.page.goto(f"{page}/not-secure")
        assert await agent.page.evaluate("window.isSecureContext") is False
        await agent.page.get_by_text("https", exact=False).first.wait_for()


async def sign_in(ears: Ears, web: str, user_name: str, password: str) -> None:
    page = ears.page
    await page.goto(web)
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_test_id("desk-sign-in").click()
    await page.get_by_test_id("state-menu").wait_for()
