"""What was learned of agents, wired: the job, and the door for the web."""

from collections.abc import Collection

from switchboard.app.rooms import Rooms
from switchboard.measures.confidence import Interval
from switchboard.routing.learning.service import Learning, Version
from switchboard.routing.service import Floors
from switchboard.storage.worker import Worker
from switchboard.tenancy.model import SYSTEM
from switchboard.web.doors.session import Who
from switchboard.web.messages.outcomes import Estimated, LearnedQueue, LearnedVersion, LearnedVersions
from switchboard.web.rooms.names import Named, Names


def learning_of(rooms: Rooms, floors: Floors, worker: Worker) -> Learning:
    """Learns from these rooms' ledger."""

    async def clients(organization: str) -> Collection[str]:
        async with rooms.database.reading() as connection:
            return list((await rooms.tenancy.brands.ids(connection, organization)).values())

    learning = Learning(
        rooms.database,
        rooms.clock,
        rooms.tenancy.audit,
        rooms.conversations,
        floors=floors,
        queues=rooms.queues,
        clients=clients,
    )
    learning.serve(worker)
    return learning


class OutcomesByWeb:
    """Satisfies `doors.OutcomesDoor`."""

    def __init__(self, learning: Learning, names: Names, floors: Floors) -> None:
        self._learning = learning
        self._names = names
        self._floors = floors

    async def versions(self, who: Who) -> LearnedVersions:
        named = await self._names.of(who.organization)
        people = self._floors.of(who.organization).names()
        found = await self._learning.versions(who.organization)
        return LearnedVersions(
            versions=[
                LearnedVersion(
                    number=one.number,
                    made_at=one.made_at,
                    by=None if one.by == SYSTEM else people.get(one.by, ""),
                    since=one.since,
                    until=one.until,
                    contacts=one.contacts,
                    in_force=one.in_force,
                    queues=_queues(one, named),
                )
                for one in found
            ]
        )

    async def learn(self, who: Who) -> LearnedVersions:
        await self._learning.learn(who.organization, by=who.id)
        return await self.versions(who)

    async def take(self, who: Who, number: int) -> LearnedVersions:
        await self._learning.take(who.organization, number, by=who.id)
        return await self.versions(who)


def _queues(version: Version, named: Named) -> list[LearnedQueue]:
    ids = {*version.expected, *version.gains, *version.answers}
    shown = [_queue(queue, named, version) for queue in ids]
    return sorted(shown, key=lambda one: (one.name, one.queue))


def _queue(queue: str, named: Named, version: Version) -> LearnedQueue:
    gain = version.gains.get(queue)
    return LearnedQueue(
        queue=queue,
        name=named.queue(queue) or "",
        expected=version.expected.get(queue),
        compared=0 if gain is None else gain.best,
        held_out=0 if gain is None else gain.held_out,
        compared_hours=0 if gain is None else gain.best_hours,
        held_out_hours=0 if gain is None else gain.held_out_hours,
        cost=_estimated(None if gain is None else gain.cost),
        handling=_estimated(None if gain is None else gain.handling),
        resolution=_estimated(None if gain is None else gain.resolution),
        satisfaction=_estimated(None if gain is None else gain.satisfaction),
        answers=version.answers.get(queue, 0),
    )


def _estimated(found: Interval | None) -> Estimated | None:
    return None if found is None else Estimated(mean=found.mean, half=found.half)
