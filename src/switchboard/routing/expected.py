"""What a contact was expected to wait as it entered the line, for whoever measures how right that was."""

import msgspec

from switchboard.kit.clock import MICROSECONDS


class Expected(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Microseconds from then on; low <= likely <= high: see `measures.waiting.Outlook`."""

    low: int
    likely: int
    high: int

    def parts(self) -> tuple[int, int, int]:
        """As columns."""
        return self.low, self.likely, self.high


def expected(low: float, likely: float, high: float) -> Expected:
    """From seconds."""
    return Expected(round(low * MICROSECONDS), round(likely * MICROSECONDS), round(high * MICROSECONDS))
