"""What an agent asks to be after his work: kept until the work ends, then so, whatever happened meanwhile."""

import os

from hypothesis import HealthCheck, given, settings

from support.histories import centre_of, histories, play
from switchboard.agents.model import AgentState
from switchboard.routing.events import AgentStateChanged, NextStateSet, decode

AT_WORK = {AgentState.OFFERED, AgentState.ENGAGED, AgentState.WRAP_UP}

many = settings(
    max_examples=int(os.environ.get("HISTORIES", "25")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@many
@given(histories)
def test_a_wish_holds_until_the_work_ends_and_is_then_fulfilled(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    for step in steps:
        play(centre, step)
    wishes: dict[str, tuple[AgentState | None, str | None]] = {}
    for entry in centre.entries:
        for event in decode(entry.decisions):
            if isinstance(event, NextStateSet):
                wishes[event.agent] = (event.state, event.reason)
            if isinstance(event, AgentStateChanged) and event.state not in AT_WORK:
                wish, reason = wishes.pop(event.agent, (None, None))
                if wish is not None:
                    assert event.before in AT_WORK
                    assert (event.state, event.reason) == (wish, reason)


@many
@given(histories)
def test_nobody_has_a_wish_without_work(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    for step in steps:
        play(centre, step)
        for agent in centre.floor.state.agents.values():
            assert agent.next_state is None or agent.state in AT_WORK
            assert agent.next_state is not AgentState.AVAILABLE
