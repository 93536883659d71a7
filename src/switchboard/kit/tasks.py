"""Background tasks that cannot fail unseen."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Self

import structlog

_log = structlog.get_logger(__name__)


class Tasks:
    """Starts tasks, keeps them alive, logs every failure, and ends them all on `close`.

    Unlike `asyncio.TaskGroup` one failure does not cancel the neighbours: a call that breaks must not
    take the other calls with it. Use it as an async context manager, or call `close` yourself.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run `work` in the background; its failure is logged with `name`."""
        task = asyncio.get_running_loop().create_task(work, name=f"{self._name}:{name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def __len__(self) -> int:
        return len(self._running)

    async def close(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        while self._running:
            running = list(self._running)
            for task in running:
                task.cancel()
            await asyncio.wait(running)
            # Callbacks run on the next pass of the loop; without this the same tasks are seen again.
            self._running.difference_update(running)

    async def drain(self, seconds: float) -> bool:
        """Wait up to `seconds` for everything to end by itself; False when something still runs."""
        if self._running:
            await asyncio.wait(list(self._running), timeout=seconds)
        return not self._running

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task_failed", task=task.get_name(), exc_info=error)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
