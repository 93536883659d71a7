"""How an agent is reached by a channel: a page in the browser, a SIP phone, later an outside number.

A way of reaching rings when the Floor has made an offer, and stops when the Floor says that it ended; how
it went, it tells the Floor by `OfferAccepted`, `OfferRejected` or `OfferFailed` with offer and fence.
"""

from typing import Protocol


class Way(Protocol):
    """One way of reaching agents."""

    def reachable(self, agent: str) -> bool:
        """Whether an offer could ring at this agent just now."""
        ...

    def ring(self, agent: str, offer: int, fence: int) -> None:
        """Begin to ring. Returns at once; never raises because the agent cannot be reached: that is an
        end of the offer like others."""
        ...

    def stop(self, agent: str, offer: int) -> None:
        """Ring no longer, or hang up. Idempotent."""
        ...
