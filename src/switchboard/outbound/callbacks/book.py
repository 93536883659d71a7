"""The open call-backs of one organization: looked at when the Floor or the time says so, and each step saved first.

    book = Book("acme", rows=Rows(database, "acme"), ..., telephone=lambda: telephone)
    await book.open(terms)          # rows are the truth: what died with the last process is back at its place
    book.heard(events, at)          # every committed batch of the Floor; costs nothing while there is no call-back

Every change of a call-back happens under one lock and is in its row before anything is done about it: nobody's phone
rings for an attempt that is not counted. A caller who hangs up too early costs a look, never an attempt.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

import structlog

from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import SwitchboardError
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.outbound.callbacks.decide import (
    Become,
    CallCustomer,
    Rest,
    StandInLine,
    after,
    may_call,
    next_step,
)
from switchboard.outbound.callbacks.model import Callback, CallbackState, Outcome, Terms
from switchboard.routing.events import ContactClosed, Event
from switchboard.routing.service import Routing, Standing

_log = structlog.get_logger(__name__)

TOGETHER: Final = 0.2
"""Seconds in which everything that the Floor tells is looked at once."""
AGAIN: Final = 5 * MICROSECONDS
"""Pause after something that could not be done just now: no media worker, no database."""

_DROPPED: Final = frozenset({CallbackState.IN_LINE, CallbackState.CALLING})
_FREE: Final = frozenset({CallbackState.ASKED, CallbackState.WAITING, CallbackState.IN_LINE})
"""States in which the customer's own call can take the place over: nobody is dialling him."""


class Telephone(Protocol):
    """What carries the calls of call-backs. It tells `Book.report` how each of them ended, exactly once.

    Raises a SwitchboardError where it cannot even begin; then there is nothing to report.
    """

    async def stand(self, one: Callback, terms: Terms, contact: str, until: int) -> None:
        """Put it in line as this contact until then; the customer is dialled when an agent has taken it, after
        `Book.attempt` has counted that."""
        ...

    async def call(self, one: Callback, terms: Terms, contact: str) -> None:
        """Dial the customer, let him confirm, and put him in line as this contact."""
        ...

    def withdraw(self, organization: str, contact: str) -> None:
        """Take it out of line, or hang up while it is dialled; nothing happens when an agent talks already."""
        ...


class SavedRows(Protocol):
    """Where call-backs are kept: `store.Rows`."""

    async def open_ones(self) -> list[Callback]: ...

    async def add(self, one: Callback) -> None: ...

    async def save(self, one: Callback, joins: str | None = None) -> None: ...


