"""Random histories of short lines and of queues where nobody is: what overflows is let in exactly where it may be, and
nobody waits in vain beside a queue that would take him."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.floor import SECOND, Centre, agent, queue
from support.histories import play
from support.invariants import check
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import TalkEnd
from switchboard.routing.model import QueueSettings, Requirement, WhenNobody
from switchboard.routing.overflow import Overflow, Reason
from switchboard.routing.relief import Relief, ReliefBounds, ReliefGroup, ReliefRule

STAY = WhenNobody.STAY
EVER = (Reason.FULL, Reason.MAX_WAIT, Reason.NOBODY)
HELP = Relief((ReliefRule(ReliefGroup(queue="vip"), ReliefBounds(waiting=1), stays=SECOND),))

_lengths = st.sampled_from([None, 0, 1, 2])
_agent = st.sampled_from(["ben", "cleo", "dora"])
_contact = st.sampled_from([f"c{number}" for number in range(8)])
_needs = st.sampled_from([(), (), (Requirement("french"),)])
_some = st.integers(0, 3)
_steps = st.one_of(
    st.tuples(st.just("call"), _contact, st.sampled_from(["sales", "support"]), st.just(0), _needs, st.just(())),
    st.tuples(st.just("call"), _contact, st.just("sales"), st.just(0), _needs, st.just(())),
    st.tuples(st.just("sign in"), _agent, st.just(Reach.PHONE), st.just(True)),
    st.tuples(st.just("sign out"), _agent, st.booleans()),
    st.tuples(st.just("ask"), _agent, st.just((AgentState.AVAILABLE, None))),
    st.tuples(st.just("accept"), _some),
    st.tuples(st.just("end"), _some, st.just(TalkEnd.AGENT)),
    st.tuples(st.just("leave"), _contact),
    st.tuples(st.just("pause"), _contact, st.none()),
    st.tuples(st.just("resume"), _contact),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 30])),
)


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    """`sales` is kept waiting for by nobody and goes on to the others, which are short."""
    rules = st.sampled_from([(Overflow("support", EVER),), (Overflow("support", EVER), Overflow("vip", EVER))])
    wait = st.sampled_from([None, 5 * SECOND])

    def drawn(id_: str, **more: object) -> QueueSettings:
        nobody = draw(st.sampled_from(WhenNobody))
        return queue(id_, max_length=draw(_lengths), max_wait=draw(wait), **{"when_nobody": nobody, **more})

    queues = [
        drawn("sales", when_nobody=STAY, overflow=draw(rules)),
        drawn(
            "support",
            overflow=draw(st.sampled_from([(), (Overflow("vip", EVER),)])),
            relief=draw(st.none() | st.just(HELP)),
        ),
        drawn("vip"),
    ]
    agents = [agent("ben", "support"), agent("cleo", "vip", skills={"french": 1}), agent("dora", "sales", "support")]
    return Centre(queues=queues, agents=agents)


@settings(
    max_examples=int(os.environ.get("HISTORIES", "40")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(centres(), st.lists(_steps, min_size=5, max_size=25))
def test_what_overflows_is_where_it_may_be(centre: Centre, history: list[tuple]) -> None:
    for step in history:
        play(centre, step)
        check(centre)
