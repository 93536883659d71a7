"""A survey tells its answers through the API: it is let in for that and sees nothing."""

import csv
import io
from collections.abc import AsyncIterator

import httpx
import pytest

from support.web_center import WebCenter, web_center
from support.web_rooms import PASSWORD, browser, sign_in
from switchboard.routing.commands import ContactLeft
from switchboard.storage.database import Database
from switchboard.tenancy.model import PersonItem, Role


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        hashed = await opened.tenancy.passwords.hash(PASSWORD)
        item = PersonItem("poll", "poll", "Poll", frozenset({Role.SURVEY}), password=hashed)
        await opened.tenancy.put_person(opened.organization, item, by="system")
        yield opened


@pytest.fixture
async def poll(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(center.app()) as page:
        await sign_in(page, "poll")
        yield page


async def over(center: WebCenter) -> str:
    contact = center.ids.next()
    await center.ring(contact)
    await center.routing.command(ContactLeft(contact))
    return contact


async def test_an_answer_shows_in_record_and_export(center: WebCenter, poll: httpx.AsyncClient) -> None:
    contact, silent = await over(center), await over(center)
    answer = await poll.put(f"/api/contacts/{contact}/satisfaction", json={"score": 4})
    assert (answer.status_code, answer.json()["share"]) == (200, 0.75)
    async with browser(center.app()) as sue:
        await sign_in(sue, "sue")
        record = (await sue.get(f"/api/contacts/{contact}")).json()
        assert record["satisfaction"] == answer.json()
        assert (await sue.get(f"/api/contacts/{silent}")).json()["satisfaction"] is None
        exported = (await sue.get("/api/contacts/export")).content.decode()
    lines = {line["contact"]: line for line in csv.DictReader(io.StringIO(exported, newline=""))}
    told, untold = lines[contact], lines[silent]
    assert (told["satisfaction"], told["score"], told["scale"]) == ("0.750", "4", "1 to 5")
    assert (untold["satisfaction"], untold["score"], untold["scale"]) == ("", "", "")


async def test_bad_answers_are_refused_by_name(center: WebCenter, poll: httpx.AsyncClient) -> None:
    contact, going_on = await over(center), center.ids.next()
    await center.ring(going_on)
    for body, field in (
        ({}, "score"),
        ({"score": 6}, "score"),
        ({"score": "good"}, "score"),
        ({"score": 4.5}, "score"),
        ({"score": 1, "lowest": 2, "highest": 1}, "highest"),
        ({"score": 4, "answered_at": 1}, "answered_at"),
        ({"score": 4, "comment": "Anna was rude"}, "comment"),
    ):
        refused = await poll.put(f"/api/contacts/{contact}/satisfaction", json=body)
        assert (refused.status_code, refused.json()["error"]["field"]) == (422, field)
    assert (await poll.put("/api/contacts/nobody/satisfaction", json={"score": 4})).status_code == 404
    assert (await poll.put(f"/api/contacts/{going_on}/satisfaction", json={"score": 4})).status_code == 409


async def test_a_survey_sees_nothing_and_agents_do_not_judge_themselves(
    center: WebCenter, poll: httpx.AsyncClient
) -> None:
    contact = await over(center)
    for path in ("/api/contacts", f"/api/contacts/{contact}", "/api/board", "/api/callbacks", "/api/people"):
        assert (await poll.get(path)).status_code == 403, path
    async with browser(center.app()) as ada:
        await sign_in(ada, "ada")
        refused = await ada.put(f"/api/contacts/{contact}/satisfaction", json={"score": 5})
    assert refused.status_code == 403
