"""Runs trials: jobs that outlive a restart, each simulated in a child process that no call waits for."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from functools import partial
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.app.rooms import Rooms
from switchboard.configuration import store
from switchboard.kit.errors import Unavailable
from switchboard.routing.simulation.program import Answer, Finished
from switchboard.routing.simulation.trial import Tried
from switchboard.storage.jobs import Job
from switchboard.storage.worker import Worker

_log = structlog.get_logger(__name__)

KIND: Final = "trial"
PROGRAM: Final = (sys.executable, "-m", "switchboard.routing.simulation.program")
PATIENCE: Final = 240.0
"""Seconds that a trial may take."""
LONGEST: Final = 16 * 1024 * 1024
"""Bytes of one line that is answered."""
ATTEMPTS: Final = 2
"""How often a trial is begun: anew after one restart of the server, and not for ever."""
BETWEEN: Final = 0.5
"""Seconds at least between two notes of how far it is."""


class Ordered(msgspec.Struct, frozen=True):
    """A job's payload. trial: the id of its row; task: a `Task`, which only the child process reads."""

    trial: str
    task: msgspec.Raw


class TrialWork:
    """Does what `order` asks for. A trial whose row does not say `running` any more was stopped."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._processes: dict[str, Process] = {}

    def serve(self, worker: Worker) -> None:
        """Let this worker run trials."""
        worker.on(KIND, self.do)

    async def order(self, connection: AsyncConnection, organization: str, trial: str, task: bytes) -> None:
        """Have it run, in the caller's transaction. task: a `Task` as JSON."""
        payload = msgspec.json.encode(Ordered(trial, msgspec.Raw(task)))
        await self._rooms.jobs.add(connection, organization, KIND, payload, key=trial)

    def kill(self, trial: str) -> None:
        """End its process at once, if it runs on this node; on another it ends when that next looks at the row."""
        process = self._processes.get(trial)
        if process is not None and process.returncode is None:
            process.kill()

    async def do(self, job: Job) -> None:
        """Run a trial to its end; its row says how that was."""
        ordered = msgspec.json.decode(job.payload, type=Ordered)
        organization, trial = job.organization, ordered.trial
        if job.attempt > ATTEMPTS:
            await self._end(organization, trial, "the server stopped each time it ran; begin it again")
        elif await self._note(organization, trial, done=0, attempt=job.attempt):
            try:
                tried = await self._simulated(organization, trial, bytes(ordered.task))
                if tried is not None:
                    await self._keep(organization, trial, tried)
            except Unavailable as error:
                await self._end(organization, trial, error.text)

    # -- inside

    async def _simulated(self, organization: str, trial: str, task: bytes) -> Tried | None:
        """None when it was stopped."""
        process = await asyncio.create_subprocess_exec(*PROGRAM, stdin=PIPE, stdout=PIPE, limit=LONGEST)
        self._processes[trial] = process
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._answered(organization, trial, process, task)
        except (TimeoutError, ConnectionError, ValueError, msgspec.DecodeError) as error:
            _log.warning("trial_failed", error=type(error).__name__)
            text = f"it takes longer than {PATIENCE / 60:.0f} minutes: choose a day with fewer calls"
            if not isinstance(error, TimeoutError):
                text = "the simulation failed; the log of the server says why"
            raise Unavailable(text) from error
        finally:
            del self._processes[trial]
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _answered(self, organization: str, trial: str, process: Process, task: bytes) -> Tried | None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(task)
        await process.stdin.drain()
        process.stdin.write_eof()
        noted = self._rooms.clock.monotonic() - BETWEEN
        while line := await process.stdout.readline():
            answer = await asyncio.to_thread(partial(msgspec.json.decode, line, type=Answer))
            if isinstance(answer, Finished):
                return answer.tried
            if self._rooms.clock.monotonic() - noted >= BETWEEN:
                noted = self._rooms.clock.monotonic()
                if not await self._note(organization, trial, done=answer.done, of=answer.of):
                    return None
        if await self._note(organization, trial):
            raise ConnectionError("the child process ended")
        return None

    async def _note(self, organization: str, trial: str, **values: Any) -> bool:
        """Write down how far it is; False when it was stopped."""
        async with self._rooms.database.transaction() as connection:
            return await store.change_trial(connection, organization, trial, **{"state": store.RUNNING, **values})

    async def _end(self, organization: str, trial: str, error: str) -> None:
        await self._note(organization, trial, state="failed", error=error)

    async def _keep(self, organization: str, trial: str, tried: Tried) -> None:
        """Nothing is kept of a trial that was stopped in its last moment."""
        async with self._rooms.database.transaction() as connection:
            run = await store.latest_trial(connection, organization)
            if run is None or not await store.change_trial(
                connection, organization, trial, state="done", done=run["of"]
            ):
                return
            row = {name: run[name] for name in ("organization", "id", "by", "section", "key", "revision", "version")}
            kept = {"at": self._rooms.clock.now(), "result": msgspec.to_builtins(tried)}
            await store.add_trial(connection, {**row, **kept})
