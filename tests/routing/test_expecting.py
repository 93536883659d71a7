"""What a contact is expected to wait is written down as it enters the line, and decides nothing."""

from support.floor import SECOND, Centre, agent
from switchboard.routing import commands
from switchboard.routing.events import QueueLeft, WaitExpected
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
