"""Ring, talk, hold, wrap-up and queue time from the moments of a contact."""

from hypothesis import given
from hypothesis import strategies as st

from switchboard.measures.times import (
    EngagementMoments,
    QueueVisit,
    Span,
    handle_time,
    hold_time,
    queue_time,
    ring_time,
    talk_time,
    wrap_up_time,
)

S = 1_000_000


def moments(now: int, **at: int) -> EngagementMoments:
    return EngagementMoments(now=now * S, **{name: second * S for name, second in at.items()})


def test_a_finished_call() -> None:
    call = EngagementMoments(
        now=999 * S,
        offered=10 * S,
        answered=14 * S,
        talk_ended=114 * S,
        closed=130 * S,
        holds=(Span(20 * S, 30 * S), Span(50 * S, 55 * S)),
    )
    assert ring_time(call) == 4 * S
    assert hold_time(call) == 15 * S
    assert talk_time(call) == 85 * S
    assert wrap_up_time(call) == 16 * S
    assert handle_time(call) == 116 * S


def test_what_has_not_begun_is_zero_and_what_lasts_grows() -> None:
    ringing = moments(13, offered=10)
    assert (ring_time(ringing), talk_time(ringing), wrap_up_time(ringing)) == (3 * S, 0, 0)
    wrapping_up = moments(40, offered=10, answered=14, talk_ended=34)
    assert (ring_time(wrapping_up), talk_time(wrapping_up), wrap_up_time(wrapping_up)) == (
        4 * S,
        20 * S,
        6 * S,
    )


def test_a_hold_that_nobody_ended_stops_with_the_conversation() -> None:
    call = EngagementMoments(now=99 * S, answered=0, talk_ended=50 * S, closed=60 * S, holds=(Span(30 * S),))
    assert hold_time(call) == 20 * S
    assert talk_time(call) == 30 * S


def test_an_unanswered_offer_rings_until_it_closes() -> None:
    assert ring_time(moments(99, offered=10, closed=30)) == 20 * S


def test_queue_time_is_entered_until_left() -> None:
    assert queue_time(QueueVisit(now=50, entered=20)) == 30
    assert queue_time(QueueVisit(now=50, entered=20, left=25)) == 5
    assert queue_time(QueueVisit(now=10, entered=20)) == 0, "clocks of two nodes may differ a little"


@given(st.lists(st.integers(0, 10**12), min_size=6, max_size=6), st.integers(0, 10**12))
def test_handle_time_is_the_time_from_answer_to_close(cuts: list[int], later: int) -> None:
    offered, answered, hold_from, hold_to, talk_ended, closed = sorted(cuts)
    call = EngagementMoments(closed + later, offered, answered, talk_ended, closed, (Span(hold_from, hold_to),))
    assert handle_time(call) == closed - answered
    assert min(ring_time(call), talk_time(call), hold_time(call), wrap_up_time(call)) >= 0
