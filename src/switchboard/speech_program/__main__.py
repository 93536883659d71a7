"""Reads requests from standard input, writes sound to standard output; see the package for the format."""

import json
import os
import signal
import sys
from typing import Any, BinaryIO

from switchboard.speech_program.espeak import CannotSpeak, Espeak

NICENESS = 10
"""Speaking must never take a core from calls."""


def serve(espeak: Espeak, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every line until the input ends. A line that is no request gets an error, not silence."""
    for line in requests:
        try:
            samples = _answer(espeak, json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            _write(answers, {"error": f"not a request: {error}"[:200]})
        except CannotSpeak as error:
            _write(answers, {"error": str(error)})
        else:
            _write(answers, {"rate": espeak.rate, "bytes": len(samples)}, samples)


def _answer(espeak: Espeak, request: dict[str, Any]) -> bytes:
    return espeak.speak(str(request["language"]), str(request["text"]), int(request.get("speed", 155)))


def _write(answers: BinaryIO, head: dict[str, object], samples: bytes = b"") -> None:
    answers.write(json.dumps(head).encode() + b"\n" + samples)
    answers.flush()


def main() -> None:
    # Ctrl-C reaches the whole terminal group; our end is the end of the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    serve(Espeak(), sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
