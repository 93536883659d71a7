"""Call-backs, wired."""

from typing import Protocol

from switchboard.app.rooms import Rooms
from switchboard.channels.voice.branches import Branches
from switchboard.channels.voice.calling_back import CallingBack
from switchboard.channels.voice.lines import Lines
from switchboard.channels.voice.media.pool import MediaPool
from switchboard.channels.voice.service import Voice
from switchboard.channels.voice.sip.stack import SipStack
from switchboard.kit.tasks import Tasks
from switchboard.outbound.model import Callback
from switchboard.outbound.service import Callbacks, Forgetting
from switchboard.routing.service import Floors
from switchboard.storage.worker import Worker
from switchboard.web.rooms.callbacks import CallbacksByWeb
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Names


def callbacks_of(rooms: Rooms, floors: Floors, tasks: Tasks, worker: Worker) -> Callbacks:
    """The call-backs of a center; they have no telephone yet. worker: forgets old ones."""
    callbacks = Callbacks(
        rooms.database,
        clock=rooms.clock,
        ids=rooms.ids,
        tasks=tasks,
        floors=floors,
        queues=rooms.queues,
        tenancy=rooms.tenancy,
        audit=rooms.tenancy.audit,
    )
    callbacks.forgetting = Forgetting(rooms.database, rooms.clock, rooms.queues, rooms.jobs)
    callbacks.forgetting.serve(worker)
    return callbacks


def callbacks_door(callbacks: Callbacks, rooms: Rooms, names: Names) -> CallbacksByWeb:
    """What the web asks of them."""
    return CallbacksByWeb(
        callbacks,
        database=rooms.database,
        conversations=rooms.conversations,
        customers=rooms.customers,
        tenancy=rooms.tenancy,
        skills=rooms.skills,
        names=names,
    )


def show_on_desks(callbacks: Callbacks, floors: Floors, hub: Hub) -> None:
    """The Floor does not know when a customer's phone rings and when he answers: tell the desk that shows it."""

    def changed(one: Callback) -> None:
        for agent in floors.of(one.organization).board().agents if one.contact is not None else ():
            if agent.contact == one.contact:
                hub.touch(one.organization, agent.id)

    callbacks.changed = changed


class Wired(Protocol):
    """What calling out needs of a center."""

    @property
    def callbacks(self) -> Callbacks: ...

    @property
    def voice(self) -> Voice: ...

    @property
    def branches(self) -> Branches: ...

    @property
    def stack(self) -> SipStack: ...

    @property
    def lines(self) -> Lines: ...

    @property
    def pool(self) -> MediaPool: ...

    @property
    def tasks(self) -> Tasks: ...


def telephone_of(center: Wired, public_host: str) -> CallingBack:
    """What carries their calls; `callbacks.telephone` once the stack has started."""
    return CallingBack(
        center.voice,
        callbacks=center.callbacks,
        branches=center.branches,
        stack=center.stack,
        lines=center.lines,
        pool=center.pool,
        tasks=center.tasks,
        clock=center.callbacks.clock,
        public_host=public_host,
    )