class Book:
    """See the module. terms: by queue id. changed: is told each saved step. Times in UTC epoch microseconds."""

    def __init__(
        self,
        organization: str,
        *,
        rows: SavedRows,
        clock: Clock,
        ids: IdSource,
        tasks: Tasks,
        routing: Routing,
        telephone: Callable[[], Telephone | None],
        changed: Callable[[Callback], None] = lambda _: None,
    ) -> None:
        self.organization: Final = organization
        self.terms: Mapping[str, Terms] = {}
        self._rows = rows
        self._clock = clock
        self._ids = ids
        self._tasks = tasks
        self._routing = routing
        self._telephone = telephone
        self._changed = changed
        self._open: dict[str, Callback] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._lock = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    # -- beginning and end

    async def open(self, terms: Mapping[str, Terms]) -> None:
        """Read what is open. Calls died with the process that made them: their call-backs wait again."""
        self.terms = terms
        now = self._clock.now()
        async with self._lock:
            for one in await self._rows.open_ones():
                self._keep(one)
                if one.state in _DROPPED:
                    await self._save(after(one, Outcome.NOT_TRIED, terms.get(one.queue), now))
        self.wake()

    def change_terms(self, terms: Mapping[str, Terms]) -> None:
        """Queues were configured anew."""
        self.terms = terms
        self.wake()

    def close(self) -> None:
        """Nothing more is begun."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()

    # -- what is told

    def heard(self, events: Sequence[Event], _at: int) -> None:
        """The Floor has decided something: what waits for it is looked at, and whose caller has hung up may begin."""
        if not self._open:
            return
        for event in events:
            if isinstance(event, ContactClosed):
                asked = [one for one in self._open.values() if one.asked_in == event.contact]
                for one in asked:
                    self._tasks.start(self.hung_up(one.id), name="call-back may begin")
        self.wake(TOGETHER)

    def wake(self, seconds: float = 0.0) -> None:
        """Look at all of them in so many seconds, if not sooner."""
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = loop.call_at(due, self._wakes)

    def _wakes(self) -> None:
        self._timer = None
        if not self._closed:
            self._tasks.start(self.look(), name="call-backs")

    # -- what is asked

    @property
    def every(self) -> list[Callback]:
        """All that are open."""
        return list(self._open.values())

    def of_number(self, client: str, number: str | None) -> Callback | None:
        """The open call-back of this number, E.164."""
        if not self._open or number is None:
            return None
        return self._open.get(self._numbers.get((client, number), ""))

    def to_take_over(self, client: str, number: str | None, queue: str) -> Callback | None:
        """The call-back whose place this caller may take himself, because nobody is dialling him."""
        found = self.of_number(client, number)
        return found if found is not None and found.queue == queue and found.state in _FREE else None

    def of_contact(self, contact: str) -> Callback | None:
        """The call-back that this contact stands in line or is called for."""
        return next((one for one in self._open.values() if one.contact == contact), None) if self._open else None

    async def add(self, one: Callback) -> bool:
        """A new one; False, and nothing is done, when its number has an open one already."""
        async with self._lock:
            if self.of_number(one.client, one.number) is not None:
                return False
            await self._rows.add(one)
            self._keep(one)
        self.wake()
        return True

    async def hung_up(self, id_: str) -> None:
        """The call in which it was asked for has ended."""
        async with self._lock:
            one = self._open.get(id_)
            if one is not None and one.state is CallbackState.ASKED:
                await self._save(replace(one, state=CallbackState.WAITING, since=self._clock.now()))
        self.wake()

    async def attempt(self, id_: str, contact: str) -> Callback | None:
        """An agent has taken it: count the attempt. None when the customer may not be dialled (any more)."""
        async with self._lock:
            one, now = self._open.get(id_), self._clock.now()
            if one is None or one.contact != contact or one.state is not CallbackState.IN_LINE:
                return None
            if not may_call(one, self.terms.get(one.queue), now):
                return None
            counted = replace(one, state=CallbackState.CALLING, attempts=one.attempts + 1, since=now)
            await self._save(counted)
            return counted

    async def report(self, id_: str, contact: str, outcome: Outcome) -> None:
        """How the call of this contact went. What has been settled or cancelled meanwhile stays as it is."""
        async with self._lock:
            one = self._open.get(id_)
            if one is not None and one.contact == contact:
                await self._save(after(one, outcome, self.terms.get(one.queue), self._clock.now()))
        self.wake()

    async def end(self, id_: str, state: CallbackState) -> Callback | None:
        """Settled or cancelled, which takes it out of line. None when it is over already."""
        async with self._lock:
            one = self._open.get(id_)
            if one is None:
                return None
            ended = replace(one, state=state, contact=None, since=self._clock.now())
            await self._save(ended)
        telephone = self._telephone()
        if one.contact is not None and telephone is not None:
            telephone.withdraw(self.organization, one.contact)
        return ended

    async def change(self, id_: str, *, not_before: int, until: int, note: str | None = None) -> Callback | None:
        """Another time, and another note unless it is None. None unless it waits: one that stands in line or is called
        is not moved any more."""
        async with self._lock:
            one = self._open.get(id_)
            if one is None or one.state is not CallbackState.WAITING:
                return None
            place = not_before if one.asked_in is None else one.place
            said = one.note if note is None else note
            changed = replace(one, not_before=not_before, until=until, place=place, note=said)
            await self._save(changed)
        self.wake()
        return changed

    # -- its own doing

    async def look(self) -> None:
        """Do what is due, and wake again when the next one is."""
        now = self._clock.now()
        looks = [now + 60 * MICROSECONDS] if self._open else []
        for one in sorted(self._open.values(), key=lambda one: one.rank):
            try:
                looks.append(await self._see(one.id))
            except Exception as error:  # noqa: BLE001  # whatever it is, the others are looked at and it is tried again
                _log.warning("callback_not_begun", callback=one.id, why=type(error).__name__)
                looks.append(now + AGAIN)
        if looks:
            self.wake(max(0, min(looks) - self._clock.now()) / MICROSECONDS)

    async def _see(self, id_: str) -> int:
        """Take one step of one call-back; when to look at it again."""
        async with self._lock:
            one, now, telephone = self._open.get(id_), self._clock.now(), self._telephone()
            if one is None or telephone is None:
                return now + AGAIN
            terms = self.terms.get(one.queue)
            match next_step(one, terms, self._standing(one), now):
                case Rest(until):
                    return until
                case Become(state):
                    await self._become(one, state, telephone, now)
                case StandInLine(until) if terms is not None:
                    return await self._stand(one, terms, until, telephone, now)
                case CallCustomer() if terms is not None and may_call(one, terms, now):
                    return await self._call(one, terms, telephone, now)
        return now + AGAIN

    def _standing(self, one: Callback) -> Standing | None:
        before = sum(
            other.queue == one.queue and other.rank < one.rank and other.state is CallbackState.WAITING
            for other in self._open.values()
        )
        return self._routing.standing_at(one.queue, one.place, priority=one.priority, before=before)

    async def _become(self, one: Callback, state: CallbackState, telephone: Telephone, now: int) -> None:
        """A deadline has passed. What was left in line or on the telephone is taken back."""
        if one.state is CallbackState.CALLING:
            await self._save(after(one, Outcome.UNREACHABLE, self.terms.get(one.queue), now))
        else:
            await self._save(replace(one, state=state, contact=None, since=now))
        if one.contact is not None:
            telephone.withdraw(self.organization, one.contact)

    async def _stand(self, one: Callback, terms: Terms, until: int, telephone: Telephone, now: int) -> int:
        contact = self._ids.next()
        standing = replace(one, state=CallbackState.IN_LINE, contact=contact, since=now)
        await self._save(standing, joins=contact)
        try:
            await telephone.stand(standing, terms, contact, until)
        except SwitchboardError:
            await self._save(one)
            raise
        return until

    async def _call(self, one: Callback, terms: Terms, telephone: Telephone, now: int) -> int:
        contact = self._ids.next()
        calling = replace(one, state=CallbackState.CALLING, contact=contact, since=now, attempts=one.attempts + 1)
        await self._save(calling, joins=contact)
        try:
            await telephone.call(calling, terms, contact)
        except SwitchboardError as error:
            _log.warning("callback_not_dialled", callback=one.id, why=error.code)
            await self._save(after(calling, Outcome.UNREACHABLE, terms, now))
        return now + AGAIN

    def _keep(self, one: Callback) -> None:
        if one.open:
            self._open[one.id] = one
            if one.number is not None:
                self._numbers[one.client, one.number] = one.id
        else:
            self._open.pop(one.id, None)
            if one.number is not None and self._numbers.get((one.client, one.number)) == one.id:
                del self._numbers[one.client, one.number]

    async def _save(self, one: Callback, joins: str | None = None) -> None:
        """Into its row, then into memory."""
        await self._rows.save(one, joins)
        self._keep(one)
        self._changed(one)
