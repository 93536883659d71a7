"""From lines and calls to differences: whose number, whose clock, which pairs, what differs, what explains it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from switchboard.conversations.model import REFUSED_ENDS, ArrivalEnd
from switchboard.insight.reconciliation.cells import dialled, same_dialled
from switchboard.insight.reconciliation.lines import Read
from switchboard.insight.reconciliation.matching import Side, matched
from switchboard.insight.reconciliation.model import (
    Call,
    Counted,
    Difference,
    Kind,
    Line,
    Result,
    Silence,
    Tolerance,
    Totals,
    Why,
)
from switchboard.insight.reconciliation.skew import Started, estimated
from switchboard.kit.clock import MICROSECONDS

BRIEF: Final = 3 * MICROSECONDS
"""A call shorter than this may have been cancelled before we answered it: the ledger does not say."""

TELLING: Final = 9
"""Last digits by which callers are told apart."""

ROUNDED: Final = 2 * MICROSECONDS
"""A list in whole seconds, by a clock that is known to about one: so much before its first call is still its time."""

_MINUTE: Final = 60 * MICROSECONDS


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the calls. numbers: whether it is the client's, by number, of all numbers of the
    organization. since, until: compare this time; None for the list's own."""

    numbers: Mapping[str, bool] = field(default_factory=dict)
    counted: Sequence[Counted] = ()
    silences: Sequence[Silence] = ()
    since: int | None = None
    until: int | None = None


def compared(read: Read, calls: Sequence[Call], known: Known, region: str, tolerance: Tolerance) -> Result:
    """What the carrier's list and the ledger do not have in common."""
    numbers = _Numbers(calls, known.numbers, region)
    ours, elsewhere = numbers.split(read.lines)
    started = [Started(numbers.of_call(call), _who(call.caller), (call.arrived_at,)) for call in calls]
    skew = estimated([Started(called, _who(line.caller), line.moments) for line, called in ours], started)
    sides = [
        Side(
            called,
            _who(line.caller),
            tuple(moment - skew.offset for moment in line.moments),
            line.duration,
            line.number,
        )
        for line, called in ours
    ]
    our_sides = [
        Side(one.called, one.caller, one.moments, _length(call), call.id)
        for one, call in zip(started, calls, strict=True)
    ]
    pairs = matched(sides, our_sides, tolerance.start)
    since, until = _span(sides, known)
    differences = _Differences(skew.offset, tolerance, known)
    differences.alone([line for line, _ in ours], sides, {at for at, _ in pairs})
    in_time = [since <= call.arrived_at < until for call in calls]
    taken = {at for _, at in pairs}
    for at, call in enumerate(calls):
        if in_time[at] and at not in taken:
            differences.only_us(call)
    for at, partner in pairs:
        differences.pair(ours[at][0], sides[at], calls[partner])
    differences.elsewhere(elsewhere, numbers)
    differences.unreadable(read)
    made = differences.made()
    totals = Totals(
        lines=read.total,
        compared=len(ours),
        calls=sum(in_time[at] or at in taken for at in range(len(calls))),
        matched=len(pairs),
        offset=skew.offset,
        pairs=skew.pairs,
        since=since,
        until=until,
        counts=Counter(one.kind for one in made),
    )
    return Result(totals, made)


def _who(caller: str | None) -> str | None:
    """The end of a number: lists write country and area in more ways than can be told apart ("4366..." in Germany is
    a number of Austria, or of Heide), and two callers with one end do not ring one number in one minute."""
    return None if caller is None else caller[-TELLING:]


def _span(sides: Sequence[Side], known: Known) -> tuple[int, int]:
    """Which of our calls the list should have: those between its first and its last, unless somebody says better."""
    first = min((side.moments[0] for side in sides), default=0) - ROUNDED
    last = max((side.moments[-1] for side in sides), default=0) + ROUNDED
    return (first if known.since is None else known.since), (last if known.until is None else known.until)


def _length(call: Call) -> int | None:
    return None if call.closed_at is None else call.closed_at - call.arrived_at


def taken_by_us(call: Call) -> bool | None:
    """Whether we took the call, in the carrier's sense: connected, whoever or whatever talked. None where the ledger
    does not say: it goes on, or was over so soon that it may have been cancelled first."""
    if call.end is None:
        return None
    if call.end in REFUSED_ENDS:
        return False
    length = _length(call)
    brief = length is not None and length < BRIEF and call.end != ArrivalEnd.ANSWERED
    return None if brief else True


