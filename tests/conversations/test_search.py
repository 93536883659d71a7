"""Looking for contacts: every combination of filters finds what it should, page by page, and along an index."""

import itertools
import random
from typing import Any

import pytest
from sqlalchemy import Select, insert

from support.clock import START
from switchboard.conversations import ledger, search, store
from switchboard.conversations.decide import after_digits, number_asked, tail_of
from switchboard.conversations.model import NOT_LET_IN, OVERFLOWED, ArrivalEnd, VisitEnd
from switchboard.conversations.search import Search, page, total
from switchboard.conversations.ways import Span, way_of
from switchboard.customers.service import Customers
from switchboard.customers.store import put_words, with_words
from switchboard.kit.errors import Invalid
from switchboard.kit.ids import earliest
from switchboard.storage.database import Database

SECOND = 1_000_000
CLIENTS = ["acme", "brand"]
QUEUES = ["sales", "support"]
AGENTS = ["anna", "ben", "cleo"]
NUMBERS = ["+4930111222", "+4930999222", "+4917155500", "+390612345678"]
ENDS = [ArrivalEnd.ANSWERED, ArrivalEnd.ABANDONED, ArrivalEnd.LOST_IN_MENU]
CUSTOMERS = {"k1": "muller", "k2": "ada", "k3": "adam", "k4": None}


HOWS = [
    VisitEnd.ANSWERED,
    VisitEnd.ABANDONED,
    VisitEnd.MAX_WAIT,
    VisitEnd.FULL,
    VisitEnd.OVERFLOWED_FULL,
    VisitEnd.OVERFLOWED_MAX_WAIT,
]


class Contacts:
    """Made-up contacts, in memory and in the database."""

    def __init__(self, seed: int, count: int) -> None:
        choose = random.Random(seed)
        self.all = [self._one(choose, number) for number in range(count)]
        self.all.sort(key=lambda one: one["id"], reverse=True)

    @staticmethod
    def _one(choose: random.Random, number: int) -> dict[str, Any]:
        arrived = START + number * 10 * SECOND
        queues = choose.sample(QUEUES, choose.randint(0, 2))
        hows = [choose.choice(HOWS).value for _ in queues]
        return {
            "id": earliest(arrived)[:-3] + f"{choose.randrange(1_000):03d}",
            "arrived_at": arrived + choose.randint(0, 20_000),
            "client": choose.choice(CLIENTS),
            "customer": choose.choice([None, *CUSTOMERS]),
            "number": choose.choice([None, *NUMBERS]),
            "end": choose.choice(ENDS).value,
            "visits": list(zip(queues, hows, strict=True)),
            # Twice the same agent: a contact is found once all the same.
            "agents": [choose.choice(AGENTS) for _ in range(choose.randint(0, 3))],
            "disposition": choose.choice([None, "solved", "order"]),
        }

    async def put(self, database: Database) -> None:
        async with database.transaction() as connection:
            for one in self.all:
                key = {"organization": "org", "contact": one["id"]}
                await connection.execute(
                    insert(store.contact),
                    {"organization": "org", "channel": "voice"}
                    | {name: one[name] for name in ("id", "client", "customer", "arrived_at", "end")},
                )
                if one["number"]:
                    row = ledger.came_from(
                        "org", one["id"], client=one["client"], kind="phone", value=one["number"]
                    ).parameters
                    await connection.execute(insert(store.contact_address), dict(row))
                for number, (queue, how) in enumerate(one["visits"]):
                    visit = {"id": f"{one['id']}.v{number}", "queue": queue, "how": how, "priority": 0}
                    await connection.execute(insert(store.queue_visit), key | visit | {"entered_at": 1, "left_at": 2})
                for number, agent in enumerate(one["agents"]):
                    told = {"id": f"{one['id']}.e{number}", "agent": agent, "queue": "", "visit": "", "offer": 1}
                    await connection.execute(
                        insert(store.engagement), key | told | {"role": "primary", "opened_at": 1, "ring_time": 1}
                    )
                if one["disposition"]:
                    said = {"disposition": one["disposition"], "note": "", "by": "p", "at": 1}
                    await connection.execute(
                        insert(store.engagement_note),
                        key | {"engagement": f"{one['id']}.e0", "client": one["client"]} | said,
                    )
            for client, (customer, word) in itertools.product(CLIENTS, CUSTOMERS.items()):
                if word is not None:
                    await put_words(connection, "org", client, customer, [word])


def passes(one: dict[str, Any], asked: Search, names: str | None = None) -> bool:
    """The same question, asked of what is in memory."""
    hows = [how for queue, how in one["visits"] if asked.queue in (None, queue)]
    came, hows = hows, [how for how in hows if how not in NOT_LET_IN]
    answered, abandoned = "answered" in hows, "abandoned" in hows
    visits = {
        None: True,
        "offered": bool(hows),
        "full": bool(came) and not hows,
        "overflowed_out": any(how in OVERFLOWED for how in came),
        "answered": answered,
        "abandoned": abandoned and not answered,
        "other": bool(hows) and not answered and not abandoned,
    }
    tail = tail_of(one["number"]) if one["number"] else ""
    return all(
        (
            one["client"] in asked.clients,
            asked.queue is None or bool(came),
            visits[asked.visit],
            asked.agent is None or asked.agent in one["agents"],
            asked.agents is None or bool(set(asked.agents) & set(one["agents"])),
            not isinstance(asked.customers, list) or one["customer"] in asked.customers,
            names is None or bool((CUSTOMERS.get(one["customer"]) or "").startswith(names)),
            asked.tail is None or (tail == asked.tail if asked.whole else (tail or "").startswith(asked.tail)),
            asked.disposition is None or one["disposition"] == asked.disposition,
            asked.end is None or one["end"] == asked.end,
            asked.since is None or one["arrived_at"] >= asked.since,
            asked.until is None or one["arrived_at"] < asked.until,
        )
    )


