"""What is learned of agents: little data is not believed, and a gain is measured against hours held out."""

from random import Random
from statistics import fmean, variance

import pytest

from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.learning.decide import learn
from switchboard.routing.learning.gains import BURN_IN, COMPARED, costs, expected_gain, gains
from switchboard.routing.learning.model import Gain, Handled
from switchboard.routing.outcomes import HOUR, Group, OutcomeRule

RULE = OutcomeRule()


def handled(agent: str, seconds: float, entrance: str = "", **known: object) -> Handled:
    return Handled("support", entrance, agent, round(seconds * MICROSECONDS), **known)  # type: ignore[arg-type]


def drawn(numbers: Random, agent: str, mean: float, count: int, entrance: str = "") -> list[Handled]:
    return [handled(agent, numbers.gauss(mean, 60), entrance) for _ in range(count)]


def test_who_is_faster_is_known_and_who_is_new_counts_as_the_queue() -> None:
    numbers = Random(1)
    past = drawn(numbers, "swift", 200, 200) + drawn(numbers, "slow", 400, 200) + drawn(numbers, "new", 100, 5)
    queue = learn(past, 3, {}).queues["support"]
    assert 195 < queue.of("swift", "").handling / MICROSECONDS < 215
    assert 385 < queue.of("slow", "").handling / MICROSECONDS < 405
    assert queue.of("new", "").handling == queue.overall.handling == queue.of("unheard of", "").handling
    assert (queue.count("swift"), queue.count("new"), queue.count("unheard of")) == (200, 5, 0)
    assert queue.overall.resolution is None


