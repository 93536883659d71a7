"""Every dependency's licence against the allowed list; exceptions are written here with their reason.

Usage: python tools/check_licences.py. Exits with 1 and names the packages that are not allowed.
"""

import json
import subprocess
import sys
from typing import Final

ALLOWED: Final = (
    "apache", "bsd", "mit", "isc", "python software foundation", "psf", "mpl-2.0", "mozilla public license 2.0",
    "unlicense", "0bsd", "public domain", "zlib", "cc0", "hpnd", "postgresql", "blueoak",
)  # fmt: skip

EXCEPTIONS: Final = {
    # GPL, loaded by `switchboard.speech_program` alone: a program of its own behind a pipe.
    "espeakng-loader": "runs in a separate program, see docs/decisions/0011-espeak-ng-as-a-program.md",
}


def main() -> int:
    listing = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed", "--ignore-packages", "switchboard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    refused = [
        f"{row['Name']} {row['Version']}: {row['License']}"
        for row in json.loads(listing)
        if row["Name"].lower() not in EXCEPTIONS and not any(word in row["License"].lower() for word in ALLOWED)
    ]
    if refused:
        sys.stderr.write("licences that are not on the allowed list:\n  " + "\n  ".join(refused) + "\n")
        return 1
    sys.stdout.write("every licence is on the allowed list\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