FILTERS: dict[str, dict[str, Any]] = {
    "client": {"clients": ["brand"]},
    "queue": {"queue": "sales"},
    "abandoned": {"visit": "abandoned"},
    "other": {"visit": "other"},
    "offered": {"visit": "offered"},
    "full": {"visit": "full"},
    "sent on": {"visit": "overflowed_out"},
    "agent": {"agent": "ben"},
    "team": {"agents": ["anna", "cleo"]},
    "customer": {"customers": ["k1", "k4"]},
    "name": {"is_called": "ada"},
    "rarer name": {"named": "ada"},
    "last digits": {"tail": "222"},
    "number": {"tail": tail_of(NUMBERS[0]), "whole": True},
    "disposition": {"disposition": "order"},
    "common end": {"end": ArrivalEnd.ANSWERED.value},
    "end": {"end": ArrivalEnd.ABANDONED.value},
    "from": {"since": START + 300 * SECOND},
    "to": {"until": START + 900 * SECOND},
}
COMBINED = [names for size in (0, 1, 2) for names in itertools.combinations(FILTERS, size)]
MORE = random.Random(3).sample(list(itertools.combinations(FILTERS, 3)), 40)


def asked_of(names: tuple[str, ...]) -> tuple[Search, str | None]:
    """The search of these filters, and the name that is asked for beside it."""
    chosen: dict[str, Any] = {"clients": CLIENTS}
    for name in names:
        chosen |= FILTERS[name]
    called = chosen.pop("is_called", None)
    named = chosen.pop("named", None)
    if named is not None:
        chosen["customers"] = with_words("org", chosen["clients"], [named])
    elif called is not None:
        chosen["is_called"] = lambda client, customer: Customers.is_called("org", client, customer, called)
    return Search(**chosen), called or named


@pytest.fixture
async def contacts(database: Database) -> Contacts:
    made = Contacts(seed=7, count=160)
    await made.put(database)
    return made


async def test_every_combination_finds_what_it_should(
    database: Database, contacts: Contacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with pages so short of breath that most end before they are full."""
    monkeypatch.setattr(search, "READ", 25)
    async with database.reading() as connection:
        for names in [*COMBINED, *MORE]:
            asked, called = asked_of(names)
            expected = [one["id"] for one in contacts.all if passes(one, asked, called)]
            found: list[str] = []
            after, pages = None, 0
            while pages == 0 or after is not None:
                got = await page(connection, "org", asked, limit=20, after=after)
                found += [row["id"] for row in got.rows]
                after, pages = got.after, pages + 1
                assert pages < 40
            assert found == expected, names
            assert await total(connection, "org", asked) == len(expected), names


async def test_other_organizations_and_clients_stay_unseen(database: Database, contacts: Contacts) -> None:
    async with database.reading() as connection:
        for asked in (Search(clients=[]), Search(clients=["else"]), Search(clients=[], tail="222")):
            assert (await page(connection, "org", asked, limit=10)).rows == []
        assert (await page(connection, "other", Search(clients=CLIENTS, queue="sales"), limit=10)).rows == []


async def test_too_many_to_count_are_not_counted(
    database: Database, contacts: Contacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COUNTED", 100)
    async with database.reading() as connection:
        assert await total(connection, "org", Search(clients=CLIENTS)) is None
        some = Search(clients=CLIENTS, since=START, until=START + 500 * SECOND)
        assert await total(connection, "org", some) == 50


async def test_no_combination_reads_a_whole_table(sqlite_database: Database) -> None:
    async with sqlite_database.reading() as connection:
        for names in COMBINED:
            asked, _ = asked_of(names)
            for statement in (_listed(asked),):
                explained = statement.compile(dialect=sqlite_database.dialect.engine, compile_kwargs=LITERAL)
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {explained}")
                steps = [row[3] for row in plan]
                assert not [step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step], (
                    names,
                    steps,
                )
                if asked.tail is None and asked.customers is None:
                    # Both of these are had by few: they may be put in order afterwards.
                    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step], (names, steps)


LITERAL = {"literal_binds": True}


def _listed(asked: Search) -> Select[Any]:
    """The statement of a page, neither the first nor the last."""
    return way_of("org", asked).contacts("org", asked, Span("x", "a"), 51)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+49 (30) 111-222", ("2221110394", True)),
        ("0049 30 111222", ("2221110394", True)),
        ("030 111222", ("22211103", False)),
        ("222", ("222", False)),
        ("0123", ("3210", False)),
    ],
)
def test_a_number_is_typed_in_many_ways(text: str, expected: tuple[str, bool]) -> None:
    assert number_asked(text) == expected


@pytest.mark.parametrize("text", ["", "12", "abc", "12a4", "1" * 16, "+", "٣٤٥"])
def test_what_is_no_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        number_asked(text)
    assert refused.value.field == "number"


def test_the_border_after_some_digits() -> None:
    assert [after_digits(one) for one in ("222", "199", "99", "")] == ["223", "2", None, None]
