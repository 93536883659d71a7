"""What is learned of agents: little data is not believed, and a gain is measured against those held out."""

from random import Random

from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.learning.decide import expected_gain, gains, learn
from switchboard.routing.learning.model import Handled
from switchboard.routing.outcomes import Group, OutcomeRule

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


def test_the_same_past_gives_the_same_version() -> None:
    past = drawn(Random(3), "anna", 100, 50) + drawn(Random(4), "ben", 130, 50)
    assert learn(past, 1, {}) == learn(past, 1, {})


def test_what_a_version_brings_is_best_against_held_out() -> None:
    numbers = Random(5)
    past = [
        one._replace(version=2, group=group, idle=("ben",))
        for group, mean in ((Group.BEST, 200), (Group.HELD_OUT, 260), (Group.EXPLORING, 900))
        for one in drawn(numbers, "anna", mean, 200)
    ]
    found = gains(past, {"support": RULE})[2, "support"]
    assert (found.best, found.held_out, found.resolution) == (200, 200, None)
    assert found.handling.mean == found.cost.mean
    assert -80 < found.handling.mean < -40
    assert found.handling.high is not None
    assert found.handling.high < 0


def test_what_can_be_expected_is_the_best_against_the_mean_of_who_was_idle() -> None:
    past = [handled("swift", 200, idle=("slow",)), handled("slow", 400, idle=("swift",))] * 100
    queue = learn(past, 1, {}).queues["support"]
    found = expected_gain(past, "support", queue, RULE)
    assert found is not None
    assert 99 < found < 101
    assert expected_gain(past, "sales", queue, RULE) is None
