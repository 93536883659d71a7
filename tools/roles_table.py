"""Writes docs/reference/roles.md from the table of rights that the program decides by.

    .venv/bin/python tools/roles_table.py

tests/docs/test_roles.py fails when the page is not up to date.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from switchboard.tenancy import model
from switchboard.tenancy.model import RIGHTS, Role

PAGE: Final = Path(__file__).parents[1] / "docs/reference/roles.md"

HEAD: Final = """\
# Roles and rights

This page is written by `tools/roles_table.py` from the table that the program decides by (`tenancy/model.py`). Each
route of the API and each topic of the live feed needs one of these rights, which a test makes sure of. One person may
have several roles. Who has a temporary password can do nothing but choose another.

"""
OPEN: Final = """
Without signing in: `POST /api/session`, the try-it page where it is open, and `GET /api/health`. `GET /api/session` and
`DELETE /api/session` need a session and no right. `GET /metrics` is for this machine and for whoever may *configure*.
"""


def meanings() -> dict[str, str]:
    """What stands under each member of `Right` in its source."""
    [definition] = ast.parse(inspect.getsource(model.Right)).body
    assert isinstance(definition, ast.ClassDef)
    found: dict[str, str] = {}
    for line, below in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(line, ast.Assign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            name = line.targets[0]
            assert isinstance(name, ast.Name)
            found[name.id] = " ".join(str(below.value.value).replace("`", "").split())
    return found


def table() -> Iterator[str]:
    said = meanings()
    yield f"| right | {' | '.join(Role)} | |\n|---|{':-:|' * len(Role)}---|\n"
    for right, roles in RIGHTS.items():
        marks = " | ".join("yes" if role in roles else "" for role in Role)
        yield f"| *{right}* | {marks} | {said[right.name].replace('ALL_RECORDS', '*all records*')} |\n"


def page() -> str:
    """The whole page."""
    return "".join((HEAD, *table(), OPEN))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
