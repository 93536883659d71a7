"""A real day simulated as it was and as it would have been: patience, agreement, and what is said of it."""

import io
import random

import msgspec
import pytest

from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import QueueItem
from switchboard.routing.simulation.callers import callers
from switchboard.routing.simulation.day import Day, Doors, How, LetIn, Side, There, Visit, Worker, really, scenario_of
from switchboard.routing.simulation.distributions import NEVER
from switchboard.routing.simulation.patience import Survival, survival
from switchboard.routing.simulation.program import Answer, Finished, main
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.trial import Task, Tried, trial

HOUR = 3_600
START, END = 9 * HOUR, 13 * HOUR


def queue(key: str = "support", **fields: object) -> QueueItem:
    return msgspec.structs.replace(QueueItem(key=key, name=key.title(), client="brand", wrap_up=30_000_000), **fields)


def worker(key: str, *queues: str, skills: dict[str, int] | None = None) -> Worker:
    return Worker(key, queues or ("support",), skills or {}, None, {}, 0)


def there(*agents: str) -> tuple[There, ...]:
    return tuple(There(agent, START, END) for agent in agents)


def made_up_day(side: Side, agents: tuple[str, ...], per_hour: int = 40, seed: int = 3) -> Day:
    """What the Floor itself would have made of so many callers: a day that the simulation must agree with."""
    numbers = random.Random(seed)
    at, visits = float(START), []
    while (at := at + numbers.expovariate(per_hour / HOUR)) < END:
        patience = numbers.expovariate(1 / 90)
        visits.append(Visit("support", at, patience, How.GAVE_UP, talk=numbers.expovariate(1 / 180)))
    day = Day("2026-03-02", START, END, tuple(visits), there(*agents))
    found: list[Visit] = []

    class Watched(Run):
        """Writes down what became of each caller."""

        def _left(self, event):  # type: ignore[no-untyped-def]
            call = self._calls[event.contact]
            wait = (self._now - call.entered) / MICROSECONDS
            answered = event.how == "answered"
            how = How.ANSWERED if answered else How.GAVE_UP
            at = call.at / MICROSECONDS
            found.append(Visit("support", at, wait, how, 3.0 if answered else None, call.talk if answered else None))
            super()._left(event)

    Watched(scenario_of(day, side, seed=1, runs=1, name="the day"), 1).go()
    return msgspec.structs.replace(day, visits=tuple(found))


def test_who_was_answered_counts_as_patient_so_far():
    # Kaplan-Meier by hand: of 4 one gives up at 10 s, one is answered at 20, of 2 left one gives up at 30.
    patience = survival([(10, True), (20, False), (30, True), (40, False)])
    assert isinstance(patience, Survival)
    assert patience.times == (10, 30)
    assert patience.gone == pytest.approx((0.25, 0.625))
    assert patience.mean == 50
    numbers = random.Random(1)
    drawn = [patience.sample(numbers) for _ in range(4_000)]
    assert sum(one == 10 for one in drawn) / 4_000 == pytest.approx(0.25, abs=0.03)
    assert sum(one > 30 for one in drawn) / 4_000 == pytest.approx(0.375, abs=0.03)
    assert all(patience.beyond(20, numbers) >= 30 for _ in range(200))
    assert all(patience.beyond(500, numbers) > 500 for _ in range(200))


def test_nobody_gives_up_where_nobody_did_and_the_last_one_is_not_the_end():
    assert survival([(10, False)]) is NEVER
    assert survival([]) is NEVER
    last = survival([(5, False), (30, True)])
    assert isinstance(last, Survival)
    assert last.gone[-1] < 1
    assert all(last.beyond(12, random.Random(seed)) > 12 for seed in range(50))


def test_the_simulation_of_the_day_as_it_was_agrees_with_the_day():
    side = Side((queue(),), (worker("anna"), worker("boris")))
    day = made_up_day(side, ("anna", "boris"))
    tried = trial(Task(day, side, side, ("support",), runs=4), lambda _, __: None)
    assert tried.fits, tried.fit
    assert "hardly have mattered" in tried.says
    of = {row.name: row for row in tried.parts[0].rows}
    assert of["offered"].real == len(day.visits)
    assert of["offered"].before is not None
    assert of["offered"].before.mean == len(day.visits)
    assert all(row.before == row.after for part in tried.parts for row in part.rows)


def test_a_change_that_helps_is_told_with_its_interval():
    before = Side((queue(requires={"german": 5}),), (worker("anna", skills={"german": 5}), worker("boris")))
    after = Side((queue(),), before.workers)
    day = made_up_day(before, ("anna", "boris"))
    done: list[tuple[int, int]] = []
    tried = trial(Task(day, before, after, ("support",), runs=4), lambda *one: done.append(one))
    assert tried.says.startswith("With this change ")
    assert " instead of " in tried.says
    assert "within 20 s" in tried.says
    of = {row.name: row for row in tried.parts[0].rows}
    level = of["service level"]
    assert level.clear
    assert level.before is not None
    assert level.after is not None
    assert level.after.mean > level.before.mean + 0.1
    assert done == [(number, 8) for number in range(8)]
    assert sum(one.offered for one in tried.slices) == len(day.visits)


