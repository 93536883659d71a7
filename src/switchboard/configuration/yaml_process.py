"""YAML in a process of its own, so that a large file never holds the main process.

    text = await read_elsewhere(content)
    yaml = await write_elsewhere(data, comment)

Run as `python -m switchboard.configuration.yaml_process read|write` it reads standard input and writes one
JSON document: `{"data": .., "lines": [[path, line], ..]}`, `{"yaml": ".."}` or `{"error": ".."}`.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from typing import Any, Final

import orjson

from switchboard.configuration.yaml_text import LARGEST, Text, read_yaml, write_yaml
from switchboard.kit.errors import Invalid, Unavailable

PROGRAM: Final = (sys.executable, "-m", "switchboard.configuration.yaml_process")
PATIENCE: Final = 300.0
"""Seconds for the largest file: 8 MB take some 40 s."""
NICENESS: Final = 10


async def read_elsewhere(content: bytes) -> Text:
    """`read_yaml` in a process of its own. Raises Invalid, and Unavailable when the process fails."""
    if len(content) > LARGEST:
        raise Invalid(f"the file is larger than {LARGEST // 1024 // 1024} MB")
    answer, rest = await _run("read", content)
    return Text(answer["data"], lambda: {tuple(path): line for path, line in orjson.loads(rest)})


async def write_elsewhere(data: Any, comment: str = "") -> str:
    """`write_yaml` in a process of its own. Raises Unavailable when it fails."""
    asked = await asyncio.to_thread(orjson.dumps, {"data": data, "comment": comment})
    answer, _ = await _run("write", asked)
    return str(answer["yaml"])


async def _run(what: str, asked: bytes) -> tuple[dict[str, Any], bytes]:
    process = await asyncio.create_subprocess_exec(*PROGRAM, what, stdin=PIPE, stdout=PIPE)
    try:
        answered, _ = await asyncio.wait_for(process.communicate(asked), PATIENCE)
        head, _, rest = answered.partition(b"\n")
        answer: dict[str, Any] = await asyncio.to_thread(orjson.loads, head)
    except (TimeoutError, ValueError) as error:
        raise Unavailable("the file could not be processed; try again") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if "error" in answer:
        raise Invalid(str(answer["error"]))
    return answer, rest


def answer_to(what: str, asked: bytes) -> bytes:
    """What the process answers to its input."""
    if what == "write":
        wanted = orjson.loads(asked)
        return orjson.dumps({"yaml": write_yaml(wanted["data"], wanted["comment"])})
    try:
        text = read_yaml(asked)
    except Invalid as error:
        return orjson.dumps({"error": error.text})
    return orjson.dumps({"data": text.data}) + b"\n" + orjson.dumps(list(text.lines.items()))


def main() -> None:
    os.nice(NICENESS)
    sys.stdout.buffer.write(answer_to(sys.argv[1], sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
