"""What a trial makes of calls that are no plain ones: call-backs, hand-overs, lines that sent somebody on."""

from typing import Any

from sqlalchemy import BigInteger, insert

from switchboard.app.rooms import Rooms
from switchboard.app.trial_day import _Visits
from switchboard.conversations.facts import EngagementFact, VisitFact
from switchboard.conversations.service import ArrivedContact
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.ids import earliest
from switchboard.outbound.callbacks.store import callback, callback_contact
from switchboard.outbound.service import CallbackPlaces
from switchboard.routing.model import QueueItem
from switchboard.routing.overflow import Overflow
from switchboard.routing.simulation.day import Day, How, Side, There, Visit, Worker, really, scenario_of
from switchboard.routing.simulation.run import Run


def fact(name: str, queue: str, entered: float, left: float, how: str) -> VisitFact:
    return VisitFact(name, queue, round(entered * MICROSECONDS), round(left * MICROSECONDS), how)


def work(visit: str, queue: str, talk: float, ended_by: str = "customer") -> EngagementFact:
    times = (2 * MICROSECONDS, round(talk * MICROSECONDS), 0, 0)
    return EngagementFact(f"e{visit}", queue, "ann", visit, *times, ended_by)


def visits(*facts: VisitFact, engagements: tuple[EngagementFact, ...] = (), place: float | None = None) -> _Visits:
    found = _Visits({"q1": "first", "q2": "second"}, 0, {} if place is None else {"c": round(place * MICROSECONDS)})
    found.take(ArrivedContact("c", "brand", 0, True, facts, engagements))
    return found


def queue(key: str, **fields: Any) -> QueueItem:
    return QueueItem(key=key, name=key.title(), client="brand", **fields)


def only(found: _Visits) -> list[Visit]:
    return [visit for _, _, visit in found.found]


def test_who_was_sent_on_is_one_caller_and_two_stays() -> None:
    found = visits(
        fact("v1", "q1", 100, 160, "overflowed after max wait"),
        fact("v2", "q2", 160, 170, "answered"),
        engagements=(work("v2", "q2", 300),),
    )
    first, second = only(found)
    assert (first.how, first.wait, first.way, first.talk) == (How.OVERFLOWED, 60, (How.ANSWERED, 70), 300)
    assert (second.sent, second.wait, second.ring) == (True, 10, 2)
    side = Side(
        (
            QueueItem(
                key="first",
                name="First",
                client="brand",
                max_wait=60 * MICROSECONDS,
                overflow=(Overflow(queue="second"),),
            ),
            QueueItem(key="second", name="Second", client="brand"),
        ),
        (Worker("ann", ("second",), {}, None, {}, 0), Worker("ben", ("first",), {}, None, {}, 0)),
    )
    # Ben is there, and busy with somebody else.
    other = Visit("first", 50, 2, How.ANSWERED, 2, 500)
    day = Day("2026-03-02", 0, 1_800, (other, first, second), (There("ann", 0, 1_800), There("ben", 0, 1_800)))
    assert really(day, side, None)["offered"] == 2
    assert (really(day, side, "first")["overflowed"], really(day, side, "second")["answered"]) == (1, 1)
    outcome = Run(scenario_of(day, side, seed=1, runs=1, name="x"), 1).go()
    assert outcome.tally().offered == outcome.tally().answered == 2
    assert outcome.tally("second").answered == 1


def test_who_is_handed_over_has_his_old_place() -> None:
    found = visits(
        fact("v1", "q1", 100, 110, "answered"),
        fact("v2", "q2", 200, 230, "abandoned"),
        engagements=(work("v1", "q1", 90, "handed over"),),
    )
    assert [(one.how, one.place) for one in only(found)] == [(How.ANSWERED, None), (How.GAVE_UP, 100)]
    assert found.notes() == ("Handed over (1): a stay of its own, by its old place, from when it really came there.",)


def test_a_call_back_waits_by_its_place_and_does_not_give_up() -> None:
    called = visits(fact("v1", "q1", 100, 190, "answered"), engagements=(work("v1", "q1", 60),), place=-500)
    put_off = visits(fact("v1", "q1", 100, 190, "finished"), place=-500)
    asked = visits(fact("v1", "q1", 100, 190, "broke out"))
    assert [(one.place, one.leaves, one.patient) for found in (called, put_off, asked) for one in only(found)] == [
        (-500, False, True),
        (-500, True, False),
        (None, True, False),
    ]
    assert [found.notes()[0].partition(" (1)")[0] for found in (called, put_off, asked)] == [
        "Call-backs",
        "Call-backs",
        "Left the line by a key, perhaps to be called back",
    ]
    side = Side((queue("first"),), (Worker("ann", ("first",), {}, None, {}, 0),))
    busy = Visit("first", 10, 2, How.ANSWERED, 2, 400)
    early = Visit("first", 20, 60, How.GAVE_UP)
    day = Day("2026-03-02", 0, 1_800, (busy, early, *only(called), *only(asked)), (There("ann", 0, 1_800),))
    tally = Run(scenario_of(day, side, seed=1, runs=1, name="x"), 1).go().tally()
    # The one who asked to be called back leaves by himself; the call-back outlasts the long talk.
    assert (tally.answered, tally.abandoned, tally.sent_on) == (2, 1, 1)


async def test_attempts_are_told_from_the_calls_in_which_they_were_asked_for(rooms: Rooms) -> None:
    asked, attempt = earliest(100_000), earliest(200_000)
    filled = {column.name: 0 if isinstance(column.type, BigInteger) else "" for column in callback.columns}
    one = filled | {"organization": "o", "id": "b", "client": "c", "queued": b"", "place": 100_000, "asked_in": asked}
    async with rooms.database.transaction() as connection:
        await connection.execute(insert(callback).values(**one))
        rows = [
            {"organization": "o", "contact": contact, "client": "c", "callback": "b"} for contact in (asked, attempt)
        ]
        await connection.execute(insert(callback_contact), rows)
    places = CallbackPlaces(rooms.database)
    assert await places.of("o", ["c"], 0, 300_000) == {attempt: 100_000}
    assert await places.of("o", ["c"], 0, 150_000) == await places.of("o", ["d"], 0, 300_000) == {}
