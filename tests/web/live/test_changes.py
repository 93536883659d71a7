"""A snapshot and its changes give a fresh snapshot."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.web_rooms import PEOPLE
from support.web_states import agent_row, desk_state, engagement, figures_row, offer, queue_row
from switchboard.agents.model import AgentState
from switchboard.web.frames import SERVER_FRAME
from switchboard.web.live.changes import BOARD_LISTS, board_applied, board_changes, desk_applied, desk_changes
from switchboard.web.messages.board import Board, BoardFilter
from switchboard.web.messages.desk import DeskState

ids = st.sampled_from(["a", "b", "c", "d"])
times = st.integers(0, 2**53 - 1)


def rows(make: Any, **fields: Any) -> st.SearchStrategy[list[Any]]:
    row = st.builds(lambda row, different: make(row, **different), ids, st.fixed_dictionaries(fields))
    return st.lists(row, max_size=4, unique_by=lambda each: each.id)


boards = st.builds(
    Board,
    queues=rows(queue_row, waiting=st.integers(0, 3), longest_since=st.none() | times),
    agents=rows(agent_row, state=st.sampled_from(AgentState), since=times),
    figures=rows(figures_row, answered=st.integers(0, 3), asa=st.none() | times),
    filter=st.builds(BoardFilter, queue=st.none() | ids),
    server_now=times,
)
desks = st.builds(
    lambda offered, engaged, now, state: desk_state(
        PEOPLE["ada"],
        offer=offered,
        engagement=engaged,
        server_now=now,
        agent=desk_state(PEOPLE["ada"]).agent.model_copy(update={"state": state}),
    ),
    st.none() | st.builds(offer, st.integers(1, 3)),
    st.none() | st.builds(lambda note, muted: engagement(note=note, muted=muted), st.text(max_size=3), st.booleans()),
    times,
    st.sampled_from(AgentState),
)


def plain(state: DeskState | Board) -> dict[str, Any]:
    return state.model_dump(mode="json")


def without_order(board: Any) -> dict[str, Any]:
    return {part: {row["id"]: row for row in board[part]} for part in BOARD_LISTS}


@given(states=st.lists(desks, min_size=1, max_size=5))
def test_a_desks_snapshot_and_changes_are_a_fresh_snapshot(states: list[DeskState]):
    page = plain(states[0])
    for before, after in pairwise(states):
        page = desk_applied(page, desk_changes(plain(before), plain(after)))
        assert {**page, "server_now": after.server_now} == plain(after)


@given(states=st.lists(boards, min_size=1, max_size=5))
def test_a_boards_snapshot_and_changes_are_a_fresh_snapshot(states: list[Board]):
    page: Any = plain(states[0])
    for before, after in pairwise(states):
        page = board_applied(page, board_changes(plain(before), plain(after)))
        assert without_order(page) == without_order(plain(after))


@given(before=boards, after=boards)
def test_only_what_differs_is_told_and_has_the_shape_of_a_frame(before: Board, after: Board):
    changes = board_changes(plain(before), plain(after))
    assert board_changes(plain(after), plain(after)) == []
    assert len({(change["part"], change["id"]) for change in changes}) == len(changes)
    frame = {"type": "change", "topic": "board", "seq": 1, "server_now": 1, "changes": changes}
    assert SERVER_FRAME.validate_python(frame).changes is not None


@given(before=desks, after=desks)
def test_a_desks_changes_have_the_shape_of_a_frame(before: DeskState, after: DeskState):
    changes = desk_changes(plain(before), plain(after))
    frame = {"type": "change", "topic": "desk", "seq": 1, "server_now": 1, "changes": changes}
    assert len(SERVER_FRAME.validate_python(frame).changes) == len(changes)
