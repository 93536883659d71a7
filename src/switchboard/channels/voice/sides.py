"""The two sides of a call, whatever carries them: a SIP leg or a browser."""

from collections.abc import Callable
from typing import Protocol

from switchboard.channels.voice.media.pool import MediaLeg


def unheard(*_: object) -> None:
    """What a side tells before anyone listens."""


class Caller(Protocol):
    """The customer's side. It exists before it is answered, and has a media leg from the start."""

    media: MediaLeg
    codec: int | None
    """Payload type that he speaks (0 or 8), so that an agent's phone can be asked for the same; None if open."""
    on_left: Callable[[], None]
    """The customer hung up or his connection is gone for good; told at most once, never after `hang_up`."""
    on_digit: Callable[[str], None]
    """He pressed a key (0-9, *, #, A-D): once per press, in whatever form it came."""

    @property
    def gone(self) -> bool:
        """Whether that has happened already, perhaps before anyone listened."""
        ...

    def answer(self) -> None:
        """Let him hear us; answering again changes nothing."""
        ...

    def hang_up(self, *, refused: int = 480) -> None:
        """End his side. refused: the SIP status where it was not answered yet. May be called again."""
        ...


class AgentSide(Protocol):
    """An agent who is rung, then talks. `media` is None until there is sound to connect."""

    @property
    def media(self) -> MediaLeg | None: ...

    @property
    def listens(self) -> bool:
        """Whether sound may be sent there: a phone that holds the call wants none (RFC 3264, section 5.1)."""
        ...

    @property
    def speaks(self) -> bool:
        """Whether sound comes from there; while none does, the customer hears music."""
        ...

    def talking(self) -> None:
        """The offer was accepted: from now on there must be sound."""
        ...

    def hang_up(self, *, elsewhere: bool = False) -> None:
        """Stop ringing or end the talk. elsewhere: someone else took the call. May be called again."""
        ...
