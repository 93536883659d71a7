"""A change is tried on a day out of the ledger: simulated elsewhere, kept, stopped, refused with a reason."""

import datetime as dt
import random
import zoneinfo
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from switchboard.agents.model import AgentState
from switchboard.agents.service import Span, span_row
from switchboard.app.past import Past, Place
from switchboard.app.rooms import Rooms
from switchboard.app.trials import TrialsByWeb
from switchboard.channels.voice.vault import Vault
from switchboard.configuration.items import Items
from switchboard.configuration.service import Sources
from switchboard.kit.errors import Invalid, NotFound, Refused
from switchboard.measures.days import day_of
from switchboard.routing.service import Floors
from switchboard.storage.writer import Batch
from switchboard.web.doors.session import Who
from switchboard.web.messages.trials import ChangeTrial, TrialAsked

CENTER = b"""
organization: {key: small, name: Small}
clients: [{key: shop, name: Shop, time_zone: Europe/Berlin, region: DE}]
skills: [{key: german}]
queues: [{key: support, client: shop, name: Support}]
people:
  - {key: ann, name: Ann, roles: [agent], agent: {queues: [support]}}
  - {key: ben, name: Ben, roles: [agent], agent: {queues: [support], skills: {german: 5}}}
"""
DATE = dt.date(2026, 3, 2)
"""A Monday long ago, whatever day it is."""


class Office:
    """Whoever tries things out."""

    def __init__(self, rooms: Rooms, trials: TrialsByWeb, who: Who) -> None:
        self.rooms = rooms
        self.trials = trials
        self.who = who

    def asked(self, date: dt.date = DATE, section: str = "queues", **fields: Any) -> TrialAsked:
        item = {"key": "support", "client": "shop", "name": "Support", **fields}
        return TrialAsked(section=section, key="support", item=item, date=date)

    async def over(self, trial: ChangeTrial) -> ChangeTrial:
        assert await self.rooms.tasks.drain(60)
        return await self.trials.look(self.who, trial.id)


@pytest.fixture
async def office(rooms: Rooms) -> Office:
    organization = (await rooms.configuration.apply(CENTER, Sources({}, None))).organization
    assert organization is not None
    day = day_of(DATE, zoneinfo.ZoneInfo("Europe/Berlin"))
    people = {one.key: one.id for one in await rooms.tenancy.people(organization)}
    async with rooms.database.reading() as connection:
        clients = await rooms.tenancy.brands.ids(connection, organization)
        queues = await rooms.queues.ids(connection, organization)
    past = Past(
        organization=organization,
        places=[Place(clients["shop"], [queues["support"]])],
        agents=list(people.values()),
        dispositions={queues["support"]: ["solved"]},
        contacts=60,
        until=day.until,
        days=1,
        choose=random.Random(5),
    )
    spans = [
        span_row(organization, agent, Span(AgentState.AVAILABLE, None, day.since, day.until))
        for agent in people.values()
    ]
    made = [row for rows in past.rows() for row in rows]
    await rooms.writer.append(Batch(organization, rooms.clock.now(), rows=[*made, *spans]))
    here = SimpleNamespace(of=lambda _: SimpleNamespace(board=lambda: SimpleNamespace(agents=())))
    items = Items(rooms.configuration, Vault(rooms.settings.data / "secrets"), rooms.ids.next)
    who = cast(Who, SimpleNamespace(organization=organization, id=people["ann"], name="Ann"))
    return Office(rooms, TrialsByWeb(rooms, items, cast(Floors, here)), who)


async def test_a_change_is_tried_on_a_day_and_kept(office: Office) -> None:
    begun = await office.trials.begin(office.who, office.asked(requires={"german": 3}))
    assert (begun.state, begun.result) == ("running", None)
    with pytest.raises(Refused, match="running already"):
        await office.trials.begin(office.who, office.asked(wrap_up="30s"))
    done = await office.over(begun)
    assert done.state == "done", done.error
    assert done.result is not None
    assert done.result.date == "2026-03-02"
    assert done.result.agents == 2
    assert [part.queue for part in done.result.parts] == ["support", None]
    kept = await office.trials.kept(office.who, "queues", "support")
    assert [(one.by_name, one.version, one.result) for one in kept.trials] == [("Ann", 1, done.result)]
    assert (await office.trials.kept(office.who, "queues", "other")).trials == []


async def test_a_trial_is_stopped(office: Office) -> None:
    begun = await office.trials.begin(office.who, office.asked(wrap_up="30s"))
    await office.trials.stop(office.who, begun.id)
    assert (await office.over(begun)).state == "stopped"
    with pytest.raises(NotFound):
        await office.trials.stop(office.who, "another")
    assert (await office.trials.kept(office.who, "queues", "support")).trials == []


@pytest.mark.parametrize(
    ("ask", "error", "text"),
    [
        (lambda office: office.asked(), Refused, "nothing to try"),
        (lambda office: office.asked(music="silence", strategy="nope"), Invalid, "no strategy"),
        (lambda office: office.asked(wrap_up="1m", date=dt.date(2026, 1, 1)), Refused, "nobody was in line"),
        (lambda office: office.asked(wrap_up="1m", date=dt.date(2199, 1, 1)), Invalid, "today or an earlier day"),
        (lambda office: office.asked(section="clients"), Invalid, "one of: people, queues"),
    ],
)
async def test_what_cannot_be_tried_is_said(
    office: Office, ask: Callable[[Office], TrialAsked], error: type[Exception], text: str
) -> None:
    begin: Awaitable[ChangeTrial] = office.trials.begin(office.who, ask(office))
    with pytest.raises(error, match=text):
        await begin
