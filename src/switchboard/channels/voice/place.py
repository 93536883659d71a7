"""One caller's place in line: how he is put there, what he has stood in before, and what he was promised.

place = PlaceInLine(contact, routing, id_of, preferring, promises)
commands = place.queued(action)         # for the Floor, in this order
place.stands((event.queue,), event.place)
place.ask(action, answered)             # he would rather be called back
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from switchboard.channels.voice.into_line import queued
from switchboard.channels.voice.known import NOBODY, Preferred
from switchboard.channels.voice.returning import RETURNING, Returns
from switchboard.flows.model import AskCallback, CallbackAnswered, Enqueue
from switchboard.routing.commands import Command, ContactQueued
from switchboard.routing.service import Routing


class CallbackPromises(Protocol):
    """What the caller can be promised: `outbound.callbacks.promises`, with numbers as they are typed."""

    def kept(self, queue: str) -> tuple[int, Sequence[Command]] | None: ...

    def ask(self, number: str, queued: ContactQueued, answered: Callable[[str], None]) -> None: ...


class PlaceInLine:
    """id_of: id of a "skill", "team" or "agent" by its key. preferring: who gets him first. asking: a step with what is
    known of him besides.
    promises: None where nobody can be promised anything.
    kept: how a call-back stood in line when it was asked for; it stands so again, whatever its own flow says.
    returns: what is different when he is back soon."""

    def __init__(
        self,
        contact: str,
        routing: Routing,
        id_of: Callable[[str, str], str],
        preferring: Callable[[Enqueue], Preferred],
        promises: CallbackPromises | None = None,
        kept: ContactQueued | None = None,
        returns: Returns | None = None,
        asking: Callable[[Enqueue], Enqueue] = lambda action: action,
    ) -> None:
        self._contact: Final = contact
        self._routing: Final = routing
        self._id: Final = id_of
        self._preferring: Final = preferring
        self._returns: Final = returns
        self._promises: Final = promises
        self._kept: Final = kept
        self._asking: Final = asking
        self._stood: dict[str, int] = {}
        self._to_come: set[str] = set()
        self._queued: ContactQueued | None = None

    def own(self, action: Enqueue, told: Callable[[str, str], None]) -> Enqueue:
        """The step as it is for this caller: another line or rank when he is back soon. told: takes the record's kind
        and words for it, once; who comes back to his place by a key is not told of again."""
        if action.returning is None or self._returns is None or self._kept is not None:
            return action
        own, because = self._returns(action)
        if because and not action.keep_place:
            told(RETURNING, because)
        return own

    def queued(self, action: Enqueue) -> list[Command]:
        """Put him in line: at his old place in this line when he comes back to it, or was to be called back."""
        if self._kept is not None:
            return [msgspec.structs.replace(self._kept, contact=self._contact)]
        queue = self._routing.queue_id(action.queue) or ""
        place = self.before(queue) if action.keep_place else None
        promised = self._promises.kept(queue) if self._promises is not None else None
        first: Sequence[Command] = ()
        if promised is not None:
            since, first = promised
            place = since if place is None else min(since, place)
        comes = queue in self._to_come and promised is None
        asked, preferred = self._asking(action), self._preferring(action)
        self._queued = queued(self._contact, queue, asked, self._id, place, preferred, comes=comes, of_flow=action)
        return [*first, self._queued]

    def stands(self, queues: Sequence[str], since: int) -> None:
        """He stands in the last of these lines since then, and was sent on to it by the others."""
        for queue in queues:
            self._stood[queue] = since
            self._to_come.discard(queue)

    def will_stand(self, queue: str, since: int) -> None:
        """He is told something before he enters this line, and will have the rank of now: if there is room then."""
        self._stood[queue] = since
        self._to_come.add(queue)

    def ask(self, action: AskCallback, answered: Callable[[CallbackAnswered], None]) -> None:
        """He would rather be called back, in the place that he has; who has not stood in this line begins now."""
        if self._promises is None:
            answered(CallbackAnswered("not now"))
            return
        queue = self._routing.queue_id(action.queue) or ""
        before = self._queued
        if before is None or before.queue != queue:
            plain = Enqueue(action.queue)
            before = queued(self._contact, queue, self._asking(plain), self._id, None, NOBODY, of_flow=plain)
        again = msgspec.structs.replace(before, place=self.before(queue))
        self._promises.ask(action.number, again, lambda answer: answered(CallbackAnswered(answer)))

    def before(self, queue: str) -> int | None:
        """Since when he has stood in this line, if he did."""
        return self._stood.get(queue)