class _Numbers:
    """Which of our numbers a line's called number is. numbers: whether it is the client's, by number."""

    def __init__(self, calls: Iterable[Call], numbers: Mapping[str, bool], region: str) -> None:
        self._region = region
        self._written: dict[str, str] = {}
        known: dict[str, bool] = {}
        for number, is_ours in numbers.items():
            known[self._written_as(number)] = is_ours
        known |= {self._written_as(call.called): True for call in calls if call.called}
        self._known = known
        self._found: dict[str, str | None] = {}

    def _written_as(self, number: str) -> str:
        if number not in self._written:
            self._written[number] = dialled(number, self._region)
        return self._written[number]

    def of_call(self, call: Call) -> str:
        return self._written_as(call.called)

    def split(self, lines: Sequence[Line]) -> tuple[list[tuple[Line, str]], list[Line]]:
        """Lines with our number for it, and lines to numbers of others."""
        ours: list[tuple[Line, str]] = []
        others: list[Line] = []
        for line in lines:
            number = self._number(line.called)
            if number is not None and self._known[number]:
                ours.append((line, number))
            else:
                others.append(line)
        return ours, others

    def why(self, line: Line) -> Why:
        """Of a line to a number that is not the client's."""
        return Why.UNKNOWN_NUMBER if self._number(line.called) is None else Why.ANOTHER_CLIENT

    def _number(self, called: str) -> str | None:
        if called not in self._found:
            self._found[called] = self._looked_up(called)
        return self._found[called]

    def _looked_up(self, called: str) -> str | None:
        if called in self._known:
            return called
        alike = [number for number in self._known if same_dialled(called, number)]
        # Two of our numbers that both could be it: better none than the wrong one.
        return alike[0] if len(alike) == 1 else None


class _Differences:
    """Collects them. offset: the carrier's clock minus ours."""

    def __init__(self, offset: int, tolerance: Tolerance, known: Known) -> None:
        self._offset = offset
        self._tolerance = tolerance
        self._silences = known.silences
        self._counted: dict[int, int] = defaultdict(int)
        for one in known.counted:
            self._counted[one.minute] += one.callers
        self._found: list[Difference] = []

    def alone(self, lines: Sequence[Line], sides: Sequence[Side], paired: set[int]) -> None:
        """Lines without a partner, the earliest first: each caller who was only counted explains one of them."""
        order = sorted((sides[at].moments[0], at) for at in range(len(lines)) if at not in paired)
        for moment, at in order:
            line = lines[at]
            self._found.append(self._of_line(Kind.ONLY_CARRIER, line, moment, self._explained(line, moment)))

    def _explained(self, line: Line, at: int) -> Why:
        if any(silence.since <= at < silence.until for silence in self._silences):
            return Why.NOT_RUNNING
        minute = at // _MINUTE * _MINUTE
        if line.answered is not True and self._counted[minute] > 0:
            self._counted[minute] -= 1
            return Why.COUNTED
        return Why.GIVEN_UP if line.answered is False else Why.UNKNOWN

    def only_us(self, call: Call) -> None:
        took = taken_by_us(call)
        why = Why.REFUSED if took is False else Why.CANCELLED if took is None and call.end is not None else Why.UNKNOWN
        self._found.append(self._with_ours(Difference(Kind.ONLY_US, 0, at=call.arrived_at, why=why), call))

    def pair(self, line: Line, side: Side, call: Call) -> None:
        """What two that are one call differ in."""
        at = min(side.moments, key=lambda moment: abs(moment - call.arrived_at))
        took = taken_by_us(call)
        if line.answered is not None and took is not None and line.answered != took:
            self._found.append(self._with_ours(self._of_line(Kind.ANSWERED, line, at), call))
        length = _length(call)
        # What was not answered lasts nothing for a carrier, and for us as long as it rang.
        counts = line.duration is not None and length is not None and took is not False and line.answered is not False
        if counts and abs((line.duration or 0) - (length or 0)) > self._tolerance.duration:
            self._found.append(self._with_ours(self._of_line(Kind.DURATION, line, at), call))

    def elsewhere(self, lines: Sequence[Line], numbers: _Numbers) -> None:
        for line in lines:
            moment = line.moments[0] - self._offset
            self._found.append(self._of_line(Kind.ELSEWHERE, line, moment, numbers.why(line)))

    def unreadable(self, read: Read) -> None:
        self._found += [Difference(Kind.UNREADABLE, 0, line=fault.line, text=fault.text) for fault in read.faults]

    def made(self) -> list[Difference]:
        """All of them, numbered by kind in the order of time, or of lines."""
        order = {kind: place for place, kind in enumerate(Kind)}
        self._found.sort(key=lambda one: (order[one.kind], one.at or 0, one.line or 0, one.contact or ""))
        numbers: Counter[Kind] = Counter()
        made = []
        for one in self._found:
            numbers[one.kind] += 1
            made.append(replace(one, number=numbers[one.kind]))
        return made

    @staticmethod
    def _of_line(kind: Kind, line: Line, at: int, why: Why = Why.UNKNOWN) -> Difference:
        return Difference(
            kind,
            0,
            at=at,
            line=line.number,
            caller=line.caller,
            called=line.called,
            duration=line.duration,
            answered=line.answered,
            call=line.call,
            why=why,
        )

    @staticmethod
    def _with_ours(difference: Difference, call: Call) -> Difference:
        return replace(
            difference, contact=call.id, our_at=call.arrived_at, our_duration=_length(call), our_end=call.end
        )
