"""A run can be repeated, callers keep what they are from one scenario to the next, and nobody is lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from switchboard.agents.model import Capacity
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import Invalid
from switchboard.routing.commands import Command, encode
from switchboard.routing.events import Event
from switchboard.routing.events import encode as encode_events
from switchboard.routing.model import RULES, QueueItem, Ranking, Scheme, WhenNobody
from switchboard.routing.overflow import Overflow
from switchboard.routing.relief import ReliefBounds, ReliefGroup, ReliefRule
from switchboard.routing.replay import Replay
from switchboard.routing.simulation.callers import callers
from switchboard.routing.simulation.distributions import Exponential, Fixed, Gamma, Lognormal, Measured, Weibull
from switchboard.routing.simulation.run import Run
from switchboard.routing.simulation.scenario import Caller, Group, Kind, Menu, Rate, Scenario, Shift, Stream
from switchboard.routing.simulation.summary import comparison, seeds_of, summary
from switchboard.routing.simulation.table import data_of, text_of
from switchboard.storage.journal import JournalEntry

HOUR = 3_600


def queue(key: str, **settings: Any) -> QueueItem:
    return QueueItem(key=key, name=key.title(), client="acme", **settings)


SMALL = Scenario(
    "small",
    (queue("support", wrap_up=30 * MICROSECONDS), queue("sales", max_wait=60 * MICROSECONDS)),
    (
        Group("all", 3, ("support", "sales"), {"english": 2}, answer=Exponential(8.0)),
        Group("day", 2, ("support",), {"german": 2}, (Shift(9 * HOUR, 11 * HOUR),), pace=1.5),
    ),
    (
        Stream(
            "support",
            (Rate(0, 40.0), Rate(10 * HOUR, 90.0)),
            kinds=(Kind("plain", 3.0), Kind("german", 1.0, {"german": 1}, priority=2)),
            talk=Lognormal(200.0, 150.0),
            wrap_up=Exponential(15.0),
            patience=Weibull(200.0, 1.4),
        ),
        Stream("sales", (Rate(0, 20.0),), talk=Gamma(150.0, 60.0), patience=Measured([10.0, 200.0])),
    ),
    length=4 * HOUR,
    interval=HOUR,
)


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    first, again, other = (Run(SMALL, seed).go() for seed in (3, 3, 4))
    assert first == again
    assert first.figures() != other.figures()


def test_agents_who_may_have_three_chats_serve_three_times_as_many() -> None:
    def answered(capacity: Capacity | None) -> tuple[int, int]:
        group = Group("chatters", 2, ("support",), capacity=capacity)
        chats = Stream("support", (Rate(0, 120.0),), talk=Fixed(300.0), patience=Fixed(60.0), channel="chat")
        outcome = Run(Scenario("chats", (queue("support"),), (group,), (chats,), length=2 * HOUR), 5).go()
        return outcome.tally().answered, outcome.tally().offered

    one, offered = answered(None)
    three, same = answered(Capacity({"chat": 3}))
    assert offered == same
    # Two at a time against six; most of the others give up after a minute.
    assert one <= 2 * 24 + 4
    assert three > 2.5 * one


def test_everybody_is_counted_once() -> None:
    outcome = Run(SMALL, 1).go()
    everybody = outcome.tally()
    ended = everybody.answered + everybody.abandoned + everybody.sent_on + everybody.unserved
    assert everybody.offered == ended == sum(outcome.tally(queue=one).offered for one in ("support", "sales"))
    assert everybody.offered == sum(outcome.tally(interval=number).offered for number in outcome.intervals)
    assert everybody.offered == sum(1 for place in (0, 1) for _ in callers(SMALL, 1, place))
    # German callers leave at once while nobody who speaks it is signed in, and those of sales after a minute.
    assert outcome.tally("support", "german").sent_on > 0
    assert all(little.holds for little in outcome.little.values())
    assert max(outcome.tally("sales").waits) <= 60 * MICROSECONDS
    worked = outcome.work("day").figures()
    assert worked["signed in hours"] == pytest.approx(4.0, abs=0.2)


def overflowing(*, menu: Menu | None = None) -> Scenario:
    """A busy `support`, whose callers `sales` takes after half a minute or when two wait."""
    support = queue("support", max_wait=30 * MICROSECONDS, max_length=2, overflow=(Overflow("sales"),))
    return replace(
        SMALL,
        queues=(support, queue("sales", max_length=6)),
        groups=(Group("few", 1, ("support",)), Group("others", 3, ("sales",))),
        streams=(
            Stream("support", (Rate(0, 90.0),), talk=Exponential(150.0), patience=Exponential(200.0), menu=menu),
            Stream("sales", (Rate(0, 20.0),), talk=Exponential(150.0)),
        ),
    )


def test_callers_who_overflow_count_in_both_queues_and_once_in_all() -> None:
    run = Run(overflowing(), 2)
    outcome = run.go()
    support, sales, all_of_them = outcome.tally("support"), outcome.tally("sales"), outcome.tally()
    for one in (support, sales):
        ended = one.answered + one.abandoned + one.sent_on + one.overflowed + one.unserved
        assert one.offered == ended
    assert support.overflowed > 20
    assert support.full > 5
    assert sales.full > 0
    came = sum(1 for place in (0, 1) for _ in callers(overflowing(), 2, place))
    # Who overflowed into a full line of sales leaves with the end of his wait in support, or was never in any.
    assert all_of_them.offered + all_of_them.full == came
    assert all_of_them.answered == support.answered + sales.answered
    ended = all_of_them.answered + all_of_them.abandoned + all_of_them.sent_on + all_of_them.unserved
    assert all_of_them.offered == ended
    assert sum(all_of_them.waits) > sum(support.waits) + sum(sales.waits)
    assert all(little.holds for little in outcome.little.values())
    assert run.floor.stuck(run.floor.state.now) == []
    assert not run.floor.state.contacts


def test_callers_in_a_menu_come_later_and_some_need_nobody() -> None:
    plain = Run(overflowing(), 2).go().tally()
    outcome = Run(overflowing(menu=Menu(Exponential(30.0), 0.4)), 2).go()
    some = outcome.tally()
    came = sum(1 for place in (0, 1) for _ in callers(overflowing(), 2, place))
    assert 0.3 < some.solved / (came - outcome.tally("sales").offered + outcome.tally("sales").overflowed) < 0.7
    # Those whose menu ends after the last interval count nowhere, as whoever comes in line then.
    assert came - 3 <= some.offered + some.full + some.solved <= came
    assert some.offered + some.full < plain.offered + plain.full
    assert outcome.figures()["solved in the menu"] == some.solved


def test_earliest_due_first_answers_fewer_too_late() -> None:
    kinds = (Kind("soon", 1.0, due_in=120), Kind("late", 1.0, due_in=3_600))
    stream = Stream("mail", (Rate(0, 57.0),), kinds=kinds, talk=Exponential(180.0))
    plain = replace(SMALL, queues=(queue("mail"),), groups=(Group("few", 3, ("mail",)),), streams=(stream,))
    due = replace(plain, queues=(queue("mail", ranking=Ranking(Scheme.DUE)),))
    late = [sum(Run(one, seed).go().tally().overdue for seed in range(3)) for one in (plain, due)]
    assert late[1] < late[0] / 2


def test_its_journal_is_decided_anew_without_differences() -> None:
    replay, differences = Replay(), []
    seq = 0

    def keep(commands: Sequence[Command], at: int, events: Sequence[Event]) -> None:
        nonlocal seq
        seq += 1
        found = replay.check(JournalEntry("acme", seq, at, RULES, encode(commands), encode_events(events)))
        if found is not None:
            differences.append(found)

    Run(SMALL, 1, keep=keep).go()
    assert seq > 500
    assert differences == []


def test_a_caller_is_the_same_whatever_else_changes() -> None:
    more = replace(SMALL, groups=(replace(SMALL.groups[0], count=9),))
    slower = replace(SMALL, streams=(replace(SMALL.streams[0], talk=Lognormal(400.0, 300.0)), SMALL.streams[1]))
    was, with_more, with_slower = (list(callers(one, 1, 0)) for one in (SMALL, more, slower))
    assert [(call.at, call.talk, call.patience) for call in was] == [
        (call.at, call.talk, call.patience) for call in with_more
    ]
    assert [(call.at, call.patience, call.kind) for call in was] == [
        (call.at, call.patience, call.kind) for call in with_slower
    ]
    assert [2 * call.talk for call in was] == pytest.approx([call.talk for call in with_slower])


def test_pairs_of_runs_show_a_difference_that_single_runs_hide() -> None:
    more = replace(SMALL, groups=(replace(SMALL.groups[0], count=4), SMALL.groups[1]))
    seeds = seeds_of(1, 4)
    was, would_be = ([Run(one, seed).go() for seed in seeds] for one in (SMALL, more))
    asa = comparison(was, would_be)["asa"]
    assert asa.clear
    assert asa.difference is not None
    assert asa.difference.mean < 0
    apart = summary(was)["asa"], summary(would_be)["asa"]
    assert apart[0] is not None
    assert apart[1] is not None
    assert asa.difference.half is not None
    assert apart[0].half is not None
    assert asa.difference.half < apart[0].half


def test_the_calls_of_a_log_come_as_they_came() -> None:
    log = tuple(Caller(8 * HOUR + 60.0 * number, 30.0 if number % 2 else None) for number in range(20))
    stream = Stream("support", calls=log, talk=Fixed(45.0))
    scenario = replace(SMALL, streams=(stream,), queues=(queue("support"),), groups=(Group("team", 2, ("support",)),))
    came = list(callers(scenario, 1, 0))
    assert [call.at for call in came] == [round(one.at * MICROSECONDS) for one in log]
    assert {call.talk for call in came} == {30.0, 45.0}
    assert scenario.expected(stream) == 20
    outcome = Run(scenario, 1).go()
    assert outcome.figures()["answered"] == 20


def test_agents_who_miss_a_call_come_back() -> None:
    scenario = replace(
        SMALL,
        queues=(queue("support", ring_time=5 * MICROSECONDS, when_nobody=WhenNobody.STAY),),
        groups=(Group("team", 3, ("support",), answer=Exponential(6.0), back_after=20.0),),
        streams=(Stream("support", (Rate(0, 30.0),), talk=Fixed(60.0)),),
    )
    outcome = Run(scenario, 1).go()
    assert outcome.tally().unserved == 0
    assert outcome.work().other > 0


def test_whoever_is_never_served_is_said_to_be_in_line_at_the_end() -> None:
    scenario = replace(
        SMALL,
        queues=(queue("support", when_nobody=WhenNobody.STAY),),
        groups=(Group("team", 1, ("support",), shifts=(Shift(8 * HOUR, 9 * HOUR),)),),
        streams=(Stream("support", (Rate(0, 60.0),)),),
        overrun=HOUR,
    )
    outcome = Run(scenario, 1).go()
    assert outcome.tally().unserved > 100
    assert outcome.little["support"].holds


def test_progress_is_told_in_callers() -> None:
    seen: list[tuple[int, int]] = []
    Run(SMALL, 1).go(lambda came, expected: seen.append((came, expected)))
    assert {expected for _, expected in seen} == {340}


def test_what_comes_before_the_warm_up_is_over_is_left_out() -> None:
    cold, warm = Run(SMALL, 1).go(), Run(replace(SMALL, warm_up=HOUR), 1).go()
    assert warm.tally(interval=0).offered == 0
    assert warm.tally(interval=1).offered == cold.tally(interval=1).offered


def test_how_long_relief_helped_is_counted_and_told() -> None:
    rule = ReliefRule(ReliefGroup(team="night"), over=ReliefBounds(waiting=1), stays=10 * 60 * MICROSECONDS)
    rush = Scenario(
        "rush",
        (queue("support", relief=(rule,)), queue("sales")),
        (Group("day", 1, ("support",)), Group("night", 3, ("sales",))),
        (Stream("support", calls=tuple(Caller(8 * HOUR + 10.0 * number, 300.0) for number in range(9))),),
        length=HOUR,
    )
    outcome = Run(rush, 1).go()
    assert list(outcome.relief) == [("support", "team night")]
    helped = outcome.relief["support", "team night"]
    assert helped.times == 1
    # From the third caller, the second who waits, until the line is short and the least stay is over.
    assert 10 * 60 * MICROSECONDS <= helped.spent < HOUR * MICROSECONDS
    assert any("support: team night" in line and "in 1.0 times" in line for line in text_of([outcome]))
    assert data_of([outcome])["relief"][0]["minutes"]["mean"] == helped.spent / MICROSECONDS / 60
    assert not any("relief" in line for line in text_of([Run(SMALL, 1).go()]))


def test_callers_who_never_come_are_refused_clearly() -> None:
    nobody = replace(SMALL, streams=(*SMALL.streams, Stream("support")))
    with pytest.raises(Invalid, match=r"arrivals\.support: say how many call in an hour"):
        Run(nobody, 1)
