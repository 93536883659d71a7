"""`switchboard apply FILE --simulate`, with and without somebody who serves the folder."""

import json
import re
from pathlib import Path

import pytest

from support.tried import CENTER, DATE, RUNS, Office
from switchboard.app.control import ControlSocket
from switchboard.app.rooms import Rooms
from switchboard.app.trial_task import TrialTasks
from switchboard.app.trying import try_file
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Invalid, NotFound, Unavailable
from switchboard.settings import Settings

LONGER = CENTER.replace(b"name: Support}", b"name: Support, wrap_up: 1m}")


async def test_the_comparison_is_printed_and_nothing_applied(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.nice", lambda _: None)
    file = tmp_path / "small.yaml"
    file.write_bytes(LONGER)
    with pytest.raises(NotFound, match="there is no database in the folder"):
        await try_file(settings, file, day=None, prune=False, as_json=False)
    rooms = await Rooms.open(settings, SystemClock())
    office = await Office.open(rooms)
    socket = await ControlSocket.open(
        settings.data, rooms.configuration, rooms.tenancy, TrialTasks(rooms, None, most=RUNS)
    )
    await try_file(settings, file, day=str(DATE), prune=False, as_json=False)
    said = capsys.readouterr().out
    assert "~ queue support: wrap_up 0s -> 1m" in said
    assert re.search(r"2026-03-02: [0-9]+ callers, 2 agents, 3 runs", said)
    assert "All queues" in said
    assert "as it is" in said
    with pytest.raises(Unavailable, match="nobody was in line on 2026-01-01"):
        await try_file(settings, file, day="2026-01-01", prune=False, as_json=False)
    with pytest.raises(Invalid, match="not 'monday'"):
        await try_file(settings, file, day="monday", prune=False, as_json=False)
    file.write_bytes(LONGER.replace(b"key: small", b"key: other"))
    with pytest.raises(Unavailable, match="would make a new organization"):
        await try_file(settings, file, day=str(DATE), prune=False, as_json=False)
    _, now = await rooms.configuration.in_force(office.who.organization)
    assert now["queues"]["support"].wrap_up == 0  # type: ignore[union-attr]
    await socket.close()
    await rooms.close()

    file.write_bytes(LONGER)
    await try_file(settings, file, day=str(DATE), prune=False, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["changes"] == ["~ queue support: wrap_up 0s -> 1m"]
    assert found["trial"]["calls"] > 30
    assert [part["queue"] for part in found["trial"]["parts"]] == ["support", None]
