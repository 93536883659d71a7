"""`demo --traffic`: how much it is, and that its queues and colleagues are labelled."""

import pytest

from switchboard.app.rooms import Rooms
from switchboard.app.traffic import LABEL, QUEUES, apply_traffic, colleagues, is_simulated, per_minute
from switchboard.configuration.service import Sources
from switchboard.kit.errors import Invalid

HARBOUR = b"""\
organization: {key: harbour, name: Harbour Lights}
clients: [{key: lights, name: Harbour Lights, time_zone: Europe/Berlin, region: DE}]
people: [{key: anna, name: Anna, user_name: anna, roles: [agent]}]
"""


@pytest.mark.parametrize(("text", "rate"), [("30/min", 30.0), ("600/h", 10.0), (" 2.5 / minute", 2.5), ("6/hour", 0.1)])
def test_traffic_as_it_is_written(text: str, rate: float) -> None:
    assert per_minute(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["30", "many", "0/min", "121/min", "-3/min", "30/s"])
def test_traffic_that_is_none(text: str) -> None:
    with pytest.raises(Invalid, match="traffic is"):
        per_minute(text)


async def test_queues_and_colleagues_say_what_they_are(rooms: Rooms) -> None:
    applied = await rooms.configuration.apply(HARBOUR, Sources({}, None))
    assert applied.organization is not None
    await apply_traffic(rooms, 10.0)
    await apply_traffic(rooms, 20.0)
    people = await rooms.tenancy.people(applied.organization)
    simulated = [one for one in people if is_simulated(one.key)]
    assert len(simulated) == colleagues(20.0) > colleagues(10.0)
    assert all(LABEL in one.name for one in simulated)
    assert [one.key for one in people if not is_simulated(one.key)] == ["anna"]
    async with rooms.database.reading() as connection:
        queues = await rooms.queues.configured(connection, applied.organization)
    assert {key: queue.name for key, queue in queues.items()} == {
        key: f"{name} {LABEL}" for key, name in QUEUES.items()
    }
