"""The example center has a past: plausible contacts, once, of customers whose numbers nobody has."""

import random
from pathlib import Path

from switchboard.app.past import film_number
from switchboard.app.rooms import Rooms
from switchboard.app.samples import CONTACTS, add_samples
from switchboard.configuration.service import Sources
from switchboard.conversations.service import Search
from switchboard.kit.clock import SystemClock
from switchboard.settings import Settings

CENTER = b"""
organization: {key: small, name: Small}
clients: [{key: shop, name: Shop, time_zone: Europe/Berlin, region: DE}]
queues: [{key: support, client: shop, name: Support, dispositions: [{key: solved, name: Solved}]}]
people: [{key: ann, name: Ann, user_name: ann, roles: [agent], agent: {queues: [support]}}]
"""


async def test_samples_are_added_once(tmp_path: Path) -> None:
    rooms = await Rooms.open(Settings(data=tmp_path), SystemClock())
    try:
        organization = (await rooms.configuration.apply(CENTER, Sources({}, None))).organization
        assert organization is not None
        assert await add_samples(rooms, organization, "100") == CONTACTS
        async with rooms.database.reading() as connection:
            clients = list((await rooms.tenancy.brands.ids(connection, organization)).values())
        page = await rooms.conversations.page(organization, Search(clients=clients), limit=100)
        assert len(page.rows) == CONTACTS
        assert {line.entrance for line in page.rows} == {"100"}
        assert {line.disposition for line in page.rows} >= {"solved", None}
        assert any(line.note for line in page.rows)
        assert all(line.number is None or line.number.startswith("+493023125") for line in page.rows)
        assert await add_samples(rooms, organization, "100") == 0
    finally:
        await rooms.close()


def test_film_numbers_do_not_repeat() -> None:
    choose = random.Random(1)
    assert len({film_number(choose, count) for count in range(700)}) == 700
