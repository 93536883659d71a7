"""The state tables are closed, and every command and event has its rule."""

import typing

import pytest

from switchboard.agents.model import AFTER_PAUSE, ENDED_BY_DEADLINE, MAY_END_BY_DEADLINE, MOVES, AgentState
from switchboard.conversations.model import STAGE_MOVES, ContactStage
from switchboard.routing import commands, events
from switchboard.routing.floor.floor import DECIDE
from switchboard.routing.floor.fold import FOLD


def test_every_agent_state_has_its_row_and_is_reached_and_left() -> None:
    assert set(MOVES) == set(AgentState)
    reached = {state for row in MOVES.values() for state in row}
    assert reached == set(AgentState)
    assert all(MOVES[state] for state in AgentState)


def test_states_with_a_deadline_can_end_without_anyone() -> None:
    assert {AgentState.OFFERED, AgentState.WRAP_UP, AgentState.DELAYED} == ENDED_BY_DEADLINE
    assert not ENDED_BY_DEADLINE & MAY_END_BY_DEADLINE


def test_what_can_follow_a_pause_that_was_too_long_is_a_move_of_the_table() -> None:
    assert set(AFTER_PAUSE) <= set(MOVES[AgentState.PAUSED])


def test_every_stage_has_its_row_and_only_closed_is_final() -> None:
    assert set(STAGE_MOVES) == set(ContactStage)
    assert [stage for stage, row in STAGE_MOVES.items() if not row] == [ContactStage.CLOSED]
    assert all(ContactStage.CLOSED in row for stage, row in STAGE_MOVES.items() if row and stage.name != "OFFERED")


def test_every_command_is_decided_and_every_event_folded() -> None:
    assert set(DECIDE) == set(typing.get_args(commands.Command))
    assert set(FOLD) == set(typing.get_args(events.Event))


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x92\x01\x01", b"\x92\x63\x90", b"\x92\x01\x91\x81\xa2is\xa1x"])
def test_what_is_not_ours_is_refused_with_the_one_error(body: bytes) -> None:
    with pytest.raises(commands.UnknownFormat):
        commands.decode(body)
    with pytest.raises(events.UnknownFormat):
        events.decode(body)
