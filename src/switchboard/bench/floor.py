"""`switchboard bench floor`: how many events a second the Floor decides, and how long one input takes at most.

A center at work under a virtual clock: every agent is signed in, each serves three queues and has about half of the
skills at levels 1 to 5; so many contacts wait, each with one of 120 requirement expressions over these skills. One
after the other a contact arrives, a talk ends, a wrap-up ends (whereupon its agent is offered who comes first of
those he can take), the offer is accepted. These five are the events that are counted.
"""

import gc
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from time import thread_time
from typing import Any, Final

from switchboard.agents.model import Reach
from switchboard.conversations.model import TalkEnd
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing import commands as asked
from switchboard.routing import events as told
from switchboard.routing.floor import Floor
from switchboard.routing.model import AgentSettings, Configuration, QueueSettings, Wanted
from switchboard.routing.service import Needs, read_needs

EXPRESSIONS: Final = 120
QUEUES_EACH: Final = 3
CYCLES: Final = 20_000
"""Cycles measured at each size; one of them is five events."""

SHRUNK: Final = (16, 4, 1)
"""The curve: the size asked for, and parts of it."""

_BEGIN: Final = 1_750_000_000 * MICROSECONDS
_STEP: Final = 1_000
"""Microseconds from one input to the next."""


def run(agents: int, queues: int, skills: int, waiting: int, *, cycles: int = CYCLES, seed: int = 1) -> dict[str, Any]:
    """Measure the size asked for and the smaller ones of the curve.

    It works as long before it is measured. Times are the thread's CPU time: on a machine that does other things as
    well they still hold. Returns: sizes, each with events (of each kind), events_per_second, input_us (p50, p99,
    max: one input, its decision included), still_waiting (at the end), expressions; journal_us: encoding one event's
    share of the journal.
    """
    curve = [
        _measured(max(agents // part, 1), max(queues // part, 1), skills, waiting // part, cycles=cycles, seed=seed)
        for part in SHRUNK
    ]
    return {"cycles": cycles, "seed": seed, "sizes": curve, **{name: curve[-1][name] for name in _SHOWN}}


_SHOWN: Final = ("events_per_second", "input_us")


def _measured(agents: int, queues: int, skills: int, waiting: int, *, cycles: int, seed: int) -> dict[str, Any]:
    center = Center(agents, queues, skills, seed=seed)
    center.fill(waiting)
    center.work(cycles)
    center.forget()
    # What was set up stays for good: the product freezes it after its start as well.
    gc.collect()
    gc.freeze()
    try:
        center.work(cycles)
    finally:
        gc.unfreeze()
    return {"agents": agents, "queues": queues, "skills": skills, "waiting": waiting} | center.figures()


def expressions(skills: Sequence[str], some: random.Random) -> list[Needs]:
    """So many different requirements over these skills, most of which about half of the agents satisfy."""
    forms = (
        "{0} >= {3}",
        "{0} >= {3} or {1}",
        "{0} and not {1} >= {3}",
        "({0} or {1} > {3}) and not {2} == 5",
        "{0} >= 2 and ({1} or not {2})",
    )
    found: dict[Needs, None] = {}
    for turn in range(100 * EXPRESSIONS):
        picked = [some.choice(skills) for _ in range(3)]
        found[read_needs(forms[turn % len(forms)].format(*picked, some.randint(1, 4)))] = None
        if len(found) == EXPRESSIONS:
            break
    return list(found)


class Center:
    """A Floor at work, and what it cost."""

    def __init__(self, agents: int, queues: int, skills: int, *, seed: int) -> None:
        self._some = random.Random(seed)  # noqa: S311 - a measurement that can be repeated
        self._now = _BEGIN
        self._floor = Floor()
        self._names = [f"skill{number}" for number in range(skills)]
        self._wanted = [Wanted(needs) for needs in expressions(self._names, self._some)]
        self._queues = [f"queue{number}" for number in range(queues)]
        self._contacts = 0
        self._talks: list[str] = []
        self._wrap_ups: deque[str] = deque()
        self._offers: deque[told.Offered] = deque()
        self.forget()
        self._open(agents)

    def forget(self) -> None:
        """Measure anew."""
        self._took: list[float] = []
        self._counts = dict.fromkeys(("arrivals", "offers", "accepts", "ends", "wrap_up_ends"), 0)
        self._encoding = 0.0

    def _open(self, agents: int) -> None:
        queues = [QueueSettings(queue, queue, queue, "client", wrap_up=60 * MICROSECONDS) for queue in self._queues]
        people = [
            AgentSettings(
                f"agent{number}",
                tuple(self._some.sample(self._queues, min(QUEUES_EACH, len(self._queues)))),
                {skill: self._some.randint(1, 5) for skill in self._names if self._some.random() < 0.5},
            )
            for number in range(agents)
        ]
        self._ask(asked.ConfigurationTaken(Configuration(1, tuple(queues), tuple(people))))
        for person in people:
            self._ask(asked.AgentSignedIn(person.id, "node", Reach.PHONE))

    def fill(self, waiting: int) -> None:
        """Every agent talks, and so many more contacts wait."""
        agents = len(self._floor.state.agents)
        while len(self._talks) < agents * 0.9 or len(self._floor.state.visits) < waiting:
            self.arrive()
            while self._offers:
                self.accept()

    def work(self, cycles: int) -> None:
        """Each kind of event in turn, as often."""
        turn: Sequence[Callable[[], None]] = (self.arrive, self.end, self.finish, self.accept)
        for _ in range(cycles):
            for happens in turn:
                happens()

    def arrive(self) -> None:
        """A contact comes in and is queued: two commands, one input."""
        self._contacts += 1
        contact = f"contact{self._contacts}"
        queue, wanted = self._some.choice(self._queues), self._some.choice(self._wanted)
        self._ask(
            asked.ContactArrived(contact, "client", "voice", "node", 1),
            asked.ContactQueued(contact, queue, wanted=wanted),
        )
        self._counts["arrivals"] += 1

    def accept(self) -> None:
        """Whoever was offered somebody takes him."""
        if not self._offers:
            return
        offer = self._offers.popleft()
        self._ask(asked.OfferAccepted(offer.offer, offer.fence))
        self._counts["accepts"] += 1

    def end(self) -> None:
        """One of the talks ends; its agent wraps up."""
        if not self._talks:
            return
        number = self._some.randrange(len(self._talks))
        self._talks[number], self._talks[-1] = self._talks[-1], self._talks[number]
        self._wrap_ups.append(self._talks.pop())
        self._ask(asked.EngagementEnded(self._wrap_ups[-1], TalkEnd.CUSTOMER))
        self._counts["ends"] += 1

    def finish(self) -> None:
        """The longest wrap-up ends; its agent is free."""
        if not self._wrap_ups:
            return
        self._ask(asked.WrapUpFinished(self._wrap_ups.popleft()))
        self._counts["wrap_up_ends"] += 1

    def _ask(self, *commands: asked.Command) -> None:
        """One input, timed as its owner gives it: decided, and the next deadline asked for."""
        self._now += _STEP
        floor, now = self._floor, self._now
        before = thread_time()
        events: list[told.Event] = []
        for command in commands:
            events += floor.handle(command, now).events
        floor.next_deadline()
        self._took.append(thread_time() - before)
        before = thread_time()
        asked.encode(commands)
        told.encode(events)
        self._encoding += thread_time() - before
        for event in events:
            if type(event) is told.Offered:
                self._offers.append(event)
                self._counts["offers"] += 1
            elif type(event) is told.EngagementOpened:
                self._talks.append(event.engagement)

    def figures(self) -> dict[str, Any]:
        """What was measured since `forget`."""
        took = sorted(self._took)
        count = sum(self._counts.values())
        return {
            "expressions": len(self._wanted),
            "events": dict(self._counts),
            "events_per_second": round(count / sum(took)),
            "input_us": {"p50": _us(took, 0.5), "p99": _us(took, 0.99), "max": _us(took, 1.0)},
            "journal_us": round(self._encoding / count * MICROSECONDS, 1),
            "still_waiting": sum(1 for _ in self._in_line()),
        }

    def _in_line(self) -> Iterator[str]:
        return (visit.id for visit in self._floor.state.visits.values() if not visit.offers)


def as_table(found: dict[str, Any]) -> str:
    """The curve for people."""
    lines = [f"{'agents':>7} {'queues':>7} {'waiting':>8} {'events/s':>9} {'p50 us':>7} {'p99 us':>7} {'max us':>8}"]
    lines += [
        f"{one['agents']:>7} {one['queues']:>7} {one['waiting']:>8} {one['events_per_second']:>9}"
        f" {one['input_us']['p50']:>7} {one['input_us']['p99']:>7} {one['input_us']['max']:>8}"
        for one in found["sizes"]
    ]
    return "\n".join(lines)


def _us(ordered: Sequence[float], share: float) -> float:
    return round(ordered[round(share * (len(ordered) - 1))] * MICROSECONDS, 1)
