"""Random histories of a small center, as hypothesis strategies, and what must always hold in it."""

from collections.abc import Iterator

import msgspec
from hypothesis import strategies as st

from support.capacities import CHANNELS, capacities, could_be_offered, fits, takes
from support.eligibility import eligible
from support.floor import SECOND, Centre, agent, queue
from support.overflowing import check_overflow, overflows
from support.relieved import check_relief, hand_overs, helps, reliefs, serves
from support.ringing import check_ringing
from switchboard.agents.model import AFTER_PAUSE, ENDED_BY_DEADLINE, MAY_END_BY_DEADLINE, AgentState, Reach
from switchboard.conversations.model import FAILURES, RETURNS, ContactStage, OfferEnd, TalkEnd
from switchboard.routing import commands as asked
from switchboard.routing import events as told
from switchboard.routing.floor.state import FloorState
from switchboard.routing.model import (
    AfterSteps,
    AgentSettings,
    Configuration,
    Delays,
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


@st.composite
def configurations(
    draw: st.DrawFn, strategy: str | None = None
) -> tuple[list[QueueSettings], list[AgentSettings], Delays, tuple[PauseLimit, ...]]:
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
    st.tuples(st.just("queue"), _contact, st.sampled_from(QUEUES)),
    st.tuples(st.just("leave"), _contact),
    st.tuples(st.just("finish"), _contact),
    st.tuples(st.just("break out"), _contact),
    st.tuples(st.just("pause"), _contact),
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
histories = st.tuples(configurations(), st.lists(steps, max_size=40))


def centre_of(
    configuration: tuple[list[QueueSettings], list[AgentSettings], Delays, tuple[PauseLimit, ...]],
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
        case ("call", contact, where, priority, needed, preferred, *rest):
            centre.tell(
                asked.ContactArrived(contact, "acme", CHANNELS[int(contact[1:]) % 3], "n1", 1 + len(contact) % 2),
                asked.ContactQueued(contact, where, priority, needed, preferred, None, None, *rest),
            )
        case ("queue", contact, where):
            centre.tell(asked.ContactQueued(contact, where))
        case ("leave", contact):
            centre.tell(asked.ContactLeft(contact))
        case ("finish", contact):
            centre.tell(asked.ContactFinished(contact, why="served"))
        case ("pause", contact):
            centre.tell(asked.ClockPaused(contact))
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


# What must hold after every input. Eligibility is restated here by brute force.


def check(centre: Centre) -> None:
    """Raises AssertionError naming what is wrong."""
    state = centre.floor.state
    _check_agents(state)
    _check_contacts(state)
    check_steps(state)
    check_offers(centre)
    check_overflow(centre)
    assert centre.floor.stuck(centre.now) == []
    check_ringing(centre)
    pairs = list(could_be_matched(state))
    assert not pairs, f"idle beside waiting: {pairs}"
    check_relief(state)
    deadline = centre.floor.next_deadline()
    look = min((look for look in state.looks.values() if look), default=None)
    ends = [] if look is None else [look]
    ends += [lease.deadline for lease in state.leases.values()]
    ends += [one.wrap_up_until for one in state.engagements.values() if one.wrap_up_until is not None]
    ends += [one.until for one in state.agents.values() if one.state is AgentState.DELAYED]
    ends += [one.resting_until for one in state.agents.values() if one.resting_until is not None]
    ends += [one.until for one in state.agents.values() if one.state is AgentState.PAUSED and one.until is not None]
    ends += [
        one.leave_at for one in state.visits.values() if one.leave_at is not None and not one.offers and not one.held
    ]
    ends += [
        one.step_until
        for one in state.visits.values()
        if one.step_until is not None and not one.offers and not one.held
    ]
    assert deadline == (min(ends) if ends else None)


def _check_agents(state: FloorState) -> None:
    for one in state.agents.values():
        assert len(one.offers) <= 1, one
        work = [state.engagements[engagement] for engagement in one.engagements]
        if any(engagement.talk_ended is None for engagement in work):
            assert one.state is AgentState.ENGAGED, one
        elif work:
            assert one.state is AgentState.WRAP_UP, one
            assert one.until == max(engagement.wrap_up_until or 0 for engagement in work), one
        else:
            assert (one.state is AgentState.OFFERED) == bool(one.offers), one
            assert one.state not in (AgentState.ENGAGED, AgentState.WRAP_UP), one
        assert one.resting_until is None or work, one
        assert one.state in MAY_END_BY_DEADLINE or (one.until is not None) == (one.state in ENDED_BY_DEADLINE), one
        assert (one.then is not None) == (one.state is AgentState.PAUSED and one.until is not None), one


def _check_contacts(state: FloorState) -> None:
    for contact in state.contacts.values():
        assert (contact.stage in (ContactStage.WAITING, ContactStage.OFFERED)) == (contact.visit is not None)
        assert (contact.stage is ContactStage.ENGAGED) == (contact.engagement is not None)
        leases = [lease for lease in state.leases.values() if lease.contact == contact.id]
        assert bool(leases) == (contact.stage is ContactStage.OFFERED)
        assert len(leases) <= 1 or state.visits[contact.visit or ""].together
    for visit in state.visits.values():
        assert state.contacts[visit.contact].visit == visit.id


def could_be_matched(state: FloorState) -> Iterator[tuple[str, str]]:
    """(contact, agent) of every waiting contact and idle agent who could take it."""
    for visit in state.visits.values():
        if visit.offers or visit.held:
            continue
        for settings in state.configuration.agents:
            one = state.agents[settings.id]
            if (
                could_be_offered(state, settings, visit)
                and serves(state, settings, visit.queue)
                and eligible(settings, visit)
            ):
                yield visit.contact, one.id


def check_offers(centre: Centre) -> None:
    """What the last input offered was offered to an agent who has what is needed, and nobody whom he could take as
    well stands before it in that line."""
    state = centre.floor.state
    for event in centre.events:
        if not isinstance(event, told.Offered) or event.offer not in state.leases:
            continue
        settings = state.settings[event.agent]
        visit = state.visits[event.visit]
        assert serves(state, settings, event.queue)
        assert event.why.helps == helps(state, settings, event.queue)
        assert fits(state, settings, event.contact), event
        assert eligible(settings, visit), event
        if event.why.helps and event.why.strategy != "preferred":
            own = [one for one in state.configuration.agents if visit.queue in one.queues and eligible(one, visit)]
            assert visit.together or not [one for one in own if could_be_offered(state, one, visit)], event
        before = [one for one in state.visits.values() if one.queue == event.queue and one.order < visit.order]
        before = [one for one in before if not one.offers and not one.held and fits(state, settings, one.contact)]
        assert not [one for one in before if eligible(settings, one)], event


def check_steps(state: FloorState) -> None:
    """Nobody waits in a step whose time is over or that nobody who is there could satisfy, unless it is the last."""
    for visit in state.visits.values():
        queue_on_floor = state.queues.get(visit.queue)
        if visit.wanted is None or visit.offers or visit.held or queue_on_floor is None:
            continue
        last = len(visit.wanted.steps) - (visit.wanted.after is AfterSteps.STAY)
        if visit.step >= last:
            assert visit.step_until is None
            continue
        there = [one for one in state.configuration.agents if serves(state, one, visit.queue)]
        there = [one for one in there if state.agents[one.id].state is not AgentState.SIGNED_OUT]
        there = [one for one in there if takes(one, state.contacts[visit.contact].channel)]
        assert any(eligible(one, visit) for one in there), visit
