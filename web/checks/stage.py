"""The stage of the checks: the mock on a port of its own, and a Chromium with a made-up microphone."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Playwright

WEB = Path(__file__).parent.parent
PORT = int(os.environ.get("MOCK_PORT", "4109"))
ROOT = f"http://127.0.0.1:{PORT}"
FOREIGN = f"http://switchboard.test:{PORT}"
"""The same place under a name that no browser takes for its own machine: not a secure context."""
FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP switchboard.test 127.0.0.1",
]


def mock(path: str, body: object = None) -> httpx.Response:
    """Moves the mock's world, or asks it."""
    answer = httpx.post(f"{ROOT}/mock/{path}", json=body or {}, timeout=5)
    return answer.raise_for_status()


def browser_of(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)


@contextmanager
def running_mock() -> Iterator[None]:
    """The built pages and the mock, until the block ends."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("Node is not on PATH")
    arguments = [node, "mock/server.ts", "--port", str(PORT)]
    process = subprocess.Popen(arguments, cwd=WEB, stdout=subprocess.PIPE)  # noqa: S603
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        process.wait(5)
