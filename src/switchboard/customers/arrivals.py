"""Recognising those who are not in memory: all that arrive in one moment share one read and one batch.

While one round reads and commits, those who arrive gather for the next, and rounds that follow each other keep
apart. Under load a first contact therefore costs a fraction of a round, at rest nobody waits.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from switchboard.customers import store
from switchboard.customers.model import CustomerRef, Identity, Kind
from switchboard.kit.clock import Clock
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch, GroupCommitWriter, WriteFailed

_Answer = asyncio.Future[CustomerRef]

_New = Sequence[tuple[Identity, CustomerRef]]

_AT_ONCE: Final = 100
"""Identities in one round: a round holds the loop for some milliseconds, not more."""

APART: Final = 0.032
"""Seconds between the beginnings of two rounds while callers keep coming: a round of one costs nearly as much as one of
ten."""


class Arrivals:
    """Finds or makes the customers of identities. One `Arrivals` per process and database."""

    def __init__(
        self, database: Database, clock: Clock, ids: IdSource, tasks: Tasks, writer: GroupCommitWriter
    ) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._ids = ids
        self._tasks = tasks
        self._waiting: dict[Identity, _Answer] = {}
        self._under_way: dict[Identity, _Answer] = {}

    async def recognise(self, identity: Identity) -> CustomerRef:
        """The customer, made when nobody has this identity. Raises what the database raises."""
        answer = self._under_way.get(identity) or self._waiting.get(identity)
        if answer is None:
            answer = self._waiting[identity] = asyncio.get_running_loop().create_future()
            if not self._under_way and len(self._waiting) == 1:
                self._tasks.start(self._rounds(), name="recognise")
        # Whoever asked may go away (a caller hangs up); the others who wait for the same answer stay.
        return await asyncio.shield(answer)

    async def _rounds(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        try:
            while self._waiting:
                await asyncio.sleep(due - loop.time())
                due = loop.time() + APART
                for identity in list(self._waiting)[:_AT_ONCE]:
                    self._under_way[identity] = self._waiting.pop(identity)
                await self._round()
                self._under_way.clear()
        finally:
            # Only a shutdown gets here with somebody still waiting.
            for answer in (*self._under_way.values(), *self._waiting.values()):
                answer.cancel()
            self._under_way.clear()
            self._waiting.clear()

    async def _round(self) -> None:
        """Answer all under way; when that fails each is tried alone, so that one cannot fail the others."""
        try:
            found = await self._find_or_make(list(self._under_way))
        except Exception:  # noqa: BLE001 - whatever it was, each gets its own error below
            for identity, answer in self._under_way.items():
                await self._alone(identity, answer)
            return
        for identity, answer in self._under_way.items():
            _settle(answer, found[identity])

    async def _alone(self, identity: Identity, answer: _Answer) -> None:
        try:
            found = await self._find_or_make([identity])
        except Exception as error:  # noqa: BLE001 - it is raised to those who asked
            _settle(answer, error)
        else:
            _settle(answer, found[identity])

    async def _find_or_make(self, identities: Sequence[Identity]) -> dict[Identity, CustomerRef]:
        found = await self._find(identities)
        missing = [identity for identity in identities if identity not in found]
        if missing:
            made, failed = await self._make(missing)
            found |= made | await self._find(list(failed))
            for identity, error in failed.items():
                if identity not in found:
                    # Nobody was faster: it could not be written.
                    raise error
        return found

    async def _find(self, identities: Sequence[Identity]) -> dict[Identity, CustomerRef]:
        found: dict[Identity, CustomerRef] = {}
        if not identities:
            return found
        async with self._database.reading() as connection:
            for (organization, client, kind), values in _by_client(identities).items():
                known = await store.known(connection, organization, client, kind, values)
                found |= {Identity(organization, client, kind, value): ref for value, ref in known.items()}
        return found

    async def _make(
        self, identities: Sequence[Identity]
    ) -> tuple[dict[Identity, CustomerRef], dict[Identity, WriteFailed]]:
        """Those that were made, and those that were not: mostly because another node was faster.

        Those of one organization are one batch of the group commit that is due anyway. When that meets a row of
        another node each is tried in a batch of its own, so that it fails alone.
        """
        now = self._clock.now()
        new = {identity: CustomerRef(self._ids.next(), None, now) for identity in identities}
        together = _by_organization(new.items())
        alone = [
            [one] for group, error in zip(together, await self._save(together), strict=True) if error for one in group
        ]
        errors = zip(alone, await self._save(alone), strict=True)
        failed = {identity: error for ((identity, _),), error in errors if error is not None}
        return {identity: ref for identity, ref in new.items() if identity not in failed}, failed

    async def _save(self, groups: Sequence[_New]) -> list[WriteFailed | None]:
        """Each of these as one batch; says of each why it was not saved. Raises what else goes wrong."""
        saved = [
            self._writer.submit(
                Batch(
                    group[0][0].organization,
                    group[0][1].known_since,
                    rows=[row for identity, ref in group for row in store.new_customer(identity, ref)],
                )
            )
            for group in groups
        ]
        outcomes: list[WriteFailed | None] = []
        for outcome in await asyncio.gather(*saved, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, WriteFailed):
                raise outcome
            outcomes.append(outcome)
        return outcomes


def _by_organization(new: Iterable[tuple[Identity, CustomerRef]]) -> Sequence[_New]:
    grouped: defaultdict[str, list[tuple[Identity, CustomerRef]]] = defaultdict(list)
    for identity, ref in new:
        grouped[identity.organization].append((identity, ref))
    return list(grouped.values())


def _by_client(identities: Sequence[Identity]) -> Mapping[tuple[str, str, Kind], list[str]]:
    grouped: defaultdict[tuple[str, str, Kind], list[str]] = defaultdict(list)
    for identity in identities:
        grouped[identity.organization, identity.client, identity.kind].append(identity.value)
    return grouped


def _settle(answer: _Answer, outcome: CustomerRef | Exception) -> None:
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
