"""Who rings when, what he needs, how long he talks and when he gives up: drawn before anything is decided.

Each of these has a generator of its own, so that another talk time changes nobody's arrival or patience: that is
what makes two scenarios with one seed comparable, caller by caller.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import inf
from random import Random
from typing import Final

from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.simulation.counting import Tally
from switchboard.routing.simulation.patience import Survival
from switchboard.routing.simulation.scenario import Caller, Kind, Rate, Scenario, Stream

ANSWERS: Final = 4
"""Steps from the lowest answer to the highest, as on a scale from 1 to 5."""


class Call:
    """A caller. number: in his stream, from 0. at: when he comes, microseconds from midnight. patience, talk,
    wrap_up: seconds. difficulty: 0 to 1, resolved by whoever resolves a larger share than that. offers: how often he
    was offered to somebody. menu: seconds in it, None for none; solved: and he needs nobody then. queue: whose line he
    is in, or was last; moved: another had been before it. since: when he first came in line; entered: since when he
    is in this one, None outside. estimate: what would have been announced when he came in line, None when nobody
    asked. moods: numbers that decide what he answers, none when he does not answer; counted: the tallies in which he is
    answered. real: the call of a log, None of one who was drawn."""

    __slots__ = (
        "at",
        "counted",
        "difficulty",
        "entered",
        "estimate",
        "kind",
        "menu",
        "moods",
        "moved",
        "number",
        "offers",
        "patience",
        "queue",
        "real",
        "since",
        "solved",
        "stream",
        "talk",
        "wrap_up",
    )

    def __init__(
        self,
        stream: int,
        number: int,
        kind: int,
        at: int,
        patience: float,
        talk: float,
        wrap_up: float,
        difficulty: float = 0.0,
        menu: float | None = None,
        *,
        solved: bool = False,
        moods: tuple[float, ...] = (),
        real: Caller | None = None,
    ) -> None:
        self.real = real
        self.moods = moods
        self.counted: Sequence[Tally] = ()
        self.menu = menu
        self.solved = solved
        self.queue = ""
        self.since: int | None = None
        self.moved = False
        self.difficulty = difficulty
        self.stream = stream
        self.number = number
        self.kind = kind
        self.at = at
        self.patience = patience
        self.talk = talk
        self.wrap_up = wrap_up
        self.offers = 0
        self.entered: int | None = None
        self.estimate: object = None


def generator(seed: int, *purpose: str | int) -> Random:
    """Numbers for one purpose, independent of all others."""
    return Random("/".join(map(str, (seed, *purpose))))  # noqa: S311 - a run that can be repeated


def callers(scenario: Scenario, seed: int, place: int) -> Iterator[Call]:
    """The callers of a scenario's stream number `place`, in the order in which they come."""
    stream = scenario.streams[place]
    kinds, patience, talk, wrap_up, difficulty = (
        generator(seed, stream.queue, place, what) for what in ("kind", "patience", "talk", "wrap-up", "difficulty")
    )
    menu, solved, asked = (generator(seed, stream.queue, place, what) for what in ("menu", "solved", "answers"))
    for number, (at, real) in enumerate(_arrivals(scenario, stream, generator(seed, stream.queue, place, "arrival"))):
        talks, works = stream.talk.sample(talk), stream.wrap_up.sample(wrap_up)
        call = Call(
            place,
            number,
            _kind(stream.kinds, kinds.random()),
            round(at * MICROSECONDS),
            _patience(stream, real, patience),
            talks if real is None or real.talk is None else real.talk,
            works if real is None or real.wrap_up is None else real.wrap_up,
            difficulty.random(),
            None if stream.menu is None else stream.menu.time.sample(menu),
            solved=stream.menu is not None and solved.random() < stream.menu.solved,
            moods=_moods_of_one(stream, asked),
            real=real,
        )
        # Numbers are drawn for who does not come as well: his neighbours keep theirs.
        if real is None or real.comes:
            yield call


def moods(numbers: Random) -> tuple[float, ...]:
    """What decides an answer."""
    return tuple(numbers.random() for _ in range(ANSWERS))


def _moods_of_one(stream: Stream, numbers: Random) -> tuple[float, ...]:
    """Drawn for everybody, so that more who answer leave the answers of the others as they are."""
    if not stream.answers:
        return ()
    drawn, answers = moods(numbers), numbers.random() < stream.answers
    return drawn if answers else ()


def _patience(stream: Stream, real: Caller | None, numbers: Random) -> float:
    """Seconds until he gives up: those after which a real one did; longer than a real one waited who did not."""
    if real is not None and real.waited > 0 and isinstance(stream.patience, Survival):
        drawn = stream.patience.beyond(real.waited, numbers)
    else:
        drawn = stream.patience.sample(numbers)
    return drawn if real is None or real.patience is None else real.patience


def _arrivals(scenario: Scenario, stream: Stream, numbers: Random) -> Iterator[tuple[float, Caller | None]]:
    """(seconds from midnight, the real caller or None)."""
    if stream.calls:
        yield from ((call.at, call) for call in stream.calls if scenario.start <= call.at < scenario.end)
        return
    at: float = scenario.start
    while (at := _next(at, scenario.end, stream.rates, numbers.expovariate(1.0))) < scenario.end:
        yield at, None


def _next(at: float, end: int, rates: tuple[Rate, ...], due: float) -> float:
    """When the next one comes: the rates add up to `due` callers by then. Infinite: nobody before the end.

    A Poisson process whose rate changes: Cinlar, Introduction to stochastic processes, 1975, section 4.7.
    """
    for rate, after in zip(rates, [*rates[1:], Rate(end, 0.0)], strict=True):
        if after.start <= at:
            continue
        begun = max(at, rate.start)
        expected = rate.per_hour / 3_600 * (after.start - begun)
        if expected > due:
            return begun + due * 3_600 / rate.per_hour
        due -= expected
    return inf


def _kind(kinds: tuple[Kind, ...], number: float) -> int:
    """Which kind this number between 0 and 1 stands for."""
    if len(kinds) == 1:
        return 0
    sums = list(accumulate(kind.share for kind in kinds))
    return next(place for place, upto in enumerate(sums) if number * sums[-1] < upto or place == len(sums) - 1)
