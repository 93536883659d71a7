"""Simulated call-backs behind the web's door: one that waits."""

from typing import Any

from switchboard.kit.errors import Invalid, NotFound
from switchboard.outbound.model import CallbackState
from switchboard.web.doors.session import Who
from switchboard.web.messages.callbacks import (
    CallbackAsked,
    CallbackChange,
    CallbackList,
    CallbackQueues,
    CallbackRow,
    CallbacksAsked,
    JoinedContacts,
)


def callback_row(**different: Any) -> CallbackRow:
    """One that waits since the beginning of time."""
    plain: dict[str, Any] = {
        "id": "b1",
        "state": CallbackState.WAITING,
        "since": 1,
        "queue": "q1",
        "queue_name": "Support",
        "client": "Acme",
        "number": "+4930123456",
        "customer": None,
        "customer_name": None,
        "note": "",
        "asked_at": 1,
        "asked_in": None,
        "asked_by": "Sue",
        "place": 1,
        "not_before": 1,
        "until": 2,
        "next_at": 1,
        "attempts": 0,
        "most_attempts": 3,
        "outcome": None,
        "contact": None,
    }
    return CallbackRow(**(plain | different))


class SimulatedCallbacks:
    """Satisfies `doors.CallbacksDoor`."""

    async def page(self, who: Who, asked: CallbacksAsked) -> CallbackList:
        return CallbackList(callbacks=[callback_row()], after=None)

    async def queues(self, who: Who) -> CallbackQueues:
        return CallbackQueues(queues=[])

    async def joined(self, who: Who, contact: str) -> JoinedContacts:
        return JoinedContacts(contacts=[])

    async def schedule(self, who: Who, asked: CallbackAsked) -> CallbackRow:
        if asked.queue != "q1":
            raise Invalid("this queue calls nobody back", field="queue")
        return callback_row(number=asked.number, note=asked.note)

    async def change(self, who: Who, callback: str, change: CallbackChange) -> CallbackRow:
        return callback_row(id=_known(callback), note=change.note or "")

    async def cancel(self, who: Who, callback: str) -> CallbackRow:
        return callback_row(id=_known(callback), state=CallbackState.CANCELLED)


def _known(callback: str) -> str:
    if callback != "b1":
        raise NotFound("There is no such call-back")
    return callback
