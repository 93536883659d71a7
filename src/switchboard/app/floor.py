"""The Floor of an organization, wired to the rooms that it is configured from."""

from functools import partial

from switchboard.app.rooms import Rooms
from switchboard.kit.tasks import Tasks
from switchboard.routing.service import Routing, load_configured
from switchboard.storage.journal import Journal


def floor_of(rooms: Rooms, tasks: Tasks, node: str, organization: str) -> Routing:
    """Not started yet. node: where the calls of this process are held."""
    return Routing(
        organization,
        node=node,
        clock=rooms.clock,
        tasks=tasks,
        journal=Journal(rooms.database),
        writer=rooms.writer,
        load=partial(
            load_configured,
            rooms.database,
            organization,
            queues=rooms.queues,
            agents=rooms.agents,
            tenancy=rooms.tenancy,
        ),
    )
