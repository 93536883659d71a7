"""A room is entered by its doors, never past its service into its tables.

`service` (ask), `events` (hear), `commands` (what the Floor is told) and `model` (name) are doors of every
room; `channel` and `reach` of conversations; `directory` of voice, where configuration changes numbers,
trunks and phones without loading SIP and media; `simulation` of routing, into which scenarios are read; `api`
of every room, for the web alone. The composition root `app` knows everything, and a bench may take a channel
or the Floor apart to measure one piece of it. What stands in a package's `__init__` is a door to nobody.
"""

from collections.abc import Iterable, Iterator

import grimp

from support.house_rules.source import Finding

ROOMS = (
    "tenancy",
    "customers",
    "knowledge",
    "cases",
    "conversations",
    "agents",
    "routing",
    "flows",
    "quality",
    "outbound",
    "insight",
    "insight.reconciliation",
    "workforce",
    "configuration",
    "channels.voice",
)
DOORS = frozenset({"service", "events", "commands", "model"})
EXTRA_DOORS = {
    "conversations": frozenset({"channel", "reach"}),
    "channels.voice": frozenset({"directory"}),
    "routing": frozenset({"simulation"}),
}
FOR_THE_WEB = frozenset({"api"})
COMPOSITION_ROOT = "app"
BENCH = "bench"
TAKEN_APART = frozenset({"channels.voice", "routing"})
"""Rooms of which a bench measures single pieces."""


def trespasses(graph: grimp.ImportGraph, root: str, rooms: Iterable[str] = ROOMS) -> list[Finding]:
    """Every import that enters a room elsewhere than by a door."""
    known = sorted(rooms, key=len, reverse=True)
    found = []
    for importer in sorted(graph.modules):
        ours = _room(importer, root, known)
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            theirs = _room(imported, root, known)
            if theirs is None or theirs == ours or _may_know_the_inside(importer, root, theirs):
                continue
            if _part(imported, root, theirs) not in _open(importer, root, theirs):
                found.append(_finding(graph, importer, imported, theirs))
    return found


def _room(module: str, root: str, rooms: Iterable[str]) -> str | None:
    """The room a module stands in; `rooms` by length, the longest first."""
    return next((room for room in rooms if f"{module}.".startswith(f"{root}.{room}.")), None)


def _may_know_the_inside(importer: str, root: str, room: str) -> bool:
    if f"{importer}.".startswith(f"{root}.{COMPOSITION_ROOT}."):
        return True
    return f"{importer}.".startswith(f"{root}.{BENCH}.") and room in TAKEN_APART


def _part(module: str, root: str, room: str) -> str:
    """`store` of `switchboard.agents.store.spans`; "" for the room itself."""
    return module.removeprefix(f"{root}.{room}").removeprefix(".").split(".")[0]


def _open(importer: str, root: str, room: str) -> frozenset[str]:
    doors = DOORS | EXTRA_DOORS.get(room, frozenset())
    return doors | FOR_THE_WEB if f"{importer}.".startswith(f"{root}.web.") else doors


def _finding(graph: grimp.ImportGraph, importer: str, imported: str, room: str) -> Finding:
    details = graph.get_import_details(importer=importer, imported=imported)
    doors = ", ".join(sorted(DOORS | EXTRA_DOORS.get(room, frozenset())))
    mend = (
        f"ask for what you need through a door of {room} ({doors}): offer it there if it is missing; "
        f"only `app` may know the inside"
    )
    line = details[0]["line_number"] if details else 0
    return Finding(importer, line, f"imports {imported}, which is no door", mend)


def rooms_of(graph: grimp.ImportGraph, root: str) -> Iterator[str]:
    """Packages directly below the root, for a look at what is no room yet."""
    yield from sorted(child.removeprefix(f"{root}.") for child in graph.find_children(root))
