"""What a contact's facts come to. The live board, its start from the rows and earlier days all use this."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from switchboard.conversations.model import NOT_LET_IN, OVERFLOWED, VisitEnd
from switchboard.insight.accuracy import Estimates
from switchboard.insight.model import WHOLE, Cell, Facts, Figure, Rule, Rules, Sums, Visit, Work
from switchboard.measures.answering import SERVICE_LEVELS, Answers, AnswerWaits, average_speed_of_answer
from switchboard.measures.days import Day
from switchboard.measures.times import QueueVisit, queue_time
from switchboard.measures.work import Work as Worked
from switchboard.measures.work import average_handle_time, transfer_rate

NOTHING: Final = Sums()
GAVE_UP: Final = frozenset({VisitEnd.ABANDONED.value, VisitEnd.ABANDONED_WHILE_OFFERED.value})
_ANSWERED: Final = VisitEnd.ANSWERED.value
_NOT_LET_IN: Final = frozenset(end.value for end in NOT_LET_IN)
_SENT_ON: Final = frozenset(end.value for end in OVERFLOWED)
_OF_TEAMS: Final = "answered"
"""Nobody abandons a team: its service level is that of the contacts it answered."""


def contribution(facts: Facts, rules: Rules) -> dict[Cell, Sums]:
    """What this contact adds to every cell that it concerns: how it fared in line, and the work that is done."""
    counted = line_of(facts, rules)
    for work in facts.works.values():
        if work.wrap_up is not None:
            for cell, sums in work_of(facts, work, rules).items():
                counted[cell] = counted.get(cell, NOTHING).plus(sums)
    return counted


def work_of(facts: Facts, work: Work, rules: Rules) -> dict[Cell, Sums]:
    """What one agent's work adds, when it is done."""
    done = Sums(
        handled=1,
        ring=work.ring,
        talk=work.talk,
        hold=work.hold,
        wrap_up=work.wrap_up or 0,
        transferred=work.transferred,
    )
    places = (WHOLE, facts.client, work.queue)
    counted = {Cell(place): done for place in places}
    if (team := rules.teams.get(work.agent)) is not None:
        counted |= {Cell(place, team): done for place in places}
    return counted


def line_of(facts: Facts, rules: Rules) -> dict[Cell, Sums]:
    """What a contact's stays in line add.

    In each place (the whole, the client, each queue it stood in) it counts once: answered when any stay there was
    answered, else abandoned when the caller gave up there, else other. Its time in line is that of its stays in the
    place together, up to the one that decided; in time is measured by the queue of that one. Where it never stood in
    line because there was no room it is full, and nothing else.
    """
    if not facts.visits:
        return {}
    visits = sorted(facts.visits.items(), key=_in_order)
    all_of_them = [visit for _, visit in visits]
    queues = {visit.queue for visit in all_of_them}
    whole = _decided(all_of_them, rules)
    moves = _moves(all_of_them)
    if moves:
        whole = whole._replace(overflowed_out=1, overflowed_in=1)
    counted = {Cell(WHOLE): whole, Cell(facts.client): whole}
    alone = len(queues) == 1
    for queue in queues:
        counted[Cell(queue)] = whole if alone else _decided([one for one in all_of_them if one.queue == queue], rules)
    for left, taken in moves:
        counted[Cell(left)] = counted[Cell(left)]._replace(overflowed_out=1)
        counted[Cell(taken)] = counted[Cell(taken)]._replace(overflowed_in=1)
    works = facts.works.values()
    answerers = [(work.visit, rules.teams[work.agent]) for work in works if work.agent in rules.teams]
    for team in {team for _, team in answerers}:
        theirs = {visit for visit, of in answerers if of == team}
        counted |= _of_team(visits, theirs, facts.client, team, rules)
    return counted


def _moves(visits: list[Visit]) -> list[tuple[str, str]]:
    """(from, to) of each time that a queue sent the contact on to another. visits: in order of leaving."""
    return [(left.queue, taken.queue) for left, taken in pairwise(visits) if left.how in _SENT_ON]


def _in_order(visit: tuple[str, Visit]) -> tuple[int, int, str]:
    return visit[1].left, visit[1].entered, visit[0]


def _of_team(
    visits: list[tuple[str, Visit]], theirs: set[str], client: str, team: str, rules: Rules
) -> dict[Cell, Sums]:
    """What one team answered: the first answer by it in each place."""
    counted: dict[Cell, Sums] = {}
    for place in (WHOLE, client, *{visit.queue for id_, visit in visits if id_ in theirs}):
        here = [(id_, visit) for id_, visit in visits if place in (WHOLE, client, visit.queue)]
        first = next((at for at, (id_, visit) in enumerate(here) if id_ in theirs and visit.how == _ANSWERED), None)
        if first is not None:
            counted[Cell(place, team)] = _answered([visit for _, visit in here[: first + 1]], rules)
    return counted


def _decided(stays: list[Visit], rules: Rules) -> Sums:
    """One contact's sums from its stays in one place, in order of leaving."""
    stays = [stay for stay in stays if stay.how not in _NOT_LET_IN]
    if not stays:
        return Sums(full=1)
    for at, stay in enumerate(stays, 1):
        if stay.how == _ANSWERED:
            return _answered(stays[:at], rules)
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
    """The time in line of all stays together, without that during which the clock stood still. A caller put back into
    his old place keeps its beginning: what two stays share is counted once."""
    total = until = 0
    for stay in stays:
        entered = max(stay.entered, until)
        total += queue_time(QueueVisit(stay.left, entered, stay.left, stay.paused))
        until = max(until, stay.left)
    return total


def figure(cell: Cell, sums: Sums, days: list[Day], rules: Rules, estimates: Estimates | None = None) -> Figure:
    """What is shown of a cell's sums. days: those of the clients that it spans. estimates: how right they were."""
    judged = _judged(cell.place, rules)
    keys = {rule.formula for rule in judged}
    thresholds = {rule.threshold for rule in judged}
    key = _OF_TEAMS if cell.team is not None else keys.pop() if len(keys) == 1 else Rule().formula
    formula = SERVICE_LEVELS[key]
    answers = Answers(sums.answered, sums.answered_in_time, sums.abandoned, sums.abandoned_in_time, sums.short)
    worked = Worked(sums.handled, sums.ring, sums.talk, sums.hold, sums.wrap_up, transferred=sums.transferred)
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
        aht=_whole(average_handle_time(worked)),
        longest_wait=sums.longest,
        full=sums.full,
        overflowed_out=sums.overflowed_out,
        overflowed_in=sums.overflowed_in,
        handled=sums.handled,
        transferred=sums.transferred,
        transfer_rate=transfer_rate(worked),
        estimates=estimates,
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
