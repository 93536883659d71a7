"""A made-up past: the rows that months of calls would have left, in the order in which they happened."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, NamedTuple

from switchboard.conversations.model import ContactEnd, OfferEnd, Role, TalkEnd, VisitEnd, WrapUpEnd, arrival_end
from switchboard.conversations.service import ledger
from switchboard.customers.service import Customers
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.ids import IdSource
from switchboard.routing.model import Found, Why
from switchboard.storage.rows import RowChange

DAY: Final = 86_400 * MICROSECONDS
SECOND: Final = MICROSECONDS

HOURS: Final = (1, 1, 0, 0, 1, 2, 8, 30, 60, 90, 100, 95, 80, 85, 90, 85, 70, 55, 40, 25, 15, 10, 6, 3)
"""How busy each hour of the day is against the busiest, midnight first."""

FIRST: Final = (
    *("Anna", "Ben", "Clara", "David", "Élodie", "François", "Günter", "Hanna"),
    *("Ivo", "Jörg", "Karin", "Łukasz", "Maria", "Nils", "Olga", "Paul"),
)
SYLLABLES: Final = (
    *("Mül", "ler", "Schmi", "dt", "Wei", "ß", "Kow", "al", "ski", "Gar", "cía"),
    *("Ber", "ger", "No", "vák", "Lin", "de", "mann", "Hof", "fer"),
)

RETURNING: Final = 0.75
"""Share of callers who have called before."""
NAMED: Final = 0.6
"""Share of customers whose name somebody wrote down."""
NOTED: Final = 0.7
"""Share of talks whose agent chose a disposition."""
HIDDEN: Final = 0.05
"""Share of callers without a number."""


class Place(NamedTuple):
    """A client, its queues (ids) and the number that is dialled."""

    client: str
    queues: Sequence[str]
    entrance: str = "+49301000"


def any_number(choose: random.Random, count: int) -> str:
    """A number for the next customer of a client that has `count`; never the same twice. Some belong to somebody:
    for benches only."""
    # The ends count up, in an order that looks like none.
    ending = 1_000_000 + count * 2_741_983 % 9_000_000
    return f"+49{choose.choice((30, 40, 89, 151, 171))}{ending}"


def film_number(choose: random.Random, count: int) -> str:
    """As `any_number`, but kept free for films and examples by the Bundesnetzagentur; up to a thousand of them."""
    del choose
    return f"+493023125{(200 + count * 37) % 1_000:03}"


class _Customer(NamedTuple):
    id: str
    number: str


class _Then:
    """The clock of what is being made up."""

    def __init__(self) -> None:
        self.at = 0

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / MICROSECONDS


def made_up_family(choose: random.Random) -> str:
    """One of many family names, so that searching for one has something to do."""
    return "".join(choose.sample(SYLLABLES, choose.randint(2, 4))).capitalize()


@dataclass(slots=True, kw_only=True)
class Past:
    """places, agents: among whom the contacts are dealt out. dispositions: keys by queue. notes: what is written for
    a key, nothing when it is missing. number, family: make customers' numbers and family names. first_offer: the
    number of the first. until: when the last contact arrives, UTC epoch microseconds; days: how long before that the
    first. The same `choose` makes the same rows.
    """

    organization: str
    places: Sequence[Place]
    agents: Sequence[str]
    dispositions: Mapping[str, Sequence[str]]
    contacts: int
    until: int
    days: int
    choose: random.Random
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    number: Callable[[random.Random, int], str] = any_number
    family: Callable[[random.Random], str] = made_up_family
    first_offer: int = 1
    _then: _Then = field(default_factory=_Then)
    _known: dict[str, list[_Customer]] = field(default_factory=dict)
    _offers: int = 0
    """Made so far."""

    def rows(self) -> Iterator[list[RowChange]]:
        """The rows of each contact, the earliest first."""
        ids = IdSource(self._then, self.choose)
        for at in self._arrivals():
            self._then.at = at
            yield self._contact(ids, at)

    def _arrivals(self) -> Iterator[int]:
        """Moments, ascending: as many in each hour as it is busy."""
        start = self.until - self.days * DAY
        hours = [HOURS[hour % 24] for hour in range(self.days * 24)]
        due = [round(self.contacts * share / sum(hours)) for share in accumulate(hours)]
        made = 0
        for hour, last in enumerate(due):
            moments = sorted(self.choose.randrange(3_600 * SECOND) for _ in range(last - made))
            made = last
            yield from (start + hour * 3_600 * SECOND + moment for moment in moments)

    def _contact(self, ids: IdSource, at: int) -> list[RowChange]:
        choose = self.choose
        place = choose.choices(self.places, range(len(self.places), 0, -1))[0]
        id_ = ids.next()
        rows: list[RowChange] = []
        customer = None if choose.random() < HIDDEN else self._caller(ids, place.client, at, rows)
        rows.append(
            ledger.contact_arrived(
                self.organization,
                id_,
                client=place.client,
                channel="voice",
                customer=None if customer is None else customer.id,
                entrance=place.entrance,
                at=at,
            )
        )
        if customer is not None:
            rows.append(
                ledger.came_from(self.organization, id_, client=place.client, kind="phone", value=customer.number)
            )
        self._went(id_, place, at, rows)
        return rows

    def _caller(self, ids: IdSource, client: str, at: int, rows: list[RowChange]) -> _Customer:
        known = self._known.setdefault(client, [])
        if known and self.choose.random() < RETURNING:
            # The square draws the early ones more often: some call every week and most only once.
            return known[int(self.choose.random() ** 2 * len(known))]
        number = self.number(self.choose, len(known))
        name = self._name() if self.choose.random() < NAMED else None
        customer = _Customer(ids.next(), number)
        rows += Customers.imported(self.organization, client, customer.id, number, name, at)
        known.append(customer)
        return customer

    def _name(self) -> str:
        return f"{self.choose.choice(FIRST)} {self.family(self.choose)}"

    def _went(self, id_: str, place: Place, at: int, rows: list[RowChange]) -> None:
        fate = self.choose.random()
        if fate < 0.06:
            self._closed(id_, at + self._seconds(5, 60), rows, how=ContactEnd.LEFT)
        elif fate < 0.09:
            self._closed(id_, at + self._seconds(10, 90), rows, how=ContactEnd.FINISHED, why="out of hours")
        else:
            self._stood_in_line(id_, place, at + self._seconds(3, 40), rows, answered=fate > 0.17)

    def _stood_in_line(self, id_: str, place: Place, entered: int, rows: list[RowChange], *, answered: bool) -> None:
        queue, visit = self.choose.choice(place.queues), f"{id_}.v1"
        ring = self._seconds(2, 12)
        left = entered + ring + self._seconds(0, 240)
        how = VisitEnd.ANSWERED if answered else VisitEnd.ABANDONED
        if answered:
            self._answered(id_, place.client, visit, queue, left, ring, rows)
        else:
            self._closed(id_, left, rows, how=ContactEnd.ABANDONED, visit=how)
        rows.append(
            ledger.visit_ended(
                self.organization, visit, of_contact=id_, queue=queue, priority=0, entered=entered, how=how, at=left
            )
        )

    def _answered(
        self, id_: str, client: str, visit: str, queue: str, at: int, ring: int, rows: list[RowChange]
    ) -> None:
        organization, agent, engagement = self.organization, self.choose.choice(self.agents), f"{id_}.e1"
        offer = self.first_offer + self._offers
        self._offers += 1
        why = Why("longest idle", Found.CONTACT, round(self.choose.uniform(1, 600), 1))
        talk, wrap_up = self._seconds(20, 600), self._seconds(5, 60)
        over = at + talk
        rows += [
            ledger.offer_made(
                organization, offer, visit=visit, of_contact=id_, queue=queue, agent=agent, reach="browser", why=why,
                at=at - ring,
            ),
            ledger.offer_ended(organization, offer, end=OfferEnd.ACCEPTED, at=at),
            ledger.engagement_opened(
                organization, engagement, of_contact=id_, agent=agent, queue=queue, visit=visit, from_offer=offer,
                role=Role.PRIMARY, ring_time=ring, at=at,
            ),
            ledger.talk_ended(
                organization, engagement, by=TalkEnd.CUSTOMER, talk=talk, hold=0, holds=0, wraps_up=True, at=over
            ),
            ledger.engagement_closed(
                organization, engagement, how=WrapUpEnd.FINISHED, wrap_up=wrap_up, at=over + wrap_up
            ),
        ]  # fmt: skip
        self._closed(id_, over, rows, how=ContactEnd.ANSWERED, visit=VisitEnd.ANSWERED)
        if self.choose.random() < NOTED:
            said = self.choose.choice(self.dispositions[queue])
            rows.append(
                ledger.noted(
                    organization,
                    engagement,
                    of_contact=id_,
                    client=client,
                    disposition=said,
                    note=self.choose.choice(self.notes.get(said) or ("",)),
                    by=agent,
                    at=over,
                )
            )

    def _closed(
        self,
        id_: str,
        at: int,
        rows: list[RowChange],
        *,
        how: ContactEnd,
        visit: VisitEnd | None = None,
        why: str = "",
    ) -> None:
        talked = how is ContactEnd.ANSWERED
        end = arrival_end(how, visit=visit, talked=talked, why=why)
        rows.append(ledger.contact_closed(self.organization, id_, how=how, end=end, why=why, at=at))

    def _seconds(self, least: int, most: int) -> int:
        return self.choose.randrange(least * SECOND, most * SECOND)
