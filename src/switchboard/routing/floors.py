"""The Floors of one process, by organization."""

from collections.abc import Callable

from switchboard.kit.errors import NotFound
from switchboard.routing.runner import Routing


class Floors:
    """Opens each organization's Floor once and finds it again. make: builds one that is not started."""

    def __init__(self, make: Callable[[str], Routing]) -> None:
        self._make = make
        self._open: dict[str, Routing] = {}

    async def open(self, organization: str) -> Routing:
        """Start this organization's Floor, unless it runs already.

        Raises what its start raised; it can be opened again then.
        """
        if (known := self._open.get(organization)) is not None:
            return known
        routing = self._open[organization] = self._make(organization)
        try:
            await routing.start()
        except BaseException:
            del self._open[organization]
            raise
        return routing

    def of(self, organization: str) -> Routing:
        """The Floor of an organization. Raises NotFound when it does not run here."""
        try:
            return self._open[organization]
        except KeyError:
            raise NotFound("This organization's calls are not routed here") from None

    def open_now(self) -> dict[str, Routing]:
        """Those that run, by organization."""
        return dict(self._open)

    async def close(self) -> None:
        """Close every Floor."""
        while self._open:
            await self._open.popitem()[1].close()
