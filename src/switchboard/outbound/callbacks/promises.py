"""What one caller can be promised, and what he was promised before: the side of call-backs that a call sees."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from switchboard.kit.clock import Clock
from switchboard.kit.errors import SwitchboardError
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.outbound.callbacks.book import Book
from switchboard.outbound.callbacks.model import Callback, CallbackState
from switchboard.routing.commands import Command, ContactFinished, ContactQueued, encode

PUT_OFF: Final = "call-back put off"
"""How the end of a contact is called that stood in line for a call-back and is taken out of it."""


class Promises:
    """Of one call. client: id. number: the caller's, E.164, None when it is hidden. contact: this call's. language: of
    its flow. entrance: the number that he called. read: E.164 of what he types."""

    def __init__(
        self,
        book: Book,
        *,
        clock: Clock,
        ids: IdSource,
        tasks: Tasks,
        client: str,
        number: str | None,
        contact: str,
        customer: str | None,
        language: str,
        entrance: str,
        read: Callable[[str], str | None],
    ) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._tasks = tasks
        self._client = client
        self._number = number
        self._contact = contact
        self._customer = customer
        self._language = language
        self._entrance = entrance
        self._read = read

    def kept(self, queue: str) -> tuple[int, Sequence[Command]] | None:
        """The place that he has kept in this line and takes over now that he has called himself, with what the Floor
        must be told first: nobody may be rung for both."""
        one = self._book.to_take_over(self._client, self._number, queue)
        if one is None:
            return None
        settled = self._book.end(one.id, CallbackState.SETTLED)
        self._tasks.start(settled, name="call-back settled")
        return one.place, () if one.contact is None else (ContactFinished(one.contact, why=PUT_OFF),)

    def ask(self, typed: str, queued: ContactQueued, answered: Callable[[str], None]) -> None:
        """Promise to call this number back, in this place. answered: is told a word of `flows.CALLBACK_ANSWERS`, once
        the promise is saved."""

        async def asked() -> None:
            answered(await self._promised(self._read(typed), queued))

        self._tasks.start(asked(), name="call-back asked")

    async def _promised(self, number: str | None, queued: ContactQueued) -> str:
        terms = self._book.terms.get(queued.queue)
        if terms is None:
            return "not now"
        if number is None:
            return "wrong number"
        now = self._clock.now()
        place = now if queued.place is None else queued.place
        one = Callback(
            id=self._ids.next(),
            organization=self._book.organization,
            client=self._client,
            queue=queued.queue,
            number=number,
            # Whoever answers at another number need not be the one who is known by this.
            customer=self._customer if number == self._number else None,
            language=self._language,
            entrance=self._entrance,
            state=CallbackState.ASKED,
            place=place,
            priority=queued.priority,
            queued=encode((msgspec.structs.replace(queued, contact="", place=place),)),
            asked_at=now,
            until=now + terms.rule.keep,
            not_before=now,
            next_at=now,
            since=now,
            asked_in=self._contact,
        )
        try:
            return "promised" if await self._book.add(one) else "known"
        except SwitchboardError:
            return "not now"
