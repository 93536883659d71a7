"""Random histories of a small center, as hypothesis strategies; what must hold in them is in `invariants`."""

from collections.abc import Iterable

import msgspec
from hypothesis import strategies as st

from support.capacities import CHANNELS, capacities
from support.floor import SECOND, Centre, agent, queue
from support.known_customers import alone, ask, customers, prefers
from support.overflowing import overflows
from support.relieved import hand_overs, reliefs
from support.restatement import restated
from switchboard.agents.model import AFTER_PAUSE, AgentState, Capacity, Reach
from switchboard.conversations.model import FAILURES, RETURNS, OfferEnd, TalkEnd
from switchboard.routing import commands as asked
from switchboard.routing.due import LONGEST_PAUSE
from switchboard.routing.model import (
    AfterSteps,
    AgentSettings,
    Configuration,
    Delays,
    HandOver,
    QueueSettings,
    Ranking,
    Requirement,
    Scheme,
    Step,
    Wanted,
    WhenNobody,
)
from switchboard.routing.outcomes import AgentLearned, Expected, Learned, OutcomeRule, QueueLearned
from switchboard.routing.pauses import PauseLimit
from switchboard.routing.requirements import Compare, Either, Every, InTeam, Not, OneAgent, SkillLevel
from switchboard.routing.strategies import STRATEGIES

AGENTS = ("anna", "ben", "cleo", "dora")
QUEUES = ("sales", "support", "vip")
SKILLS = ("english", "french")
CONTACTS = tuple(f"c{number}" for number in range(8))

requirements = st.lists(st.builds(Requirement, st.sampled_from(SKILLS), st.integers(1, 3)), max_size=2).map(tuple)

TEAMS = ("seniors", "trainees")

needs = st.recursive(
    st.builds(SkillLevel, st.sampled_from(SKILLS), st.integers(0, 3), st.sampled_from(Compare))
    | st.builds(InTeam, st.sampled_from(TEAMS))
    | st.builds(OneAgent, st.sampled_from(AGENTS)),
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda some: Every(tuple(some)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda some: Either(tuple(some)))
    ),
    max_leaves=4,
)
wanted = st.builds(
    Wanted,
    st.none() | needs,
    st.lists(
        st.builds(Step, needs, st.sampled_from([1, 10, 20]).map(lambda seconds: seconds * SECOND)), max_size=3
    ).map(tuple),
    st.sampled_from(AfterSteps),
)

queue_settings = st.builds(
    queue,
    st.sampled_from(QUEUES),
    ring_time=st.sampled_from([5, 20]).map(lambda seconds: seconds * SECOND),
    max_wait=st.sampled_from([None, 15 * SECOND, 60 * SECOND]),
    wrap_up=st.sampled_from([0, 10 * SECOND]),
    requires=requirements,
    when_nobody=st.sampled_from(WhenNobody),
    wanted=st.none() | wanted,
    strategy=st.sampled_from(sorted(STRATEGIES)),
    ranking=st.builds(
        Ranking,
        st.sampled_from(Scheme),
        st.integers(0, 1),
        st.integers(1, 3),
        st.booleans(),
        st.sampled_from([0, 20 * SECOND]),
        st.booleans(),
    ),
    outcome=st.builds(OutcomeRule, hold_out=st.sampled_from([0, 50]), explore=st.sampled_from([0, 50])),
    max_length=st.sampled_from([None, None, 0, 1, 2]),
    overflow=overflows(QUEUES),
    relief=st.none() | reliefs(TEAMS, QUEUES),
    hand_over=hand_overs(QUEUES),
    longest_pause=st.sampled_from([5 * SECOND, 20 * SECOND, LONGEST_PAUSE]),
)
_expected = st.builds(
    Expected,
    st.integers(1, 5).map(lambda minutes: minutes * 60 * SECOND),
    st.none() | st.sampled_from([0.5, 1.0]),
    st.none() | st.sampled_from([0.5, 1.0]),
    st.sampled_from([0, 5, 50]),
)


def learned_versions(agents: st.SearchStrategy[str]) -> st.SearchStrategy[Learned]:
    """What may be known of these agents in the queue `sales`."""
    of_agent = st.builds(AgentLearned, _expected, st.dictionaries(st.just("hotline"), _expected))
    of_queue = st.builds(
        QueueLearned,
        _expected,
        st.dictionaries(st.just("hotline"), _expected),
        st.dictionaries(agents, of_agent, max_size=4),
    )
    return st.builds(Learned, st.integers(1, 3), st.dictionaries(st.just("sales"), of_queue))


