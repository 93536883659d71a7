"""Whose pages answer the heartbeat. Pure: told what happened and when, it says who was lost or is back.

A person is present while one of his pages answered within `lost` seconds. When his last page closes he
counts as present for another `grace` seconds, so that a reload is no absence. Times are monotonic seconds.
"""

from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

PersonKey = tuple[str, str]
"""Organization and person."""
Page = TypeVar("Page")


@dataclass(slots=True)
class _Person(Generic[Page]):
    pages: dict[Page, float] = field(default_factory=dict)
    """When each of them answered last."""
    until: float = 0.0
    """How long a closed page still counts."""
    present: bool = False


class Attendance(Generic[Page]):
    """Every watched person's pages. Page: anything hashable that stands for a connection."""

    def __init__(self, *, lost: float, grace: float) -> None:
        self._lost: Final = lost
        self._grace: Final = grace
        self._people: dict[PersonKey, _Person[Page]] = {}

    def answered(self, person: PersonKey, page: Page, now: float) -> bool:
        """A page opened or answered. True: the person is (again) present."""
        known = self._people.setdefault(person, _Person())
        known.pages[page] = now
        back = not known.present
        known.present = True
        return back

    def closed(self, person: PersonKey, page: Page, now: float) -> None:
        """A page is gone. Unknown ones are ignored."""
        known = self._people.get(person)
        if known is None:
            return
        last = known.pages.pop(page, None)
        if last is not None:
            # A page that was silent already does not win time by closing.
            known.until = max(known.until, min(last + self._lost, now + self._grace))

    def silent(self, now: float) -> list[Page]:
        """The pages that have not answered for too long."""
        return [
            page for known in self._people.values() for page, last in known.pages.items() if now - last >= self._lost
        ]

    def due(self, now: float) -> list[PersonKey]:
        """Who is lost since the last call. A person without pages is then forgotten."""
        lost = []
        for person, known in list(self._people.items()):
            if self._present_until(known) > now:
                continue
            if known.present:
                known.present = False
                lost.append(person)
            if not known.pages:
                del self._people[person]
        return lost

    def present(self, person: PersonKey) -> bool:
        known = self._people.get(person)
        return known is not None and known.present

    def __len__(self) -> int:
        return len(self._people)

    def _present_until(self, known: _Person[Page]) -> float:
        latest = max(known.pages.values(), default=None)
        return known.until if latest is None else max(known.until, latest + self._lost)
