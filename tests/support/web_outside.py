"""Simulated rooms behind what stands open without signing in: the try-it page, and the node's health."""

from collections.abc import Sequence

from support.web_states import SDP
from switchboard.kit.errors import NotFound, Refused
from switchboard.web.messages.operation import PartHealth
from switchboard.web.messages.try_it import TryIt, TryItCall, TryItNumber


class SimulatedTryIt:
    def __init__(self) -> None:
        self.open = True

    async def status(self) -> TryIt:
        return TryIt(open=self.open, numbers=[TryItNumber(number="+4930555", name="Support")])

    async def call(self, number: str, sdp: str, address: str) -> TryItCall:
        if not self.open:
            raise Refused("This page is closed")
        if number != "+4930555":
            raise NotFound("This number is not offered here")
        return TryItCall(call="t1", sdp=SDP, secret="s3cret")

    async def press(self, call: str, secret: str, digits: str) -> None:
        del digits
        await self.hang_up(call, secret)

    async def hang_up(self, call: str, secret: str) -> None:
        if (call, secret) != ("t1", "s3cret"):
            raise NotFound("There is no such call")


class SimulatedHealth:
    def __init__(self) -> None:
        self.database = True

    async def parts(self) -> Sequence[PartHealth]:
        return [PartHealth(part="database", ok=self.database)]