agent_settings = st.builds(
    agent,
    st.sampled_from(AGENTS),
    skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3)),
).flatmap(
    lambda one: st.builds(
        lambda queues, team, capacity: AgentSettings(one.id, tuple(queues), one.skills, team=team, capacity=capacity),
        st.lists(st.sampled_from(QUEUES), unique=True, min_size=1),
        st.none() | st.sampled_from(TEAMS),
        st.none() | capacities,
    )
)


Drawn = tuple[list[QueueSettings], list[AgentSettings], Delays, tuple[PauseLimit, ...]]
"""A center."""


@st.composite
def configurations(draw: st.DrawFn, strategy: str | None = None) -> Drawn:
    """strategy: of all queues; None draws one for each."""
    queues = draw(st.lists(queue_settings, unique_by=lambda one: one.id, min_size=1))
    if strategy is not None:
        queues = [msgspec.structs.replace(one, strategy=strategy) for one in queues]
    agents = draw(st.lists(agent_settings, unique_by=lambda one: one.id, min_size=1))
    delays = Delays(
        misses=draw(st.integers(1, 2)),
        busy=draw(st.sampled_from([0, 10 * SECOND])),
        rejected=draw(st.sampled_from([0, 5 * SECOND])),
    )
    pauses = draw(st.just(()) | st.tuples(st.builds(PauseLimit, st.just("tea"), _lasts, st.sampled_from(AFTER_PAUSE))))
    return queues, agents, delays, pauses


_ROOM = Capacity(dict.fromkeys(CHANNELS, 2), dict.fromkeys(CHANNELS, CHANNELS))


@st.composite
def _open_to_all(draw: st.DrawFn) -> Drawn:
    """A center where every agent serves every queue, some of them several contacts at a time, and no queue asks for
    more; all of them hand over to each other."""
    queues, agents, delays, pauses = draw(configurations())
    every = tuple([one.id for one in queues])
    hand_over = HandOver(every, draw(st.integers(0, 2)))
    return (
        [msgspec.structs.replace(one, requires=(), wanted=None, hand_over=hand_over) for one in queues],
        [
            msgspec.structs.replace(one, queues=every, capacity=draw(st.sampled_from([one.capacity, None, _ROOM])))
            for one in agents
        ],
        delays,
        pauses,
    )


_lasts = st.sampled_from([1, 10, 20]).map(lambda seconds: seconds * SECOND)
_agent = st.sampled_from(AGENTS)
_contact = st.sampled_from(CONTACTS)
_pause = st.sampled_from([(AgentState.AVAILABLE, None), (AgentState.PAUSED, "break"), (AgentState.PAUSED, "tea")])
_some = st.integers(0, 3)

# Each step is a name and what it needs; ids of offers and engagements are picked from those that are live
# (or were, to be late) when it is carried out.
steps = st.one_of(
    st.tuples(st.just("sign in"), _agent, st.sampled_from(Reach), st.booleans()),
    st.tuples(st.just("sign out"), _agent, st.booleans()),
    st.tuples(st.just("ask"), _agent, _pause),
    st.tuples(st.just("reach"), _agent, st.booleans()),
    st.tuples(
        st.just("call"),
        _contact,
        st.sampled_from(QUEUES),
        st.integers(0, 1),
        requirements,
        st.lists(_agent, max_size=2, unique=True).map(tuple),
        st.none() | wanted,
        st.sampled_from([0, 0, 10 * SECOND]),
    ),
    st.tuples(st.just("known"), _contact, st.sampled_from(QUEUES), customers(AGENTS, TEAMS), prefers(AGENTS)),
    st.tuples(st.just("known"), _contact, st.sampled_from(QUEUES), customers(AGENTS, TEAMS), prefers(AGENTS)),
    st.tuples(st.just("wait"), st.sampled_from([5, 10, 30])),
    st.tuples(st.just("queue"), _contact, st.sampled_from(QUEUES)),
    st.tuples(st.just("leave"), _contact),
    st.tuples(st.just("finish"), _contact),
    st.tuples(st.just("break out"), _contact),
    st.tuples(st.just("pause"), _contact, st.sampled_from([None, None, 3, 40])),
    st.tuples(st.just("resume"), _contact),
    st.tuples(st.just("accept"), _some),
    st.tuples(st.just("accept"), _some),
    st.tuples(st.just("reject"), _some),
    st.tuples(st.just("fail"), _some, st.sampled_from(sorted(FAILURES))),
    st.tuples(st.just("late"), _some),
    st.tuples(st.just("hold"), _some, st.booleans()),
    st.tuples(st.just("active"), _some, st.booleans()),
    st.tuples(st.just("end"), _some, st.sampled_from(TalkEnd)),
    st.tuples(st.just("finish wrap-up"), _some),
    st.tuples(st.just("hand over"), _some, st.sampled_from(QUEUES)),
    st.tuples(st.just("return"), _agent, st.sampled_from(sorted(RETURNS)), st.booleans()),
    st.tuples(st.just("worker lost"), st.integers(1, 2)),
    st.tuples(
        st.just("node started"),
    ),
    st.tuples(st.just("configure"), configurations()),
    st.tuples(st.just("learn"), learned_versions(_agent)),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 5, 10, 30])),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 5, 10, 30])),
)
_shift = st.lists(
    st.tuples(st.just("sign in"), _agent, st.just(Reach.PHONE), st.just(value=True)),
    max_size=len(AGENTS),
    unique_by=lambda step: step[1],
)
_quiet = st.tuples(
    configurations(), st.builds(lambda shift, rest: shift + rest, _shift, st.lists(steps, min_size=10, max_size=40))
)
"""Left to itself hypothesis makes five steps at a time, in which hardly anybody is there and nobody waits long."""

