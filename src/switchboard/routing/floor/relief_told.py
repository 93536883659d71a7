"""How events about load relief change the Floor's memory: a part of `fold`."""

from switchboard.routing import events as told
from switchboard.routing.floor.helping import Helping
from switchboard.routing.floor.indexes import regroup
from switchboard.routing.floor.recent import counted
from switchboard.routing.floor.state import FloorState


def left_line(state: FloorState, event: told.QueueLeft, at: int) -> None:
    """Somebody left the line of a queue with relief."""
    state.looks[event.queue] = 0
    relief = state.queues[event.queue].settings.relief
    if relief is not None and relief.looks_back:
        recent = state.recent.get(event.queue, ())
        state.recent[event.queue] = counted(recent, relief, event.how, at - event.entered - event.paused, at)


def relief_began(state: FloorState, event: told.ReliefBegan, at: int) -> None:
    state.helping[event.queue, event.group] = Helping(
        event.queue, event.group, at, event.because, event.waiting, event.longest_wait, event.service_level
    )
    _changed(state, event)


def relief_ended(state: FloorState, event: told.ReliefEnded, _at: int) -> None:
    del state.helping[event.queue, event.group]
    _changed(state, event)


def _changed(state: FloorState, event: told.ReliefBegan | told.ReliefEnded) -> None:
    regroup(state, event.queue, event.group)
    if event.queue in state.looks:
        state.looks[event.queue] = 0
