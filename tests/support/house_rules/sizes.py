"""Law 17: small by rule: at most 400 lines a module (aim for 150), and none a drawer for odds and ends."""

from pathlib import Path

from support.house_rules.source import Finding

LONGEST = 400
MIGRATIONS = "/migrations/versions/"
"""A migration is generated, and stays as it was once it has run anywhere: cutting it helps nobody."""
DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "handlers"})


def too_large(folder: Path) -> list[Finding]:
    """Python modules below the folder that are too long or named like a drawer."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        where = str(path.relative_to(folder.parent))
        lines = len(path.read_text().splitlines())
        if lines > LONGEST and MIGRATIONS not in path.as_posix():
            mend = f"cut it in two where its subject changes; a module has at most {LONGEST} lines, aim for 150"
            found.append(Finding(where, LONGEST + 1, f"{lines} lines", mend))
        drawers = DRAWERS & {part.lower().strip("_") for part in path.relative_to(folder).with_suffix("").parts}
        if drawers:
            mend = "name it after what it holds, in the field's words"
            found.append(Finding(where, 1, f"{min(drawers)!r} says nothing about what is inside", mend))
    return found
