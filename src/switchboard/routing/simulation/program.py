"""The child process that simulates a trial: no call waits for it.

Run as `python -m switchboard.routing.simulation.program`. It reads a `Task` as JSON to the end of its input and
answers lines of JSON: `Progress` after each run, at the end the `Tried`.
"""

import os
import sys
from typing import IO, Final

import msgspec

from switchboard.routing.simulation.trial import Task, Tried, trial

NICENESS: Final = 15


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """Runs done, and runs to do."""

    done: int
    of: int


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    tried: Tried


Answer = Progress | Finished


def main(source: IO[bytes], answers: IO[bytes]) -> None:
    """Do one task."""
    task = msgspec.json.decode(source.read(), type=Task)

    def tell(answer: Answer) -> None:
        answers.write(msgspec.json.encode(answer) + b"\n")
        answers.flush()

    tell(Finished(trial(task, lambda done, of: tell(Progress(done, of)))))


if __name__ == "__main__":
    os.nice(NICENESS)
    main(sys.stdin.buffer, sys.stdout.buffer)
