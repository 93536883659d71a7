"""The product's own migrations are one line: each follows one other, and what they make is what the code describes."""

import subprocess
import sys
from pathlib import Path


def test_the_migrations_are_one_line_to_what_the_code_describes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'switchboard.db'}"
    # In a process of its own: tests have tables that the product does not know.
    asked = f"from switchboard.storage import migrate; migrate.upgrade({url!r}); print(migrate.check({url!r}))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