def test_a_day_that_the_simulation_does_not_fit_is_said_to_be_so():
    side = Side((queue(),), (worker("anna"), worker("boris")))
    day = made_up_day(side, ("anna", "boris"))
    # Somebody answered who is in no record.
    lost = msgspec.structs.replace(day, there=there("anna"))
    tried = trial(Task(lost, side, side, ("support",), runs=2), lambda _, __: None)
    assert not tried.fits
    assert "with care" in tried.fit


def test_a_queue_that_nobody_called_is_no_hindrance():
    side = Side((queue(), queue("sales")), (worker("anna", "support", "sales"),))
    day = Day("2026-03-02", START, END, (Visit("support", START + 60.0, 2.0, How.GAVE_UP),), there("anna"))
    tried = trial(Task(day, side, side, ("sales",), runs=2), lambda _, __: None)
    assert tried.says == "There is nothing to compare: nobody was in line that day."
    assert not tried.fits
    assert [row.real for row in tried.parts[1].rows if row.name == "offered"] == [1]


def test_an_agent_is_there_as_long_as_he_was():
    side = Side((queue(),), (worker("anna"), worker("boris")))
    visits = tuple(Visit("support", START + 60.0 * number, 0, How.ANSWERED, 2, 30) for number in range(60))
    day = Day("2026-03-02", START, END, visits, (There("anna", START, START + HOUR // 2),))
    outcome = Run(scenario_of(day, side, seed=1, runs=1, name="x"), 1).go()
    assert outcome.tally().answered == 30
    assert outcome.tally().sent_on == 30


def test_what_really_happened_is_counted_by_the_same_formulas():
    side = Side((queue(), queue("sales")), ())
    visits = (
        Visit("support", START, 5, How.ANSWERED, 3, 60),
        Visit("support", START, 50, How.ANSWERED, 3, 60),
        Visit("support", START, 90, How.GAVE_UP),
        Visit("support", START, 9, How.SENT_ON),
        Visit("sales", START, 1, How.ANSWERED, 3, 60),
        Visit("gone", START, 1, How.ANSWERED, 3, 60),
    )
    day = Day("2026-03-02", START, END, visits, (), busy=0.5)
    figures = really(day, side, "support")
    assert (figures["offered"], figures["answered"], figures["abandoned"], figures["sent on"]) == (4, 2, 1, 1)
    assert figures["service level, offered"] == pytest.approx(1 / 3)
    assert figures["asa"] == pytest.approx(27.5)
    assert really(day, side, None)["occupancy"] == 0.5


def test_the_child_process_tells_its_progress_and_the_end():
    side = Side((queue(),), (worker("anna"),))
    task = Task(made_up_day(side, ("anna",), per_hour=10), side, side, ("support",), runs=1)
    answers = io.BytesIO()
    main(io.BytesIO(msgspec.json.encode(task)), answers)
    lines = [msgspec.json.decode(line, type=Answer) for line in answers.getvalue().splitlines()]
    assert len(lines) == 3
    assert isinstance(lines[-1], Finished)
    assert isinstance(lines[-1].tried, Tried)


def test_callers_whom_other_hours_let_in_change_nobody_elses_numbers():
    side = Side((queue(),), (worker("anna"), worker("boris")))
    day = made_up_day(side, ("anna", "boris")).with_others((LetIn("support", END + 600.0),), 2)
    assert day.end == END + 601
    before = msgspec.structs.replace(side, doors=Doors(turned_away=2))
    after = msgspec.structs.replace(side, doors=Doors((0, 1, 2), (0,), 4))
    scenarios = [scenario_of(day, one, seed=1, runs=1, name="x") for one in (before, after)]
    was, would_be = ({call.at: (call.talk, call.patience) for call in callers(one, 1, 0)} for one in scenarios)
    assert len(was) == len(day.visits)
    assert would_be.items() - was.items() == {(max(would_be), would_be[max(would_be)])}
    assert len(would_be) == len(was) - 2

    tried = trial(Task(day, before, after, ("support",), runs=2), lambda _, __: None)
    assert tried.says.startswith("2 fewer callers would have come in line. ")
    away = tried.parts[-1].rows[-1]
    assert (away.name, away.real, away.clear) == ("turned away", 2, True)
    assert all(row.name != "turned away" for row in tried.parts[0].rows)


def test_a_line_that_opens_for_the_first_time():
    side = Side((queue(), queue("night")), (worker("anna", "support", "night"),))
    visits = tuple(Visit("support", START + 60.0 * number, 2, How.ANSWERED, 2, 30) for number in range(20))
    day = Day("2026-03-02", START, END, visits, there("anna")).with_others((LetIn("night", START + 90.0),), 1)
    after = msgspec.structs.replace(side, doors=Doors(let_in=(0,)))
    before = msgspec.structs.replace(side, doors=Doors(turned_away=1))
    tried = trial(Task(day, before, after, ("night",), runs=2), lambda _, __: None)
    assert tried.says.startswith("1 more caller would have come in line. ")
    assert tried.says.endswith(" of them would have been served within 20 s.")