def test_where_agents_are_alike_everybody_is_equal() -> None:
    past = [handled(f"a{number % 10}", 200 + number // 10 % 7) for number in range(700)]
    queue = learn(past, 1, {}).queues["support"]
    assert {queue.of(f"a{number}", "").handling for number in range(10)} == {queue.overall.handling}


def test_a_mix_of_entrances_is_not_taken_for_speed() -> None:
    numbers = Random(2)
    past = [
        *drawn(numbers, "anna", 100, 300, "short"),
        *drawn(numbers, "anna", 500, 30, "long"),
        *drawn(numbers, "ben", 100, 30, "short"),
        *drawn(numbers, "ben", 500, 300, "long"),
        *drawn(numbers, "cleo", 60, 100, "short"),
        *drawn(numbers, "cleo", 540, 100, "long"),
    ]
    queue = learn(past, 1, {}).queues["support"]
    for entrance in ("short", "long"):
        apart = queue.of("anna", entrance).handling - queue.of("ben", entrance).handling
        assert abs(apart) < 20 * MICROSECONDS
    assert queue.of("cleo", "short").handling < queue.of("anna", "short").handling
    assert queue.of("cleo", "long").handling > queue.of("anna", "long").handling


def test_resolution_is_learned_where_it_is_known() -> None:
    past = [handled("good", 200, resolved=number % 10 != 0) for number in range(100)]
    past += [handled("bad", 200, resolved=number % 2 == 0) for number in range(100)]
    past += [handled("good", 200) for _ in range(50)]
    queue = learn(past, 1, {}).queues["support"]
    good, bad = queue.of("good", "").resolution, queue.of("bad", "").resolution
    assert good is not None
    assert bad is not None
    assert 0.85 < good < 0.9
    assert 0.5 < bad < 0.55


def test_satisfaction_is_learned_from_those_who_answered() -> None:
    past = [handled("kind", 200, satisfaction=1.0 if number % 10 else 0.5) for number in range(100)]
    past += [handled("curt", 200, satisfaction=number % 4 / 4) for number in range(100)]
    past += [handled("new", 200, satisfaction=0.0) for _ in range(RULE.least_data - 1)]
    past += [handled(agent, 200) for agent in ("kind", "curt", "new") for _ in range(300)]
    queue = learn(past, 1, {}).queues["support"]
    kind, curt, new = (queue.of(agent, "").satisfaction for agent in ("kind", "curt", "new"))
    assert kind is not None
    assert curt is not None
    assert 0.9 < kind < 0.96
    assert 0.37 < curt < 0.45
    assert new == queue.overall.satisfaction, "he has many contacts, and too few answers"


def test_without_answers_nothing_is_expected_of_it() -> None:
    past = drawn(Random(6), "anna", 100, 50) + drawn(Random(7), "ben", 130, 50)
    queue = learn(past, 1, {}).queues["support"]
    assert [queue.of(agent, "").satisfaction for agent in ("anna", "ben", "unheard of")] == [None] * 3


def test_who_answered_stands_for_who_was_silent() -> None:
    rule = OutcomeRule(unresolved=0, dissatisfied=100 * MICROSECONDS)
    answered = [handled("anna", 200, satisfaction=share) for share in (0.0, 0.5, 1.0, 1.0)]
    silent = [handled("anna", 200) for _ in range(36)]
    assert fmean(costs(answered + silent, rule)) == pytest.approx(200 + 100 * (1 - 0.625))
    assert costs(silent, rule) == [200.0] * 36
    # As sure as ten times fewer answers make it.
    assert variance(costs(answered + silent, rule)) == pytest.approx(10 * variance(costs(answered, rule)), rel=0.4)


def by_hour(past: list[Handled], first: int, hours: int) -> list[Handled]:
    """Spread evenly over so many hours, none of them at its beginning."""
    return [
        one._replace(offered_at=(first + number % hours) * HOUR + BURN_IN + number * 1_000)
        for number, one in enumerate(past)
    ]


def test_a_gain_counts_satisfaction_where_enough_of_both_groups_answered() -> None:
    rule = OutcomeRule(unresolved=0, dissatisfied=100 * MICROSECONDS, least_data=20)

    def group(of: Group, share: float, answers: int) -> list[Handled]:
        plain = handled("anna", 200, version=1, group=of)
        some = [plain._replace(satisfaction=share if number < answers else None) for number in range(100)]
        return by_hour(some, 0 if of is Group.BEST else 10, 5)

    found = gains(group(Group.BEST, 0.9, 30) + group(Group.HELD_OUT, 0.6, 20), {"support": rule})[1, "support"]
    assert found.cost.mean == pytest.approx(-30)
    assert found.satisfaction is not None
    assert found.satisfaction.mean == pytest.approx(0.3)
    found = gains(group(Group.BEST, 0.9, 30) + group(Group.HELD_OUT, 0.6, 19), {"support": rule})[1, "support"]
    assert found.cost.mean == 0


def test_the_same_past_gives_the_same_version() -> None:
    past = drawn(Random(3), "anna", 100, 50) + drawn(Random(4), "ben", 130, 50)
    assert learn(past, 1, {}) == learn(past, 1, {})


def test_what_a_version_brings_is_best_against_held_out() -> None:
    numbers = Random(5)
    past = [
        one._replace(version=2, group=group, idle=("ben",))
        for group, mean, first in ((Group.BEST, 200, 0), (Group.HELD_OUT, 260, 20))
        for one in by_hour(drawn(numbers, "anna", mean, 200), first, 8)
    ]
    found = gains(past, {"support": RULE})[2, "support"]
    assert (found.best, found.held_out, found.resolution) == (200, 200, None)
    assert (found.best_hours, found.held_out_hours) == (8, 8)
    assert found.handling.mean == found.cost.mean
    assert -80 < found.handling.mean < -40
    assert found.handling.high is not None
    assert found.handling.high < 0


def an_hour(number: int, seconds: float, *groups: Group | None, version: int = 1) -> list[Handled]:
    """One contact a minute from the tenth on."""
    return [
        handled("anna", seconds, offered_at=number * HOUR + BURN_IN + 60 * place * MICROSECONDS)._replace(
            version=0 if group is None else version, group=group
        )
        for place, group in enumerate(groups)
    ]


B, H, E = Group.BEST, Group.HELD_OUT, Group.EXPLORING
PLAIN_HOURS = [
    *(one for number in (0, 1, 2, 3) for one in an_hour(number, 200, B, B)),
    *(one for number in (10, 11, 12) for one in an_hour(number, 300, H, H)),
]


def gain_of(*more: list[Handled]) -> Gain:
    return gains([*PLAIN_HOURS, *(one for some in more for one in some)], {})[1, "support"]


def test_all_contacts_of_an_hour_are_compared_also_without_a_choice() -> None:
    found = gain_of(an_hour(20, 500, B, E, None, Group.NOBODY_TO_EXPLORE, None))
    assert (found.best, found.best_hours, found.held_out, found.held_out_hours) == (13, 5, 6, 3)
    assert found.cost.mean == pytest.approx((8 * 200 + 5 * 500) / 13 - 300)


@pytest.mark.parametrize(
    ("why", "more"),
    [
        ("held out one by one, as long ago", an_hour(20, 900, B, H, B)),
        ("nobody knows which version it was", an_hour(20, 900, None, None)),
        ("two versions", an_hour(20, 900, B) + an_hour(20, 900, B, version=2)),
        ("the good come rested out of the hour before", an_hour(13, 900, B, B)),
        ("chosen in the first minutes", [handled("anna", 900, version=1, group=B, offered_at=21 * HOUR - HOUR + 5)]),
    ],
)
def test_what_is_not_compared(why: str, more: list[Handled]) -> None:
    assert gain_of(more) == gain_of(), why


def test_versions_before_it_count_with_the_last_for_four_weeks() -> None:
    later = COMPARED + 1
    past = [*PLAIN_HOURS, *an_hour(later, 200, B, B, version=2)]
    found = gains(past, {})
    # Behind four weeks are the hours 0 and 1.
    assert list(found) == [(2, "support")]
    assert (found[2, "support"].best_hours, found[2, "support"].held_out_hours) == (3, 3)


def test_with_fewer_than_three_hours_of_either_too_little_is_known() -> None:
    assert gains([one for one in PLAIN_HOURS if one.offered_at < 12 * HOUR], {}) == {}
    assert gains([one for one in PLAIN_HOURS if one.offered_at >= 2 * HOUR], {}) == {}


def test_what_can_be_expected_is_the_best_against_the_mean_of_who_was_idle() -> None:
    past = [handled("swift", 200, idle=("slow",)), handled("slow", 400, idle=("swift",))] * 100
    queue = learn(past, 1, {}).queues["support"]
    found = expected_gain(past, "support", queue, RULE)
    assert found is not None
    assert 99 < found < 101
    assert expected_gain(past, "sales", queue, RULE) is None
