"""Whatever an agent did, the parts add up to the time he was signed in."""

from hypothesis import given
from hypothesis import strategies as st

from switchboard.agents.model import AgentState
from switchboard.measures.states import PARTS, signed_in, state_times, talk

spans = st.lists(
    st.tuples(st.sampled_from(list(AgentState)), st.sampled_from([None, "break", "lunch"]), st.integers(0, 10**9))
)


def test_every_state_has_its_part() -> None:
    assert {*PARTS, "paused", "signed out"} == {state.value for state in AgentState}


@given(spans, st.integers(0, 10**10))
def test_the_parts_add_up(of: list[tuple[AgentState, str | None, int]], hold: int) -> None:
    times = state_times([(state.value, reason, length) for state, reason, length in of], hold)
    assert signed_in(times) == sum(length for state, _, length in of if state is not AgentState.SIGNED_OUT)
    assert 0 <= times.hold <= times.engaged
    assert talk(times) + times.hold == times.engaged
