"""Whom a flow's `prefer` means, by what is known of the customer, and what he needs."""

from typing import Any

import pytest

from switchboard.channels.voice.known import NOTHING, Known, Preferred, Preferring, asked_for
from switchboard.flows.model import Enqueue
from switchboard.kit.clock import MICROSECONDS

DAY = 86_400
NOW = 1_000 * DAY * MICROSECONDS

KNOWN = Known(last=("p-last", NOW - 3 * DAY * MICROSECONDS), personal_agent="p-own", branch="t-berlin")


def preferred(known: Known, *prefer: str, there: bool = True, **more: Any) -> Preferred:
    preferring = Preferring(known, lambda _, key: f"p-{key}", lambda _: there, lambda: NOW)
    return preferring(Enqueue("support", prefer=prefer, **more))


def test_words_and_keys_stand_in_their_order() -> None:
    assert preferred(KNOWN, "personal agent", "anna", "last agent", "own branch") == Preferred(
        ("p-own", "p-anna", "p-last"), ("personal agent", "", "last agent"), "t-berlin"
    )


def test_people_who_were_only_named_need_no_reason() -> None:
    assert preferred(KNOWN, "anna", "ben") == Preferred(("p-anna", "p-ben"), (), None)


def test_who_is_meant_twice_stands_there_once() -> None:
    known = KNOWN._replace(personal_agent="p-last")
    assert preferred(known, "last agent", "personal agent") == Preferred(("p-last",), ("last agent",), None)


@pytest.mark.parametrize(("days", "agents"), [(2, ()), (4, ("p-last",))])
def test_the_last_talk_may_be_too_long_ago(days: int, agents: tuple[str, ...]) -> None:
    assert preferred(KNOWN, "last agent", last_days=days).agents == agents


def test_a_branch_out_of_hours_is_not_preferred() -> None:
    assert preferred(KNOWN, "own branch", there=False) == Preferred()


def test_nobody_is_preferred_for_a_stranger() -> None:
    assert preferred(NOTHING, "last agent", "personal agent", "own branch") == Preferred()


GERMAN = KNOWN._replace(needs=(("german", 2), ("signing", 1)), priority=60)
SKILLS = {"german", "english"}


def test_what_he_needs_comes_on_top_of_the_step() -> None:
    step = Enqueue("support", 10, (("english", 1), ("german", 1)))
    asked = asked_for(GERMAN, step, SKILLS)
    assert (asked.requires, asked.priority) == ((("english", 1), ("german", 2)), 70)
    higher = asked_for(GERMAN, Enqueue("support", 0, (("german", 5),)), SKILLS)
    assert higher.requires == (("german", 5),)


def test_nobody_waits_for_a_skill_that_was_taken_away() -> None:
    assert asked_for(GERMAN, Enqueue("support"), ()).requires == ()


@pytest.mark.parametrize(("step", "own", "together"), [(80, 60, 100), (-80, -60, -100), (-5, 5, 0)])
def test_a_priority_stays_within_its_bounds(step: int, own: int, together: int) -> None:
    assert asked_for(KNOWN._replace(priority=own), Enqueue("support", step), SKILLS).priority == together


def test_a_step_may_leave_out_what_he_needs() -> None:
    step = Enqueue("support", customer_needs=False)
    assert asked_for(GERMAN, step, SKILLS) is step
    assert asked_for(NOTHING, Enqueue("support"), SKILLS) == Enqueue("support")
