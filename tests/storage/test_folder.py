"""The data folder and its lock."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from switchboard.kit.errors import Unavailable
from switchboard.storage.folder import DataFolder


def test_it_is_made_and_locked_until_released(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data"
    folder = DataFolder.take(path)
    with pytest.raises(Unavailable, match=f"in use by another Switchboard \\(process {os.getpid()}\\)"):
        DataFolder.take(path)
    folder.release()
    folder.release()
    DataFolder.take(path).release()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be written: Not a directory") as caught:
        DataFolder.take(tmp_path / "file" / "data")
    assert caught.value.field == "data"
    assert "\n" not in caught.value.text


HOLD = """
import sys, pathlib
from switchboard.storage.folder import DataFolder
DataFolder.take(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_lock_ends_with_the_process_however_that_ends(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Unavailable, match=str(holder.pid)):
            DataFolder.take(tmp_path)
        holder.kill()
    DataFolder.take(tmp_path).release()
