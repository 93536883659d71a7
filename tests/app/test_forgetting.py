"""Forgetting a customer: every column that says who he is is known, and nothing of it is left anywhere."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import JSON, LargeBinary, Table, Text, insert, select

import switchboard
from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.app.forgetting import PERSONAL, Forgetting
from switchboard.outbound.callbacks.model import CallbackState
from switchboard.storage.database import Database
from switchboard.storage.schema import metadata

NUMBER = "+4930123456"
MARK = "Jo March"

STAFF: Final[Mapping[str, frozenset[str]]] = {
    "person": frozenset({"user_name", "sign_in_name", "name", "language", "password_hash", "password_fingerprint"}),
    "session": frozenset({"address", "device"}),
    "sign_in": frozenset({"address", "device"}),
    "sign_in_failure": frozenset({"subject"}),
    "phone": frozenset({"user_name", "digest_ha1", "digest_secret_from", "contact"}),
}
"""Columns that say who works here: none of a customer's."""

REFERENCES: Final = frozenset(
    [
        "organization",
        "id",
        "key",
        "client",
        "brand",
        "contact",
        "customer",
        "agent",
        "person",
        "queue",
        "to_queue",
        "visit",
        "engagement",
        "recording",
        "callback",
        "entrance",
        "team",
        "flow",
        "reconciliation",
        "version",
        "section",
        "branch",
        "personal_agent",
        "by",
        "asked_by",
        "asked_in",
        "off_by",
        "published_by",
        "who",
        "subject",
    ]
)
"""Columns of ids and keys, of things and of people: names live elsewhere."""

WORDS: Final = frozenset(
    [
        "action",
        "kind",
        "state",
        "how",
        "why",
        "end",
        "role",
        "reach",
        "reason",
        "outcome",
        "channel",
        "strategy",
        "when_nobody",
        "wrap_up_end",
        "ended_by",
        "why_ended",
        "went_on",
        "our_end",
        "next_state",
        "language",
        "region",
        "time_zone",
        "disposition",
        "format",
        "what",
        "music",
        "zone",
        "digest",
        "revision",
        "error",
        "owner",
        "place",
        "source",
        "because",
        "next",
    ]
)
"""Columns of words of ours, or of a standard."""

NOTHING_OF_A_CUSTOMER: Final[Mapping[str, frozenset[str]]] = {
    "agent_profile": frozenset({"queues", "skills", "tiers", "phone", "capacity"}),
    "agent_reason": frozenset({"name"}),
    # "changed" stands for what was changed of a customer.
    "audit": frozenset({"changes"}),
    # A command of the Floor: references only.
    "callback": frozenset({"queued"}),
    "client": frozenset({"name"}),
    "code": frozenset({"dial", "pin_secret_from", "phones", "text", "sound", "numbers"}),
    "configuration_change": frozenset({"before", "after"}),
    "configuration_trial": frozenset({"result"}),
    # A key with its label, an answer, a name of an announcement: never what was typed.
    "contact_step": frozenset({"said"}),
    "emergency": frozenset({"numbers", "text", "sound", "file", "code"}),
    "engagement": frozenset({"sound"}),
    "flow": frozenset({"name"}),
    "flow_version": frozenset({"document", "spoken"}),
    "identity": frozenset(),
    # References only, by house rule.
    "job": frozenset({"payload"}),
    "journal": frozenset({"input", "decisions"}),
    "journal_snapshot": frozenset({"body"}),
    "learned_version": frozenset({"learned", "expected", "gains", "answers"}),
    "opening_hours": frozenset({"name", "week", "special"}),
    "organization": frozenset({"name"}),
    "outbox": frozenset({"payload"}),
    "periodic": frozenset({"payload"}),
    "queue": frozenset(
        [
            "name",
            "requires",
            "dispositions",
            "announcements",
            "recording",
            "callback",
            "targets",
            "wanted",
            "ranking",
            "outcome",
            "overflow",
            "relief",
            "hand_over",
        ]
    ),
    "reconciliation": frozenset({"name", "tolerance", "totals"}),
    # call: the carrier's id of it; called: a number of ours; text: why a line could not be read.
    "reconciliation_difference": frozenset({"called", "call", "text"}),
    "skill": frozenset({"name"}),
    "sound": frozenset({"name", "file"}),
    "team": frozenset({"name", "capacity", "hours"}),
    "trunk": frozenset(
        [
            "name",
            "addresses",
            "registrar",
            "register_user",
            "register_secret_from",
            "digest_user",
            "digest_ha1",
            "digest_secret_from",
        ]
    ),
}
"""What else is there, and why it is nobody's, where that is not plain."""


def every_table() -> Mapping[str, Table]:
    """Of the product; tests have some of their own."""
    for module in pkgutil.walk_packages(switchboard.__path__, "switchboard."):
        if module.name.rpartition(".")[2] in {"store", "tables", "jobs", "outbox", "journal"}:
            importlib.import_module(module.name)
    return {name: table for name, table in metadata.tables.items() if not name.startswith("test_")}


