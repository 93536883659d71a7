"""What a contact's facts come to. The live board, its start from the rows and earlier days all use this."""

from collections.abc import Iterable, Sequence
from typing import Final

from switchboard.conversations.model import VisitEnd
from switchboard.insight.model import WHOLE, Cell, Facts, Figure, Rule, Rules, Sums, Visit
from switchboard.measures.answering import SERVICE_LEVELS, Answers, AnswerWaits, average_speed_of_answer
from switchboard.measures.days import Day
from switchboard.measures.times import QueueVisit, queue_time
from switchboard.measures.work import Work as WorkTimes
from switchboard.measures.work import average_handle_time

NOTHING: Final = Sums()
GAVE_UP: Final = frozenset({VisitEnd.ABANDONED.value, VisitEnd.ABANDONED_WHILE_OFFERED.value})
_ANSWERED: Final = VisitEnd.ANSWERED.value
_OF_TEAMS: Final = "answered"
"""Nobody abandons a team: its service level is that of the contacts it answered."""


def contribution(facts: Facts, rules: Rules) -> dict[Cell, Sums]:
    """What this contact adds to every cell that it concerns.

    In each place (the whole, the client, each queue it stood in) it counts once: answered when any stay there was
    answered, else abandoned when the caller gave up there, else other. Its time in line is that of its stays in the
    place together, up to the one that decided; in time is measured by the queue of that one.
    """
    counted: dict[Cell, Sums] = {}
    if facts.visits:
        _count_visits(facts, rules, counted)
    for work in facts.works.values():
        if work.wrap_up is None:
            continue
        done = Sums(handled=1, ring=work.ring, talk=work.talk, hold=work.hold, wrap_up=work.wrap_up)
        for cell in _cells((WHOLE, facts.client, work.queue), rules.teams.get(work.agent)):
            counted[cell] = counted.get(cell, NOTHING).plus(done)
    return counted


def _cells(places: Sequence[str], team: str | None) -> list[Cell]:
    cells = [Cell(place) for place in places]
    return cells if team is None else cells + [Cell(place, team) for place in places]


def _count_visits(facts: Facts, rules: Rules, counted: dict[Cell, Sums]) -> None:
    visits = sorted(facts.visits.items(), key=lambda item: (item[1].left, item[1].entered, item[0]))
    all_of_them = [visit for _, visit in visits]
    counted[Cell(WHOLE)] = counted[Cell(facts.client)] = _decided(all_of_them, rules)
    for queue in {visit.queue for visit in all_of_them}:
        counted[Cell(queue)] = _decided([visit for visit in all_of_them if visit.queue == queue], rules)
    answerers = [(work.visit, rules.teams.get(work.agent)) for work in facts.works.values()]
    for team in {team for _, team in answerers if team is not None}:
        theirs = {visit for visit, of in answerers if of == team}
        _count_team(visits, theirs, facts.client, team, rules, counted)


def _count_team(
    visits: list[tuple[str, Visit]], theirs: set[str], client: str, team: str, rules: Rules, counted: dict[Cell, Sums]
) -> None:
    """What one team answered: the first answer by it in each place."""
    queues = {visit.queue for id_, visit in visits if id_ in theirs}
    for place in (WHOLE, client, *queues):
        here = [(id_, visit) for id_, visit in visits if place in (WHOLE, client, visit.queue)]
        first = next((at for at, (id_, visit) in enumerate(here) if id_ in theirs and visit.how == _ANSWERED), None)
        if first is not None:
            stays = [visit for _, visit in here[: first + 1]]
            counted[Cell(place, team)] = _answered(stays, rules)


def _decided(stays: list[Visit], rules: Rules) -> Sums:
    """One contact's sums from its stays in one place, in order of leaving."""
    answered = next((at for at, stay in enumerate(stays) if stay.how == _ANSWERED), None)
    if answered is not None:
        return _answered(stays[: answered + 1], rules)
    wait = _waited(stays)
    gave_up = next((stay for stay in reversed(stays) if stay.how in GAVE_UP), None)
    if gave_up is None:
        return Sums(offered=1, other=1, longest=wait)
    rule = rules.of(gave_up.queue)
    return Sums(
        offered=1,
        abandoned=1,
        abandoned_in_time=wait <= rule.threshold,
        short=wait <= rule.short,
        longest=wait,
    )


def _answered(stays: list[Visit], rules: Rules) -> Sums:
    wait = _waited(stays)
    in_time = wait <= rules.of(stays[-1].queue).threshold
    return Sums(offered=1, answered=1, answered_in_time=in_time, queue_time=wait, longest=wait)


def _waited(stays: Iterable[Visit]) -> int:
    """The time in line of all stays together. A caller put back into his old place keeps its beginning: what two
    stays share is counted once."""
    total = until = 0
    for stay in stays:
        entered = max(stay.entered, until)
        total += queue_time(QueueVisit(stay.left, entered, stay.left))
        until = max(until, stay.left)
    return total


def figure(cell: Cell, sums: Sums, days: list[Day], rules: Rules) -> Figure:
    """What is shown of a cell's sums. days: those of the clients that it spans."""
    judged = _judged(cell.place, rules)
    keys = {rule.formula for rule in judged}
    thresholds = {rule.threshold for rule in judged}
    key = _OF_TEAMS if cell.team is not None else keys.pop() if len(keys) == 1 else Rule().formula
    formula = SERVICE_LEVELS[key]
    answers = Answers(sums.answered, sums.answered_in_time, sums.abandoned, sums.abandoned_in_time, sums.short)
    one_day = {(day.since, day.until) for day in days}
    since, until = next(iter(one_day)) if len(one_day) == 1 else (None, None)
    return Figure(
        cell=cell,
        since=since,
        until=until,
        offered=sums.offered,
        answered=sums.answered,
        abandoned=sums.abandoned,
        other=sums.other,
        service_level=formula.of(answers),
        formula=formula.label,
        text=formula.text,
        threshold=thresholds.pop() if len(thresholds) == 1 else None,
        asa=_whole(average_speed_of_answer(AnswerWaits(sums.answered, sums.queue_time))),
        aht=_whole(average_handle_time(WorkTimes(sums.handled, sums.ring, sums.talk, sums.hold, sums.wrap_up))),
        longest_wait=sums.longest,
    )


def _judged(place: str, rules: Rules) -> list[Rule]:
    """The rules of the queues of a place."""
    if (own := rules.queues.get(place)) is not None:
        return [own]
    return [rule for rule in rules.queues.values() if place in (WHOLE, rule.client)]


def _whole(length: float | None) -> int | None:
    return None if length is None else round(length)


def total(facts: Iterable[Facts], rules: Rules) -> dict[Cell, Sums]:
    """The sums of many contacts."""
    summed: dict[Cell, Sums] = {}
    for one in facts:
        for cell, sums in contribution(one, rules).items():
            summed[cell] = summed.get(cell, NOTHING).plus(sums)
    return summed
