"""The carrier's switch: it brings many calls over one socket and writes down how each was answered."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from support.stranger import Request, Response, Stranger


@dataclass
class Brought:
    """A call that was brought. caller: a number that nobody else has. statuses: of all responses to its INVITE."""

    caller: str
    invite: Request
    statuses: list[int] = field(default_factory=list)
    answer: Response | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the final response."""

    @property
    def final(self) -> int:
        return self.statuses[-1] if self.statuses else 0

    @property
    def unheard(self) -> bool:
        """Whether nothing but 100 Trying came back (RFC 3261, 17.1.1.1: which says no more than "arrived")."""
        return all(status <= 100 for status in self.statuses)


class Switch:
    """Use `switch`. Every caller has a number of his own, so that each INVITE is found in the ledger."""

    def __init__(self, carrier: Stranger, prefix: str) -> None:
        self._carrier = carrier
        self._prefix = prefix
        self.calls: dict[str, Brought] = {}

    def bring(self, number: str, *, payload_types: str = "0 8 101") -> Brought:
        """Send an INVITE."""
        caller = f"{self._prefix}{len(self.calls):04}"
        self._carrier.user = caller
        invite = self._carrier.invite(number, payload_types=payload_types)
        brought = self.calls[invite.call] = Brought(caller, invite)
        self._carrier.send(invite)
        return brought

    def cancel(self, brought: Brought) -> None:
        self._carrier.send(self._carrier.request("CANCEL", of=brought.invite))

    async def answered(self, *brought: Brought) -> list[int]:
        """The final status of each."""
        async with asyncio.timeout(20):
            for one in brought:
                await one.over.wait()
        return [one.final for one in brought]

    async def taken(self, brought: Sequence[Brought], count: int) -> None:
        """Wait until so many of these have been answered with 200."""
        async with asyncio.timeout(20):
            for answered in asyncio.as_completed([one.over.wait() for one in brought]):
                await answered
                if sum(one.final == 200 for one in brought) >= count:
                    return

    def hang_up(self, *brought: Brought) -> None:
        """Send a BYE for each that was taken."""
        for one in brought:
            if one.final == 200:
                self._carrier.send(self._carrier.request("BYE", of=one.invite, answered=one.answer))

    async def listen(self) -> None:
        """Take what comes, for ever."""
        while True:
            message = await self._carrier.receive()
            if message.status == 0:
                self._asked(message)
            elif (brought := self.calls.get(message.header("Call-ID"))) is not None:
                self._told(brought, message)

    def _told(self, brought: Brought, response: Response) -> None:
        if not response.header("CSeq").endswith("INVITE"):
            return
        brought.statuses.append(response.status)
        if response.status >= 200:
            brought.answer = response
            self._carrier.send(self._carrier.request("ACK", of=brought.invite, answered=response))
            brought.over.set()

    def _asked(self, request: Response) -> None:
        """The other end hangs up: it is told that it has been heard."""
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq):.*\r\n", request.text, re.IGNORECASE | re.MULTILINE)
        self._carrier.send(f"SIP/2.0 200 OK\r\n{''.join(kept)}Content-Length: 0\r\n\r\n".encode())


@contextlib.asynccontextmanager
async def switch(carrier: Stranger, prefix: str) -> AsyncIterator[Switch]:
    """A switch that listens as long as the block. prefix: of its callers' numbers."""
    made = Switch(carrier, prefix)
    listening = asyncio.create_task(made.listen())
    try:
        yield made
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