_one_step = st.none() | st.builds(
    Wanted, st.none(), st.tuples(st.builds(Step, needs, _lasts)), st.just(AfterSteps.ANYONE)
)
_come = st.tuples(
    st.just("come"), st.sampled_from(CONTACTS[:5]), _some, st.integers(0, 1), _one_step, st.sampled_from([True, False])
)
_beside_talks = st.one_of(
    _come,
    _come,
    _come,
    st.tuples(st.just("reject"), _some),
    st.tuples(st.just("stop a clock"), _some, st.sampled_from([1, 5, 10])),
    st.tuples(st.just("hand over"), _some, st.sampled_from(QUEUES)),
    st.tuples(st.just("lose"), _some, st.sampled_from(sorted(RETURNS))),
    st.tuples(st.just("ask"), _agent, st.just((AgentState.AVAILABLE, None))),
    st.tuples(st.just("end"), _some, st.just(TalkEnd.AGENT)),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 30])),
)
# Not one of both: that would be one of all kinds, and there are many more of the others.
_mixed = st.integers(0, 2).flatmap(lambda some: steps if some == 0 else _beside_talks)
_everybody = [("sign in", one, Reach.PHONE, True) for one in AGENTS]
_busy = st.tuples(
    _open_to_all(),
    st.builds(
        lambda rest: _everybody + rest,
        st.lists(_mixed, min_size=10, max_size=30),
    ),
)
"""So many rules are drawn above that hardly one contact in thirty comes to a talk there: what may happen beside a talk
and after one happens here."""

histories = st.one_of(_quiet, _busy)


def centre_of(
    configuration: Drawn,
) -> Centre:
    queues, agents, delays, pauses = configuration
    return Centre(queues=queues, agents=agents, delays=delays, pauses=pauses)


