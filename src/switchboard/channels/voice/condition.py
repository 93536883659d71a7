"""What is wrong with a talk's sound and with an agent's page. Pure: told what was measured, it says what it means.

Two signs speak of an agent who is reached by his page: the sound his browser sends, and the answers of his page
to our heartbeat. One alone may be a hiccup and is a warning; both together for five seconds mean that he is gone.
A SIP phone says neither: with silence suppression it sends nothing for long stretches, so it is not judged.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

LOST: Final = 5.0
"""Seconds without sound and without an answer after which an agent's page is gone."""

WARNED: Final = 3.0
"""Seconds without sound after which both screens say so; a reload takes about one."""

SILENT: Final = 5.0
"""Seconds without an answer after which both screens say so."""

GIVEN_UP: Final = 60.0
"""Seconds without sound after which a talk is over although the page answers: nobody can stay in it for ever, and
nobody may ever look at that page."""


class Trouble(StrEnum):
    """What is shown to agent and supervisor while it lasts."""

    NO_SOUND = "no sound"
    """Nothing is heard from the agent's page."""
    PAGE_SILENT = "page silent"
    """The agent's page does not answer, though it sends sound."""
    BAD_SOUND = "bad sound"
    """Sound is lost or comes unevenly."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Seconds. no_sound: since the last sound of an agent's browser, None while it sends. silence: since the last
    answer of his page, None when it never gave one."""

    no_sound: float | None
    silence: float | None


def is_lost(signs: Signs) -> bool:
    """Whether the agent is gone, so that his customer needs another one."""
    if signs.no_sound is None:
        return False
    if signs.no_sound >= GIVEN_UP:
        return True
    return signs.no_sound >= LOST and (signs.silence is None or signs.silence >= LOST)


def troubles(signs: Signs) -> frozenset[Trouble]:
    """What is worth a warning."""
    found = set()
    if signs.no_sound is not None and signs.no_sound >= WARNED:
        found.add(Trouble.NO_SOUND)
    if signs.silence is None or signs.silence >= SILENT:
        found.add(Trouble.PAGE_SILENT)
    return frozenset(found)


class Heard(NamedTuple):
    """How sound travelled since the last report, the worse of both directions. loss: share of packets, 0-1.
    jitter: seconds (RFC 3550, 6.4.1)."""

    loss: float
    jitter: float


def worse(one: Heard, other: Heard) -> Heard:
    """The higher loss and the higher jitter of the two."""
    if one.loss >= other.loss and one.jitter >= other.jitter:
        return one
    return Heard(max(one.loss, other.loss), max(one.jitter, other.jitter))


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on sound is bad. It is good again only below half of that, or a line at the limit would blink.

    Defaults: G.711 with loss concealment is annoying from 3-5 % loss on (ITU-T G.113, appendix I), and far ends'
    buffers smooth out about 60 ms.
    """

    loss: float = 0.05
    jitter: float = 0.06


GOOD_AGAIN: Final = 0.5


def is_bad(heard: Heard, limits: Limits, *, before: bool) -> bool:
    """Whether the sound is bad. before: whether it was."""
    share = GOOD_AGAIN if before else 1.0
    return heard.loss >= share * limits.loss or heard.jitter >= share * limits.jitter