def saying(table: Table) -> set[str]:
    """Columns that can say something of somebody."""
    return {column.name for column in table.columns if isinstance(column.type, Text | JSON | LargeBinary)}


def test_every_column_is_declared_as_somebodys_or_nobodys() -> None:
    unknown = []
    for name, table in every_table().items():
        declared = REFERENCES | WORDS
        for of in (PERSONAL, STAFF, NOTHING_OF_A_CUSTOMER):
            declared |= of.get(name, frozenset())
        unknown += [f"{name}.{column}" for column in sorted(saying(table) - declared)]
    assert not unknown, "say in app/forgetting.py that it is a customer's and forget it, or here that it is not"


def test_what_is_declared_is_there() -> None:
    tables = every_table()
    for of in (PERSONAL, STAFF, NOTHING_OF_A_CUSTOMER):
        for name, columns in of.items():
            assert columns <= saying(tables[name]), name


@pytest.fixture
async def center(database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(database) as opened:
        yield opened


class KeptRecordings:
    def __init__(self) -> None:
        self.forgotten: list[str] = []

    async def forget(self, organization: str, client: str, contacts: list[str]) -> int:
        self.forgotten += contacts
        return len(contacts)


class Known:
    """A customer of whom every personal column says something, and another one who stays."""

    def __init__(self, center: WebCenter) -> None:
        self.center = center
        self.recordings = KeptRecordings()
        self.forgetting = Forgetting(
            center.database, center.customers, center.conversations, center.callbacks, self.recordings
        )

    async def fill(self, customer: str, contact: str, number: str, mark: str) -> None:
        """A row in each of the tables, with the mark in the columns of `PERSONAL`."""
        numbers = {"contact_address": {"value", "tail"}, "identity": {"value"}, "callback": {"number"}}
        numbers["reconciliation_difference"] = {"caller"}
        async with self.center.database.transaction() as connection:
            for name in ("contact", *PERSONAL):
                table, values = metadata.tables[name], self._plain(metadata.tables[name], contact)
                own: dict[str, Any] = {"customer": customer, "contact": contact, "id": contact}
                own |= dict.fromkeys(PERSONAL.get(name, ()), mark)
                own |= dict.fromkeys(numbers.get(name, ()), number)
                if name == "customer":
                    own |= {"id": customer, "needs": {mark: 1}}
                if name == "identity":
                    own |= {"kind": "number", "rank": 0}
                if name == "callback":
                    own |= {"state": CallbackState.DONE.value}
                values |= {column: value for column, value in own.items() if column in table.c}
                await connection.execute(insert(table).values(**values))

    def _plain(self, table: Table, contact: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in table.columns:
            if column.name in ("organization", "client"):
                values[column.name] = getattr(self.center, column.name)
            elif not column.nullable and column.server_default is None:
                text = isinstance(column.type, Text)
                values[column.name] = contact if text else b"" if isinstance(column.type, LargeBinary) else 1
        return values

    async def everything(self) -> str:
        """All rows of all tables as one text."""
        found = []
        async with self.center.database.reading() as connection:
            for table in every_table().values():
                found += [str(tuple(row)) for row in await connection.execute(select(table))]
        return "\n".join(found)


async def test_nothing_that_says_who_he_is_is_left_and_others_stay(center: WebCenter) -> None:
    known = Known(center)
    await known.fill("k1", "c1", NUMBER, MARK)
    await known.fill("k2", "c2", "+4930999999", "Mira Okafor")
    before = await known.everything()
    assert (before.count(MARK) >= len(PERSONAL) - 3, NUMBER in before) == (True, True)
    await known.forgetting.forget(center.organization, center.client, "k1", by=center.people["sue"])
    left = await known.everything()
    assert [mark for mark in (MARK, NUMBER) if mark in left] == []
    assert left.count("Mira Okafor") == before.count("Mira Okafor")
    assert left.count("+4930999999") == before.count("+4930999999")
    # That he called is still known, and what was recorded of him has gone.
    assert "'c1'" in left
    assert known.recordings.forgotten == ["c1"]


async def test_nobody_calls_him_back_any_more_and_who_calls_again_is_new(center: WebCenter) -> None:
    known = Known(center)
    caller = (center.organization, center.client, NUMBER, "DE")
    ref = await center.customers.recognise(*caller)
    assert ref is not None
    one = await center.callbacks.schedule(
        center.organization,
        queue=center.queue,
        number=NUMBER,
        not_before=center.clock.now() + 3_600_000_000,
        until=None,
        priority=0,
        customer=ref.id,
        language="en",
        by=center.people["sue"],
        note=MARK,
    )
    await known.forgetting.forget(center.organization, center.client, ref.id, by=center.people["sue"])
    after = await center.callbacks.one(center.organization, [center.client], one.id)
    assert (after.state, after.number, after.note) == (CallbackState.CANCELLED, None, None)
    again = await center.customers.recognise(*caller)
    assert again is not None
    assert again.id != ref.id


async def test_administrators_forget_and_nobody_else(center: WebCenter) -> None:
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        answer: httpx.Response = await page.delete("/api/customers/k1")
        assert answer.status_code == 403
