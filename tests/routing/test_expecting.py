"""What a contact is expected to wait is written down as it enters the line, and decides nothing."""

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings

from support.floor import SECOND, Centre, agent
from support.histories import centre_of, histories, play
from switchboard.routing import commands
from switchboard.routing.events import Event, QueueLeft, WaitExpected, decode, encode
from switchboard.routing.floor import Floor
from switchboard.routing.floor.expecting import AGENTS


def test_who_waits_is_expected_to_and_takes_it_along_when_he_leaves():
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.call(measured=True)
    # It rings at once: nobody waits.
    assert centre.of(WaitExpected) == []
    second = centre.call(measured=True)
    [told] = centre.of(WaitExpected)
    assert told.contact == second
    assert 0 <= told.expected.low <= told.expected.likely <= told.expected.high
    centre.wait(3)
    centre.tell(commands.ContactLeft(second))
    [left] = [one for one in centre.of(QueueLeft) if one.contact == second]
    assert left.expected == told.expected


def test_it_survives_a_snapshot_and_is_not_done_unasked():
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.call()
    centre.call()
    assert centre.of(WaitExpected) == []
    contact = centre.call(measured=True)
    again = Floor()
    again.restore(centre.floor.snapshot())
    told = again.handle(commands.ContactLeft(contact), centre.now + SECOND).events
    [left] = [one for one in told if isinstance(one, QueueLeft)]
    assert left.expected == centre.of(WaitExpected)[0].expected


def test_in_a_large_center_only_some_are_measured():
    names = [f"a{number}" for number in range(2 * AGENTS)]
    centre = Centre(agents=[agent(name) for name in names])
    centre.sign_in(names[0])
    for _ in range(31):
        centre.call(measured=True)
    # One rings; of the other thirty every third is measured.
    visits = centre.floor.state.visits.values()
    assert sum(visit.expected is not None for visit in visits) == 10


@settings(
    max_examples=int(os.environ.get("HISTORIES", "20")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(histories)
def test_nothing_is_decided_by_it(history: Any) -> None:
    configuration, steps = history
    measured, unasked = centre_of(configuration), centre_of(configuration)
    for step in steps:
        other = step
        if step[0] == "known":
            *rest, prefer = step
            step, other = (*rest, replace(prefer, measured=True)), (*rest, replace(prefer, measured=False))
        play(measured, step)
        play(unasked, other)
    for one, another in zip(measured.entries, unasked.entries, strict=True):
        assert encode(list(plain(decode(one.decisions)))) == another.decisions


def plain(events: Iterable[Event]) -> Iterable[Event]:
    """Without what they say of estimates."""
    for event in events:
        if isinstance(event, QueueLeft):
            yield msgspec.structs.replace(event, expected=None)
        elif not isinstance(event, WaitExpected):
            yield event


def test_a_contact_that_is_not_put_in_line_is_measured_no_second_time():
    centre = Centre(agents=[agent("anna")])
    centre.sign_in("anna")
    centre.call()
    second = centre.call(measured=True)
    assert not centre.tell(commands.ContactQueued(second, "support", measured=True)).done
    assert centre.events == []
