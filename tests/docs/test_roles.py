"""The page of roles says who may do what."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "tools/roles_table.py"))["page"]()
    written = (ROOT / "docs/reference/roles.md").read_text(encoding="utf-8")
    assert written == page, "run .venv/bin/python tools/roles_table.py"
