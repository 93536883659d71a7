"""Gives what was decided to the writer, in order.

A large batch (`telling.LARGE`) is made ready at the next turn of the loop, because deciding it has taken one; what is
decided meanwhile waits behind it. Every other goes to the writer at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from switchboard.routing.telling import LARGE
from switchboard.storage.writer import Batch, GroupCommitWriter

Saved: TypeAlias = "asyncio.Future[None]"
"""Done when the batch is durable, or with what kept it from being so."""


class _Later(NamedTuple):
    batch: Callable[[], Batch]
    then: Callable[[Saved], None]
    landed: Saved


class Saving:
    """Of one organization."""

    def __init__(self, writer: GroupCommitWriter) -> None:
        self._writer: Final = writer
        self._later: deque[_Later] = deque()

    def save(self, events: int, batch: Callable[[], Batch], then: Callable[[Saved], None]) -> Saved:
        """events: how many the batch has. batch: makes it. then: called when the writer is done with it, of all
        batches in the order of these calls; what is returned is done then, too.

        Raises what the writer raises when a batch that it is given at once is wrong.
        """
        if events <= LARGE and not self._later:
            saved = self._writer.submit(batch())
            saved.add_done_callback(then)
            return saved
        loop = asyncio.get_running_loop()
        later = _Later(batch, then, loop.create_future())
        self._later.append(later)
        if len(self._later) == 1:
            # Twice: uvloop reads no socket between what one has brought and what that has asked for soon.
            loop.call_soon(loop.call_soon, self._next)
        return later.landed

    def _next(self) -> None:
        later = self._later.popleft()
        if self._later:
            asyncio.get_running_loop().call_soon(self._next)
        try:
            saved = self._writer.submit(later.batch())
        except Exception as error:  # noqa: BLE001  # whatever it is, it was not saved
            later.landed.add_done_callback(later.then)
            later.landed.set_exception(error)
            return

        def landed(saved: Saved) -> None:
            error = saved.exception()
            if error is None:
                later.landed.set_result(None)
            else:
                later.landed.set_exception(error)
                # Not everybody waits for it, and `then` has been told.
                later.landed.exception()

        saved.add_done_callback(later.then)
        saved.add_done_callback(landed)
