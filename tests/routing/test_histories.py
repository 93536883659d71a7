"""Whatever happens on the Floor: nothing sticks, nothing is told twice, and the journal tells all of it."""

import os

from hypothesis import HealthCheck, given, settings

from support.histories import centre_of, histories, play
from support.invariants import check
from support.moves import check_moves
from switchboard.agents.model import AgentState
from switchboard.routing.commands import AgentSignedOut, ContactLeft, decode
from switchboard.routing.events import decode as decode_events
from switchboard.routing.events import encode as encode_events
from switchboard.routing.floor import Floor
from switchboard.routing.floor.snapshot import load
from switchboard.routing.floor.state import FloorState
from switchboard.routing.live import LiveView, changed
from switchboard.routing.relief import ReliefGroup, ReliefRule
from switchboard.routing.replay import Replay


def rules_of(state: FloorState, queue: str, group: ReliefGroup | None = None) -> list[ReliefRule]:
    """A queue's rules, of one group or of all."""
    relief = state.queues[queue].settings.relief
    return [rule for rule in (relief.rules if relief else ()) if group in (None, rule.group)]


many = settings(
    max_examples=int(os.environ.get("HISTORIES", "25")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@many
@given(histories)
def test_invariants_hold_after_every_input(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    for step in steps:
        play(centre, step)
        check(centre)


@many
@given(histories)
def test_every_move_is_one_of_the_tables(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    for step in steps:
        play(centre, step)
    state = Floor().state
    for entry in centre.entries:
        state.now = entry.at
        check_moves(state, decode_events(entry.decisions))


@many
@given(histories)
def test_folding_the_journal_gives_the_same_memory_and_replaying_it_the_same_decisions(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    folded, replay = Floor(), Replay()
    for step in steps:
        play(centre, step)
    for entry in centre.entries:
        assert replay.check(entry) is None
        for event in decode_events(entry.decisions):
            folded.apply(event, entry.at)
    folded.state.now = centre.floor.state.now
    assert folded.snapshot() == centre.floor.snapshot()
    assert folded.next_deadline() == centre.floor.next_deadline()


@many
@given(histories)
def test_a_floor_restored_from_a_snapshot_goes_on_as_if_nothing_had_happened(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    half = len(steps) // 2
    for step in steps[:half]:
        play(centre, step)
    restored = Floor()
    restored.restore(centre.floor.snapshot())
    begun = len(centre.entries)
    for step in steps[half:]:
        play(centre, step)
    for entry in centre.entries[begun:]:
        decided = [event for command in decode(entry.input) for event in restored.handle(command, entry.at).events]
        assert encode_events(decided) == entry.decisions
    restored.state.now = centre.floor.state.now
    assert restored.snapshot() == centre.floor.snapshot()


@many
@given(histories)
def test_board_and_desks_plus_changes_are_a_fresh_board_and_desks(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    names = {"anna": "Anna", "ben": "Ben"}
    view = LiveView(load(centre.floor.snapshot()), names)
    unwatched = LiveView(load(centre.floor.snapshot()), names)
    begun = unwatched.board()
    page = view.board()
    desks = {agent: view.desk(agent) for agent in view.state.agents}
    done = len(centre.entries)
    for step in steps:
        play(centre, step)
        for entry in centre.entries[done:]:
            view.take(decode_events(entry.decisions), entry.at)
            unwatched.take(decode_events(entry.decisions), entry.at)
            changes = view.changes()
            if changes is None:
                page = view.board()
                desks = {agent: view.desk(agent) for agent in view.state.agents}
            else:
                page = changed(page, changes)
                desks |= {change.agent: change.desk for change in changes if hasattr(change, "desk")}
        done = len(centre.entries)
        fresh = LiveView(load(centre.floor.snapshot()), names)
        assert page == view.board() == fresh.board()
        for agent in fresh.state.agents:
            assert desks[agent] == fresh.desk(agent)
    assert unwatched.board() == view.board()
    # Who begins to look at it now misses nothing, a few changes at a time.
    while changes := unwatched.changes(most=1):
        begun = changed(begun, changes)
    assert changes is None or begun == view.board()


@many
@given(histories)
def test_when_everybody_goes_home_nothing_is_left(history: tuple) -> None:
    configuration, steps = history
    centre = centre_of(configuration)
    for step in steps:
        play(centre, step)
    for agent in list(centre.floor.state.agents):
        centre.tell(AgentSignedOut(agent))
    for contact in list(centre.floor.state.contacts):
        centre.tell(ContactLeft(contact))
    centre.wait(3_600)
    state = centre.floor.state
    assert not state.contacts
    assert not state.visits
    assert not state.leases
    assert not state.engagements
    assert {agent.state for agent in state.agents.values()} <= {AgentState.SIGNED_OUT}
    assert not [rule for queue, group in state.helping for rule in rules_of(state, queue, group) if not rule.hours]
    deadline = centre.floor.next_deadline()
    assert deadline is None or any(rule.hours for queue in state.queues for rule in rules_of(state, queue))
