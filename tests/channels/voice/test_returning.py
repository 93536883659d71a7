"""Which line and rank a customer gets who is back soon."""

import asyncio

import pytest

from support.voice import scene
from switchboard.channels.voice.returning import Returns
from switchboard.flows.model import Enqueue, Returning
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.commands import ContactArrived, ContactQueued
from switchboard.routing.model import QueueSettings

HOUR = 3_600
NOW = 1_000_000 * HOUR * MICROSECONDS
RETURNING = Returning("level-2", within=48 * HOUR, priority=20)


def returns(hours_ago: float, how: str = "answered", queue: str = "q-level-2") -> Returns:
    left = NOW - int(hours_ago * HOUR * MICROSECONDS)
    settings = QueueSettings("q-level-2", "level-2", "Level 2", "brand")
    return Returns({queue: (left, how)}, lambda key: f"q-{key}", {settings.id: settings}.get, lambda: NOW)


def test_who_is_back_soon_has_another_rank_and_the_record_says_why() -> None:
    step = Enqueue("support", priority=1, returning=RETURNING)
    assert returns(26)(step) == (Enqueue("support", priority=20), "handled by Level 2 26 hours ago")


def test_he_may_enter_another_line_with_the_rank_of_the_step() -> None:
    step = Enqueue("support", priority=1, returning=Returning("level-2", 48 * HOUR, queue="level-2"))
    assert returns(1)(step)[0] == Enqueue("level-2", priority=1)


@pytest.mark.parametrize(
    ("hours", "how", "because"),
    [
        (47.9, "abandoned", "waited for Level 2 47 hours ago"),
        (1, "answered", "handled by Level 2 1 hour ago"),
        (0.1, "answered", "handled by Level 2 6 minutes ago"),
        (-0.1, "answered", "handled by Level 2 0 minutes ago"),
        (48.1, "answered", ""),
    ],
)
def test_it_counts_since_he_left_that_line(hours: float, how: str, because: str) -> None:
    assert returns(hours, how)(Enqueue("support", returning=RETURNING))[1] == because


def test_everybody_else_is_treated_alike() -> None:
    assert returns(1, queue="q-sales")(Enqueue("support", returning=RETURNING)) == (Enqueue("support"), "")
    assert returns(1)(Enqueue("support", priority=3)) == (Enqueue("support", priority=3), "")


async def test_the_call_enters_the_line_with_his_rank_and_its_record_says_so() -> None:
    own = {"after": "support", "within": "2h", "priority": 20}
    step = {"enqueue": {"queue": "support", "returning": own}}
    at = scene([step], visits={"q1": (-HOUR * MICROSECONDS, "answered")})
    at.call.begin(ContactArrived("c1", "brand", "voice", "main", worker=7), ())
    await asyncio.sleep(0)
    assert at.routing.told[1] == ContactQueued("c1", "q1", priority=20, measured=True)
    (noted,) = at.routing.along
    assert {"returning", "handled by Support 1 hour ago"} <= set(noted.parameters.values())