def play(centre: Centre, step: tuple) -> None:  # noqa: C901 - one branch per kind of step
    """Carry out one step."""
    state = centre.floor.state
    match step:
        case ("sign in", who, reach, reachable):
            centre.tell(asked.AgentSignedIn(who, "n1", reach, reachable))
        case ("sign out", who, forced):
            centre.tell(asked.AgentSignedOut(who, forced))
        case ("ask", who, (wish, reason)):
            centre.tell(asked.AgentStateAsked(who, wish, reason))
        case ("reach", who, reachable):
            centre.tell(asked.ReachChanged(who, reachable))
        case ("call" | "known", contact, *_) if any(one.contact == contact for one in state.engagements.values()):
            # An id is given once: somebody still works on whoever had this one.
            pass
        case ("call", contact, where, priority, needed, preferred, *rest):
            centre.tell(
                asked.ContactArrived(contact, "acme", CHANNELS[int(contact[1:]) % 3], "n1", 1 + len(contact) % 2),
                asked.ContactQueued(contact, where, priority, needed, preferred, None, None, *rest),
            )
        case ("come", contact, number, priority, wanted_, answered):
            _come_in(centre, contact, number, priority, wanted_, answered=answered)
        case ("stop a clock", number, seconds):
            for visit in _nth(centre.floor.state.visits, number):
                contact = state.visits[visit].contact
                centre.tell(asked.ClockPaused(contact))
                centre.wait(seconds)
                centre.tell(asked.ClockResumed(contact))
        case ("lose", number, why):
            for engagement in _nth(state.engagements, number):
                centre.tell(asked.WorkReturned(state.engagements[engagement].agent, why))
        case ("known", contact, where, customer, prefer):
            book = restated(centre)
            book.alone[contact] = alone(customer, prefer, centre.now)
            arrived = asked.ContactArrived(contact, "acme", CHANNELS[int(contact[1:]) % 3], "n1", 1 + len(contact) % 2)
            centre.tell(arrived, ask(centre, contact, where, customer, prefer))
            restated(centre)
            del book.alone[contact]
        case ("queue", contact, where):
            centre.tell(asked.ContactQueued(contact, where))
        case ("leave", contact):
            centre.tell(asked.ContactLeft(contact))
        case ("finish", contact):
            centre.tell(asked.ContactFinished(contact, why="served"))
        case ("pause", contact, seconds):
            until = None if seconds is None else centre.now + seconds * SECOND
            centre.tell(asked.ClockPaused(contact, until))
        case ("resume", contact):
            centre.tell(asked.ClockResumed(contact))
        case ("break out", contact):
            centre.tell(asked.ContactBrokeOut(contact))
        case ("late", number):
            centre.tell(asked.OfferAccepted(number, 1))
        case (("accept" | "reject" | "fail") as how, number, *rest):
            _answer(centre, how, number, *rest)
        case (("hold" | "active" | "end" | "finish wrap-up" | "hand over") as how, number, *rest):
            _work(centre, how, number, *rest)
        case ("return", who, why, sign_out):
            centre.tell(asked.WorkReturned(who, why, sign_out))
        case ("worker lost", worker):
            centre.tell(asked.WorkerLost("n1", worker))
        case ("node started",):
            centre.tell(asked.NodeLost("n1"))
        case ("configure", (queues, agents, delays, pauses)):
            version = state.configuration.version + 1
            newer = Configuration(version, tuple(queues), tuple(agents), delays, pauses)
            centre.tell(asked.ConfigurationTaken(newer))
        case ("learn", learned):
            centre.tell(asked.LearnedVersionTaken(learned))
        case ("wait", seconds):
            centre.wait(seconds)
        case _:
            raise AssertionError(step)


def _nth(of: Iterable[str], number: int) -> list[str]:
    """One of them; none when there are none."""
    some = sorted(of)
    return [some[number % len(some)]] if some else []


def _come_in(
    centre: Centre, contact: str, number: int, priority: int, wanted: Wanted | None, *, answered: bool
) -> None:
    """A contact comes into one of the queues that there are. answered: whoever it rings at takes it at once."""
    for where in _nth(centre.floor.state.queues, number):
        play(centre, ("call", contact, where, priority, (), (), wanted))
    leases = [one for one in centre.floor.state.leases.values() if one.contact == contact]
    for lease in leases[:answered]:
        centre.tell(asked.OfferAccepted(lease.offer, lease.fence))


def _answer(centre: Centre, how: str, number: int, why: OfferEnd | None = None) -> None:
    leases = sorted(centre.floor.state.leases.values(), key=lambda lease: lease.offer)
    if not leases:
        return
    lease = leases[number % len(leases)]
    if how == "accept":
        centre.tell(asked.OfferAccepted(lease.offer, lease.fence))
    elif how == "reject":
        centre.tell(asked.OfferRejected(lease.offer, lease.fence))
    else:
        assert why is not None
        centre.tell(asked.OfferFailed(lease.offer, lease.fence, why))


def _work(centre: Centre, how: str, number: int, detail: TalkEnd | bool | str | None = None) -> None:
    engagements = sorted(centre.floor.state.engagements)
    if not engagements:
        return
    engagement = engagements[number % len(engagements)]
    if how == "hand over":
        centre.tell(asked.ContactHandedOver(engagement, str(detail)))
    elif how == "hold":
        centre.tell(asked.HoldAsked(engagement, bool(detail)))
    elif how == "active":
        centre.tell(asked.ActivityTold(engagement, bool(detail)))
    elif how == "end":
        assert isinstance(detail, TalkEnd)
        centre.tell(asked.EngagementEnded(engagement, detail))
    else:
        centre.tell(asked.WrapUpFinished(engagement, "solved"))
