"""Calls from the browser without signing in."""

from typing import Protocol

from switchboard.web.messages.try_it import TryIt, TryItCall


class TryItDoor(Protocol):
    """Calls from the browser without signing in; every caller is a stranger."""

    async def status(self) -> TryIt: ...

    async def call(self, number: str, sdp: str, address: str) -> TryItCall:
        """address: where the request came from, for limits. Raises Refused while the page is closed."""
        ...

    async def press(self, call: str, secret: str, digits: str) -> None:
        """Press keys, one after the other. Raises NotFound as `hang_up`."""
        ...

    async def hang_up(self, call: str, secret: str) -> None:
        """Raises NotFound for an unknown call and for a wrong secret alike."""
        ...
