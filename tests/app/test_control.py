"""The local socket, and `apply` and `export` with and without somebody who serves."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from switchboard.app import control
from switchboard.app.control import Apply, ControlSocket, Export
from switchboard.app.offline import apply_file, backup_database, export_organization
from switchboard.app.rooms import Rooms
from switchboard.app.trial_task import TrialTasks
from switchboard.kit.errors import SwitchboardError, Unavailable
from switchboard.settings import Settings

FILE = """\
organization: {key: acme, name: Acme}
clients:
  - {key: brand, name: Brand, time_zone: Europe/Berlin, region: DE}
people:
  - {key: boss, user_name: boss, name: Bo Boss, roles: [administrator], password: {env: BOSS_PASSWORD}}
"""
PASSWORD = "correct-horse-battery"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOSS_PASSWORD", PASSWORD)
    path = tmp_path / "acme.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
async def served(rooms: Rooms, settings: Settings) -> AsyncIterator[Rooms]:
    """The folder is served: its lock is held, and the socket answers."""
    socket = await ControlSocket.open(settings.data, rooms.configuration, rooms.tenancy, TrialTasks(rooms, None))
    yield rooms
    await socket.close()


async def test_apply_and_export_reach_whoever_serves_the_folder(
    served: Rooms, settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await apply_file(settings, file, dry_run=False, prune=False)
    assert "boss" in capsys.readouterr().out
    (organization,) = await served.tenancy.organizations()
    assert organization.key == "acme"
    assert (await served.tenancy.sign_in(None, "boss", PASSWORD, "127.0.0.1")).person.key == "boss"
    await export_organization(settings, None)
    written = capsys.readouterr().out
    assert "key: acme" in written
    assert PASSWORD not in written


async def test_apply_takes_the_lock_when_nobody_serves(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await apply_file(settings, file, dry_run=True, prune=False)
    await apply_file(settings, file, dry_run=False, prune=False)
    assert capsys.readouterr().out.count("boss") >= 2
    await export_organization(settings, "acme")
    assert "Bo Boss" in capsys.readouterr().out


async def test_a_folder_that_is_locked_without_a_socket_is_one_clear_line(
    rooms: Rooms, settings: Settings, file: Path
) -> None:
    with pytest.raises(Unavailable, match=r"is in use by another Switchboard \(process \d+\)"):
        await apply_file(settings, file, dry_run=False, prune=False)


async def test_a_mistyped_folder_is_not_made(settings: Settings, tmp_path: Path) -> None:
    for reads in (export_organization(settings, None), backup_database(settings, tmp_path / "copy.db")):
        with pytest.raises(SwitchboardError, match="there is no database in the folder"):
            await reads
    assert not settings.data.exists()


async def test_what_is_wrong_with_a_file_comes_back_over_the_socket(served: Rooms, settings: Settings) -> None:
    request = Apply("organization: 7\n", "/", {}, dry_run=False, prune=False)
    with pytest.raises(SwitchboardError) as error:
        await control.ask(settings.data, request)
    assert "organization" in error.value.text
    with pytest.raises(Unavailable, match="there is: none yet"):
        await control.ask(settings.data, Export(None))


async def test_only_variables_that_the_file_names_are_handed_over(
    settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Apply | Export] = []

    async def ask(_: Path, request: Apply | Export) -> str:
        seen.append(request)
        return "done"

    monkeypatch.setenv("OTHER_SECRET", "not for you")
    monkeypatch.setattr(control, "ask", ask)
    await apply_file(settings, file, dry_run=False, prune=False)
    (request,) = seen
    assert isinstance(request, Apply)
    assert request.environment == {"BOSS_PASSWORD": PASSWORD}


async def test_the_socket_is_for_its_own_user_and_goes_with_the_server(rooms: Rooms, settings: Settings) -> None:
    socket = await ControlSocket.open(settings.data, rooms.configuration, rooms.tenancy, TrialTasks(rooms, None))
    path = settings.data / control.SOCKET
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    await socket.close()
    assert not path.exists()
    assert await control.ask(settings.data, Export(None)) is None


async def test_a_socket_left_by_a_crash_does_not_count(rooms: Rooms, settings: Settings) -> None:
    left = await ControlSocket.open(settings.data, rooms.configuration, rooms.tenancy, TrialTasks(rooms, None))
    assert left._server is not None
    left._server.close()
    assert await control.ask(settings.data, Export(None)) is None
    again = await ControlSocket.open(settings.data, rooms.configuration, rooms.tenancy, TrialTasks(rooms, None))
    with pytest.raises(Unavailable, match="none yet"):
        await control.ask(settings.data, Export(None))
    await again.close()


async def test_garbage_on_the_socket_is_dropped(served: Rooms, settings: Settings) -> None:
    import asyncio

    reader, writer = await asyncio.open_unix_connection(settings.data / control.SOCKET)
    writer.write(b"\x00garbage\n")
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(Unavailable, match="none yet"):
        await control.ask(settings.data, Export(None))
