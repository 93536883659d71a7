"""Put `uv` into a folder on a machine that has Python but perhaps neither pip nor venv.

Usage: python3 tools/get_uv.py FOLDER. Tries pip first, because it knows the machine's mirrors; where there is
none, takes the wheel from the Python package index and checks its digest.
"""

import hashlib
import io
import json
import platform
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

VERSION = "0.9.0"
INDEX = "https://pypi.org/pypi/uv/{version}/json"


def by_pip(folder: Path) -> bool:
    """True when pip could install it."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
               "--root-user-action=ignore", "--target", str(folder), f"uv>={VERSION}"]  # fmt: skip
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0


def by_hand(folder: Path) -> None:
    """Download the wheel for this machine, check its digest, unpack it."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    with urllib.request.urlopen(INDEX.format(version=VERSION)) as answer:
        files = json.load(answer)["urls"]
    wheels = [f for f in files if f["filename"].endswith(".whl") and machine in f["filename"]
              and ("manylinux" in f["filename"] or sys.platform != "linux")]  # fmt: skip
    if not wheels:
        sys.exit(f"uv has no wheel for {sys.platform} on {machine}; install uv by hand and run make again")
    with urllib.request.urlopen(wheels[0]["url"]) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheels[0]["digests"]["sha256"]:
        sys.exit("the uv wheel does not have the digest that the index gives: try again")
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)


def main() -> None:
    folder = Path(sys.argv[1])
    if not by_pip(folder):
        by_hand(folder)
    for program in [*folder.glob("**/bin/uv"), *folder.glob("**/scripts/uv")]:
        program.chmod(0o755)
        link = folder / "uv-program"
        link.unlink(missing_ok=True)
        link.symlink_to(program.resolve())
        return
    sys.exit("uv was unpacked but its program was not found: install uv by hand and run make again")


if __name__ == "__main__":
    main()
