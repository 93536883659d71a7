"""The tables of RFC 3261 section 17 are closed, and every state that waits has a deadline."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.protocols.sip.timers import Timers
from switchboard.protocols.sip.transaction import (
    CLIENT,
    CLIENT_TIMING,
    INVITE_CLIENT,
    INVITE_CLIENT_TIMING,
    INVITE_SERVER,
    INVITE_SERVER_TIMING,
    SERVER,
    SERVER_TIMING,
    Happening,
    State,
    Table,
    Timing,
)

MACHINES = {
    "INVITE client": (INVITE_CLIENT, INVITE_CLIENT_TIMING, State.CALLING),
    "client": (CLIENT, CLIENT_TIMING, State.TRYING),
    "INVITE server": (INVITE_SERVER, INVITE_SERVER_TIMING, State.PROCEEDING),
    "server": (SERVER, SERVER_TIMING, State.TRYING),
}
OWNED = {
    # Its user ends these: by the ring limit, or by answering.
    ("INVITE client", State.PROCEEDING),
    ("INVITE server", State.PROCEEDING),
    ("server", State.TRYING),
    ("server", State.PROCEEDING),
}


@pytest.mark.parametrize("name", MACHINES)
def test_table_is_closed_and_reachable(name: str) -> None:
    table, timing, first = MACHINES[name]
    reached = {first}
    for _ in table:
        reached |= {step.next for state in reached for step in table[state].values()}
    assert reached == set(table)
    assert table[State.TERMINATED] == {}
    assert set(timing) == set(table) - {State.TERMINATED}


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_has_a_deadline_or_an_owner(name: str) -> None:
    table, timing, _ = MACHINES[name]
    for state in timing:
        if (name, state) in OWNED:
            assert Happening.ABANDONED in table[state]
        else:
            assert _ends(table, timing, state)


def _ends(table: Table, timing: dict[State, Timing], state: State) -> bool:
    known = timing[state]
    over_udp = known.limit > 0 or known.keep_limit
    over_tcp = known.limit_reliable > 0 or known.ends_at_once or known.keep_limit
    return over_udp and over_tcp and table[state][Happening.LIMIT].next is State.TERMINATED


def test_timers_run_in_order_and_forget() -> None:
    now = [0.0]
    wanted: list[float] = []
    timers = Timers(lambda: now[0], wanted.append)
    done: list[str] = []
    timers.after(2, done.append, "late")
    cancelled = timers.after(1, done.append, "never")
    timers.after(0.5, done.append, "early")
    assert wanted == [2, 1, 0.5]
    cancelled.cancel()
    cancelled.cancel()
    now[0] = 1.5
    assert timers.run() == 2
    assert done == ["early"]
    now[0] = 2
    assert timers.run() is None
    assert done == ["early", "late"]
    assert len(timers) == 0


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0, 4.0, 32.0]), st.booleans()), max_size=30),
    st.sampled_from([0.125, 1.0, 40.0]),
)
@settings(max_examples=50)
def test_timers_of_any_lengths_run_in_the_order_of_their_deadlines(
    asked: list[tuple[float, bool]], pace: float
) -> None:
    now = [0.0]
    timers = Timers(lambda: now[0])
    done: list[float] = []
    due: list[float] = []
    for delay, cancelled in asked:
        deadline = now[0] + delay
        timer = timers.after(delay, done.append, deadline)
        if cancelled:
            timer.cancel()
        else:
            due.append(deadline)
        now[0] += 0.25
    while (next_deadline := timers.next_deadline()) is not None:
        now[0] = max(now[0], next_deadline) + pace
        timers.run()
        assert done == sorted(one for one in due if one <= now[0])
    assert len(done) == len(due)


def test_cancelled_timers_do_not_pile_up() -> None:
    timers = Timers(lambda: 0.0)
    for _ in range(100_000):
        timers.after(32, print).cancel()
    assert len(timers) == 0
    assert timers.next_deadline() is None
