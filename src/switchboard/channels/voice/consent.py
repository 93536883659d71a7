"""What a caller is told before a talk may be recorded: once, before he enters the line.

There it delays nobody: an agent who accepts talks at once. Until it was heard to its end nobody is rung, and a caller
to whom it could not be said is served without a recording (`CallTape.announced`).
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from msgspec.structs import replace

from switchboard.channels.voice.recording import CallTape
from switchboard.channels.voice.sides import Caller, unheard
from switchboard.flows.model import Action, Enqueue


class FirstTold(Action, frozen=True):
    """Say this, a file, and enter the line after it."""

    path: str
    then: Enqueue


class Consent:
    """Of one call. enter: called with what was asked for, when the notice is over."""

    def __init__(self, caller: Caller, tape: CallTape, enter: Callable[[Enqueue], None]) -> None:
        self._caller: Final = caller
        self._tape: Final = tape
        self._enter = enter
        self._over = False
        self._later: list[Callable[[], None]] = []
        self._said: FirstTold | None = None

    @property
    def speaks(self) -> bool:
        """Whether it is being said: keys mean nothing meanwhile."""
        return self._said is not None

    def first(self, action: Enqueue, path: str | None) -> FirstTold | None:
        """What comes before this line. path: of the line's notice. He keeps the rank that he has now."""
        return None if path is None or self._over else FirstTold(path, replace(action, keep_place=True))

    def say(self, notice: FirstTold) -> None:
        self._said = notice
        self._caller.media.play(notice.path, then=partial(self._ended, notice))

    def then(self, act: Callable[[], None]) -> None:
        """Now, or when what is being said is over and the line has been asked for."""
        if self._said is None:
            act()
        else:
            self._later.append(act)

    def forget(self) -> None:
        """The call is over, and need not be kept by what it was told here."""
        self._said, self._enter = None, unheard
        self._later.clear()

    def _ended(self, notice: FirstTold) -> None:
        if notice is self._said:
            self._said, self._over = None, True
            # A file that could not be read ends at once, too.
            self._tape.announced = self._caller.media.heard_out
            self._enter(notice.then)
            later, self._later = self._later, []
            for act in later:
                act()
