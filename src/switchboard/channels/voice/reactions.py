"""What calls do when the Floor has decided: one line per event, carried out after the commit; and what they know of
it, which is saved with it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from switchboard.channels.voice.call import Call
from switchboard.channels.voice.turns import Turns
from switchboard.routing.events import (
    ContactClosed,
    EngagementOpened,
    EngagementTalkEnded,
    Event,
    Held,
    Offered,
    OfferEnded,
    QueueEntered,
    QueueLeft,
    QueueRefused,
    Resumed,
)
from switchboard.storage.rows import RowChange

_REACTIONS: Final[Mapping[type, Callable[[Call, Any], None]]] = {
    QueueEntered: Call.queue_entered,
    Offered: Call.offered,
    OfferEnded: Call.offer_ended,
    EngagementOpened: Call.opened,
    Held: lambda call, _: call.held(True),
    Resumed: lambda call, _: call.held(False),
    EngagementTalkEnded: lambda call, _: call.talk_ended(),
    QueueLeft: Call.queue_left,
    QueueRefused: Call.queue_refused,
    ContactClosed: lambda call, _: call.closed(),
}


def react(calls: Mapping[str, Call], events: Sequence[Event], ringing: Turns | None = None) -> None:
    """Carry out one committed batch. calls: by contact; events about other nodes' contacts are passed over. ringing:
    those who ring together ring in turns; `Call.offered` looks then whether the lease still holds. None: at once.

    The order within a batch is the Floor's, with two turns: an accepted offer is connected before its
    end is looked at, and a contact that is closed in the same batch does not go on with its flow.
    """
    decided: list[Any] = [event for event in events if type(event) in _REACTIONS]
    decided.sort(key=_turn)
    for event in decided:
        call = calls.get(event.contact)
        if call is None:
            continue
        reaction = _REACTIONS[type(event)]
        if ringing is not None and type(event) is Offered and event.together:
            ringing.do(partial(reaction, call, event), partial(_can_ring, call))
        else:
            reaction(call, event)


def _can_ring(call: Call) -> bool:
    """A port for one more phone is at hand; the media worker binds more of them as they are used."""
    return call.worker.ports_left > 0


_TURNS: Final[Mapping[type, int]] = {EngagementOpened: 0, ContactClosed: 0, QueueLeft: 2, QueueRefused: 2}


def _turn(event: Event) -> int:
    """0 before everything, 2 after everything; a stable sort keeps the Floor's order otherwise."""
    return _TURNS.get(type(event), 1)


_ENDS: Final = frozenset({QueueLeft, EngagementTalkEnded})


def rows_along(calls: Mapping[str, Call], events: Sequence[Event]) -> list[RowChange]:
    """What a batch that is about to be saved takes along: what those who leave a line were told in it, and how a
    talk that ends has sounded. Who or what ended them does not matter."""
    rows: list[RowChange] = []
    ended: list[Any] = [event for event in events if type(event) in _ENDS]
    for event in ended:
        call = calls.get(event.contact)
        if call is None:
            continue
        rows += call.kept()
        if type(event) is EngagementTalkEnded and call.heard is not None:
            rows += call.heard.kept(event.engagement)
    return rows
