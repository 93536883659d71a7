"""What was last refused in the name of each account, for whoever looks after phones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from switchboard.kit.clock import Clock

MOST_REMEMBERED: Final = 10_000
"""Accounts; the one refused longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """at: UTC epoch microseconds. host: IP address it came from. why: constant words."""

    at: int
    host: str
    why: str


class Refusals:
    """Remembers the last one of each account that there is: names that strangers make up are not kept.

    known: whether there is an account of that name.
    """

    def __init__(self, clock: Clock, known: Callable[[str], bool]) -> None:
        self._clock = clock
        self._known = known
        self._last: dict[str, Refusal] = {}

    def note(self, user: str, host: str, why: str) -> None:
        """A request in this name was refused."""
        if not self._known(user):
            return
        user = user.lower()
        self._last.pop(user, None)
        if len(self._last) >= MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
        self._last[user] = Refusal(self._clock.now(), host, why)

    def settled(self, user: str, host: str) -> None:
        """This account has just proved itself from there: what went wrong there before is mended."""
        last = self._last.get(user.lower())
        if last is not None and last.host == host:
            del self._last[user.lower()]

    def last(self, user: str) -> Refusal | None:
        return self._last.get(user.lower())
