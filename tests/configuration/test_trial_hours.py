"""Other opening hours on a real day: who comes, who stays out, and who does not know where to."""

from typing import Any

from switchboard.configuration.trial_hours import Asked, Hours, Stay, Tried, nobody_there, notes_of
from switchboard.flows.model import FlowDocument
from switchboard.flows.service import KINDS, OpeningHours, Span, read_flow
from switchboard.routing.simulation.day import Day, Doors, How, LetIn, Side, There, Visit, Worker

MIDNIGHT = 1_772_406_000_000_000
"""2026-03-02 in Berlin, a Monday."""
HOUR = 3_600_000_000
MENU = {
    "text": "One or two.",
    "keys": {"1": [{"enqueue": {"queue": "sales"}}], "2": [{"enqueue": {"queue": "support"}}]},
}


def flow(*steps: dict[str, Any]) -> dict[str, FlowDocument]:
    closed = {"hours": {"hours": "office", "closed": [{"say": {"text": "Closed."}}, {"hangup": {}}]}}
    document, problems = read_flow({"key": "welcome", "steps": [closed, *steps]}, KINDS)
    assert problems == []
    return {"welcome": document}


def until(hour: int) -> dict[str, OpeningHours]:
    return {"office": OpeningHours("office", "Office", {0: (Span(9 * 60, hour * 60),)}, time_zone="Europe/Berlin")}


class Monday:
    """Calls at hours of the day, and what the doors said until 17:00."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.stays: dict[str, list[Stay]] = {}
        self.visits: list[Visit] = []

    def call(self, hour: float, queue: str | None = None, place: str = "steps[0].hours") -> str:
        contact, at = f"c{len(self.asked)}", MIDNIGHT + round(hour * HOUR)
        self.asked.append(Asked(contact, "UTC", at, "welcome", place, 9 <= hour < 17))
        self.stays[contact] = []
        if queue is not None:
            entered = at + 20_000_000
            self.stays[contact].append(Stay(len(self.visits), queue, entered))
            self.visits.append(Visit(queue, (entered - MIDNIGHT) / 1e6, 5, How.ANSWERED, 2, 60))
        return contact

    def tried(self, before: int, after: int, flows: dict[str, FlowDocument]) -> Tried:
        return Hours(self.asked, self.stays, flows, MIDNIGHT).tried(until(before), until(after))

    def day(self) -> Day:
        return Day("2026-03-02", 9 * 3_600, 20 * 3_600, tuple(self.visits), (There("ann", 9 * 3_600, 18 * 3_600),))


LINE = flow({"enqueue": {"queue": "support"}})


def test_who_met_closed_doors_comes_into_the_line_behind_them():
    monday = Monday()
    monday.call(16, "support")
    monday.call(17.5)
    monday.call(18.5)
    monday.call(20)
    found = monday.tried(17, 19, LINE)
    # As long after the doors as the one who met them open.
    assert found.others == (LetIn("support", 17.5 * 3_600 + 20), LetIn("support", 18.5 * 3_600 + 20))
    assert (found.before, found.after) == (Doors((), (), 3), Doors((), (0, 1), 1))
    assert found.turned_away == 3
    assert found.concerned(monday.day()) == ("support",)
    side = Side((), (Worker("ann", ("support",), {}, None, {}, 0),))
    alone = nobody_there(monday.day().with_others(found.others, 3), side, {0, 1})
    assert alone == 1
    said = notes_of(found, alone)
    assert said[0].startswith("2 calls that came while closed would have entered the line; their talk is taken from")
    assert said[1:] == ["No agent of that line was there when 1 call of these came."]


def test_who_was_in_line_stays_out_when_it_closes_earlier():
    monday = Monday()
    monday.call(10, "support")
    monday.call(16, "support")
    found = monday.tried(17, 15, LINE)
    assert (found.others, found.before, found.after) == ((), Doors(), Doors((1,), (), 1))
    assert found.concerned(monday.day()) == ("support",)
    assert notes_of(found, 0) == ["1 call would have met closed doors instead of coming in line."]


def test_behind_a_menu_the_others_of_the_day_say_where_to():
    monday = Monday()
    for number in range(10):
        monday.call(10 + number / 10, "sales" if number < 9 else None)
    late = [monday.call(18) for _ in range(200)]
    found = monday.tried(17, 19, flow({"menu": MENU}))
    # One of ten chose nothing; nobody ever chose support.
    assert {one.queue for one in found.others} == {"sales"}
    assert 160 < len(found.others) < 195
    assert found.after.turned_away == 0
    assert len(late) == 200


def test_a_line_that_nobody_can_name_is_left_out():
    monday = Monday()
    monday.call(18)
    found = monday.tried(17, 19, flow({"menu": MENU}))
    assert (found.others, found.unknown, found.after) == ((), 1, Doors())
    assert "1 call left out" in notes_of(found, 0)[0]


def test_a_flow_that_was_changed_says_nothing():
    monday = Monday()
    monday.call(18, place="steps[3].hours")
    found = monday.tried(17, 19, LINE)
    assert (found.others, found.changed, found.before, found.after) == ((), 1, Doors((), (), 1), Doors((), (), 1))
    assert found.concerned(monday.day()) == ()


def test_hours_that_were_changed_since_are_those_of_now_on_both_sides():
    monday = Monday()
    monday.call(18)
    found = monday.tried(19, 20, LINE)
    assert found.before.let_in == found.after.let_in == (0,)
    assert found.concerned(monday.day()) == ()
    assert notes_of(found, 0) == ["Opening hours were changed after that day: as it is means with those of now."]
