"""What the interpreter and a channel tell each other: actions one way, happenings the other."""

from typing import Final

import msgspec

from switchboard.routing.model import Wanted

# -- sounds a flow names -------------------------------------------------------------------------


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """A text that the built-in voice reads in a language (BCP 47, small letters: `en`, `pt-br`)."""

    text: str
    language: str


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An uploaded sound, by its key."""

    key: str


SoundRef = Spoken | Recorded


# -- what the interpreter asks of the channel ------------------------------------------------------


class Action(msgspec.Struct, frozen=True, gc=False):
    """What the channel shall do. New steps may bring new actions; channels refuse unknown ones loudly."""


class Marked(Action, frozen=True):
    """One after which earlier reports come too late: the interpreter gives each its `mark`."""


class Speak(Marked, frozen=True):
    """Play these one after the other and report `SoundEnded(mark)` after the last."""

    sounds: tuple[SoundRef, ...]
    mark: int = 0


class Play(Marked, frozen=True):
    """Play one recorded sound and report `SoundEnded(mark)`."""

    sound: Recorded
    mark: int = 0


class Wait(Marked, frozen=True):
    """Report `TimeUp(mark)` after so many seconds, unless a sound, a wait or a hush is asked for before."""

    seconds: int
    mark: int = 0


class Hush(Marked, frozen=True):
    """Stop the sound that plays, at once: a key was pressed."""

    mark: int = 0


class Returning(msgspec.Struct, frozen=True, gc=False):
    """What is different for a customer who left the line of `after`, served or not, at most `within` seconds ago.

    after: key of a queue. priority: instead of the step's; queue: the key of the line that he enters instead. None
    leaves it as it is.
    """

    after: str
    within: int
    priority: int | None = None
    queue: str | None = None


class Enqueue(Action, frozen=True):
    """Put the contact in line. queue: its key. priority: higher goes first, 0 is usual.

    requires, wanted: least level per skill and who else is wanted, by keys, on top of what the queue requires.
    music: key of a sound played while waiting, `silence`, or None for the queue's own. keys: those that mean
    something while he waits; the channel reports them as `Digit`. keep_place: he has stood in this line before and
    gets that place again. prefer: who gets him first, keys of people and words of `routing.model.Preference`;
    prefer_for: seconds in which nobody else does; last_days: days after a talk for which its agent is the last
    agent. due_in: seconds from his place in which he shall be served, 0 leaves it to the queue. returning:
    what is different for a customer who is back soon. customer_needs: what is known of the customer asks for skills
    and priority besides. The channel reports `LeftQueue`.
    """

    queue: str
    priority: int = 0
    requires: tuple[tuple[str, int], ...] = ()
    music: str | None = None
    keys: tuple[str, ...] = ()
    keep_place: bool = False
    wanted: Wanted | None = None
    prefer: tuple[str, ...] = ()
    prefer_for: int = 0
    last_days: int = 30
    due_in: int = 0
    returning: Returning | None = None
    customer_needs: bool = True


class BreakOut(Action, frozen=True):
    """Take the contact out of line: `LeftQueue("broke out")`, or nothing when an agent has him by then."""


class AskCallback(Action, frozen=True):
    """Promise the customer that he is called back at this number, in his place in the line of `queue`; the channel
    reports `CallbackAnswered`. number: as typed or known. Personal data: it is neither journaled nor noted."""

    queue: str
    number: str

    def __repr__(self) -> str:
        return f"AskCallback(queue={self.queue!r})"


class Note(Action, frozen=True):
    """Keep in the contact's record what the customer chose or was told. place: given by the interpreter.

    kind: `menu`, `hours`, `announcement`, `broke out`, `recording`, `returning`. said: never what could
    be a secret he typed.
    """

    kind: str
    said: str
    place: str = ""


class HangUp(Action, frozen=True):
    """End the contact. why: a word of `ENDS` for the record."""

    why: str = "flow ended"


ENDS: Final = (
    "flow ended",
    "served",
    "no choice",
    "out of hours",
    "announcement",
    "thanks",
    "call-back asked",
    "call-back not confirmed",
    "call-back put off",
    "flow went in circles",
)
"""How a flow's end is called. `served`: he heard what a menu's key led to; `no choice`: a menu gave up waiting for a
key that it knows; `thanks`: he left the line by a key; `call-back asked`: he is called back. The other two are said of
the calls that we make then: nobody confirmed that he is there, or it was not his turn yet."""


# -- what happens to a contact in a flow -----------------------------------------------------------


class Happening(msgspec.Struct, frozen=True, gc=False):
    """Something the channel tells the interpreter. A step that does not know it stays where it is."""


class SoundEnded(Happening, frozen=True):
    """The sounds of the action with this mark have been played to their end."""

    mark: int


class Digit(Happening, frozen=True):
    """The caller pressed a key: one of 0-9, *, #, A-D. Told once per press, whatever else goes on."""

    key: str


class TimeUp(Happening, frozen=True):
    """The seconds of the `Wait` with this mark have passed."""

    mark: int


class LeftQueue(Happening, frozen=True):
    """The queue visit ended. how: the value of the Floor's own word, such as `max wait`."""

    how: str


class CallbackAnswered(Happening, frozen=True):
    """What came of `AskCallback`: a word of `CALLBACK_ANSWERS`."""

    answer: str


CALLBACK_ANSWERS: Final = ("promised", "known", "wrong number", "not now")
"""`known`: there is a promise already, which stands. `wrong number`: nobody can be called there. `not now`: this
queue calls nobody back, or the promise could not be saved."""


class TalkEnded(Happening, frozen=True):
    """The agent has hung up and the caller is still there."""


class CallerLeft(Happening, frozen=True):
    """The caller is gone, at whatever stage."""
