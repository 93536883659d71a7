"""A SQLite connection in a thread of its own: one hop there and back for a whole piece of work."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias, TypeVar

Answer = TypeVar("Answer")

Work: TypeAlias = Callable[[sqlite3.Connection], Answer]


class _Asked(NamedTuple):
    work: Work[Any]
    done: "asyncio.Future[Any] | None"


class SqliteThread:
    """Does what it is asked in the order of asking.

    connect: gives the connection; called in the thread, and again when it raised. The thread starts with
    the first work and is a daemon: a process that dies may leave it, SQLite rolls back what was open.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, name: str) -> None:
        self._connect = connect
        self._name = name
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.closed = False

    async def run(self, work: Work[Answer]) -> Answer:
        """Do `work` and give its answer or its error. When the wait is cancelled the work is still done."""
        self._loop = asyncio.get_running_loop()
        done: asyncio.Future[Answer] = self._loop.create_future()
        self._put(_Asked(work, done))
        return await done

    def post(self, work: Work[None]) -> None:
        """Do `work` after all asked before, without an answer; it must not raise."""
        self._put(_Asked(work, None))

    def stop(self) -> None:
        """Close the connection after all asked before; nothing may be asked afterwards."""
        self.closed = True
        self._asked.put(None)

    async def close(self) -> None:
        """`stop`, and wait until it is done."""
        self.stop()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _put(self, asked: _Asked) -> None:
        if self.closed:
            raise sqlite3.ProgrammingError("the connection is closed")
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name=self._name, daemon=True)
            self._thread.start()
        self._asked.put(asked)

    def _live(self) -> None:
        connection: sqlite3.Connection | None = None
        while (asked := self._asked.get()) is not None:
            try:
                if connection is None:
                    connection = self._connect()
                answer = asked.work(connection)
            except Exception as error:  # noqa: BLE001  # handed to whoever asked, in his loop
                self._answer(asked, error, None)
            else:
                self._answer(asked, None, answer)
        if connection is not None:
            connection.close()

    def _answer(self, asked: _Asked, error: Exception | None, answer: object) -> None:
        if asked.done is None or self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(_resolve, asked.done, error, answer)


def _resolve(done: "asyncio.Future[Any]", error: Exception | None, answer: object) -> None:
    if done.done():
        return  # the wait was cancelled
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(answer)
