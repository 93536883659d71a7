"""What is shown live takes no more memory after many calls than after a few."""

from switchboard.routing.floor import Floor
from switchboard.routing.floor.deadlines import Kind
from switchboard.routing.floor.indexes import SLACK
from switchboard.routing.live import LiveView


def test_outdated_deadlines_do_not_pile_up_in_the_view() -> None:
    view = LiveView(Floor().state, {})
    for at in range(SLACK + 1):
        view.state.deadlines.add(at, Kind.OFFER, number=at)
    view.take([], SLACK)
    assert len(view.state.deadlines) == 0
