"""The page of states says what the program decides by."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "tools/state_tables.py"))["page"]()
    written = (ROOT / "docs/reference/states.md").read_text(encoding="utf-8")
    assert written == page, "run .venv/bin/python tools/state_tables.py"
