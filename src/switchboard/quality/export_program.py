"""Makes one file of a recording: `python -m switchboard.quality.export_program`, which stands behind all calls.

It reads one JSON line, {"source": path, "wanted": ["wav", "waveform", ..]}, and answers with one: {"sizes":
{"wav": bytes, ..}} or {"error": text}. Files stand beside the recording, and appear whole or not at all.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from switchboard.protocols.recording.chunks import RecordingError
from switchboard.quality.sound import waveform, write_ogg, write_wav

NICENESS: Final = 10


def make(source: Path, wanted: list[str]) -> dict[str, int]:
    """Make the files; returns their sizes. Raises OSError, RecordingError, KeyError for an unknown format."""
    return {name: _whole(source.with_suffix(f".{name}"), source, _MAKERS[name]) for name in wanted}


def _waveform(source: Path, to: IO[bytes]) -> None:
    to.write(msgspec.json.encode(waveform(source)))


_MAKERS: Final[dict[str, Callable[[Path, IO[bytes]], None]]] = {
    "wav": write_wav,
    "ogg": write_ogg,
    "waveform": _waveform,
}


def _whole(target: Path, source: Path, write: Callable[[Path, IO[bytes]], None]) -> int:
    part = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            write(source, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def main() -> None:
    os.nice(NICENESS)
    asked: dict[str, Any] = msgspec.json.decode(sys.stdin.buffer.readline())
    try:
        answer: dict[str, Any] = {"sizes": make(Path(asked["source"]), asked["wanted"])}
    except (OSError, RecordingError) as error:
        # Without the path, which goes to the log.
        answer = {"error": error.strerror if isinstance(error, OSError) else str(error)}
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")


if __name__ == "__main__":
    main()
