"""Whether the queues' overflow, of a file and of what stays in force beside it, makes sense as a whole. Pure."""

from collections.abc import Mapping

from switchboard.configuration.model import Document, Entries, QueueEntry
from switchboard.configuration.sections.overflow import circles
from switchboard.flows.model import Problem


def wrong_overflow(now: Mapping[str, Entries], wanted: Document, *, prune: bool) -> list[Problem]:
    """Rules that lead back to their own queue, or to a queue of another client."""
    changed = wanted.sections.get("queues", {})
    stays = {} if prune and changed else now.get("queues", {})
    queues = {
        key: entry
        for key, entry in {**stays, **changed}.items()
        if isinstance(entry, QueueEntry) and ("queues", key) not in wanted.retired
    }
    problems: list[Problem] = []
    told: set[frozenset[str]] = set()
    for key, number, way in circles({key: entry.overflow for key, entry in queues.items()}):
        # Each circle once, at a queue of the file.
        if key in changed and frozenset(way) not in told:
            told.add(frozenset(way))
            text = f"leads in a circle: {' -> '.join(way)}; a call must not come back to a queue that it has left"
            problems.append(_problem(wanted, key, number, text))
    for key, entry in queues.items():
        for number, rule in enumerate(entry.overflow):
            other = queues.get(rule.queue)
            named = key if key in changed else rule.queue if rule.queue in changed else None
            if named is not None and other is not None and other.client != entry.client:
                text = f"sends calls of {entry.client!r} to {rule.queue!r}, which belongs to {other.client!r}"
                problems.append(_problem(wanted, named, number, text))
    return problems


def _problem(wanted: Document, queue: str, number: int, text: str) -> Problem:
    place = wanted.places["queues", queue]
    return Problem((*place.path, "overflow", number, "queue"), f"{place.shown}.overflow[{number}].queue", text)
