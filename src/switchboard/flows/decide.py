"""The interpreter: a document, what happened, and what to do next. No clock, no sound, no line."""

from dataclasses import replace
from typing import Final

from switchboard.flows.model import (
    STAY,
    Action,
    CallerLeft,
    FlowDocument,
    Frame,
    Given,
    Goto,
    HangUp,
    Happening,
    Into,
    Outcome,
    Play,
    Run,
    SoundEnded,
    Speak,
)

MOST_SILENT_STEPS: Final = 200
"""Steps taken without waiting for anything before a run is taken to go in circles."""

Advanced = tuple[Run, tuple[Action, ...]]


def start(document: FlowDocument, given: Given) -> Advanced:
    """Begin a document. Returns the run and the first actions; a run that ends asks for `HangUp`."""
    run = _unwound(Run((Frame(document.steps, "steps"),)))
    if run.ended:
        return run, (HangUp(),)
    return _follow(run, run.frames[-1].step.enter(None, given), given, [])


def advance(run: Run, happening: Happening, given: Given) -> Advanced:
    """Tell a run what happened. An ended run and the late end of an earlier sound change nothing."""
    if run.ended or (isinstance(happening, SoundEnded) and happening.mark != run.mark):
        return run, ()
    if isinstance(happening, CallerLeft):
        return Run((), run.mark), ()
    frame = run.frames[-1]
    return _follow(run, frame.step.happened(frame.memory, happening, given), given, [])


def _follow(run: Run, outcome: Outcome, given: Given, actions: list[Action]) -> Advanced:
    """Take an outcome's way, entering steps until one stays or the run ends."""
    for _ in range(MOST_SILENT_STEPS):
        run = _remember(_marked(run, outcome, actions), outcome)
        if outcome.then == STAY:
            return run, tuple(actions)
        run = _unwound(_moved(run, outcome.then))
        if run.ended:
            return run, (*actions, HangUp())
        frame = run.frames[-1]
        outcome = frame.step.enter(frame.memory, given)
    return Run((), run.mark), (*actions, HangUp("flow went in circles"))


def _marked(run: Run, outcome: Outcome, actions: list[Action]) -> Run:
    for action in outcome.actions:
        if isinstance(action, Speak | Play):
            run = replace(run, mark=run.mark + 1)
            actions.append(replace(action, mark=run.mark))
        else:
            actions.append(action)
    return run


def _remember(run: Run, outcome: Outcome) -> Run:
    return replace(run, frames=(*run.frames[:-1], replace(run.frames[-1], memory=outcome.memory)))


def _moved(run: Run, then: Goto | Into) -> Run:
    frame = run.frames[-1]
    if isinstance(then, Into):
        place = f"{frame.place}[{frame.index}].{frame.step.kind}.{then.branch}"
        branch = frame.step.branches().get(then.branch, ())
        return replace(run, frames=(*run.frames, Frame(branch, place, back=then.back)))
    if then.name == "end":
        return replace(run, frames=())
    return replace(run, frames=(*run.frames[:-1], _next(frame)))


def _unwound(run: Run) -> Run:
    """Leave branches that have come to their end, for the owner itself or for the step after it."""
    frames = list(run.frames)
    while frames and frames[-1].index >= len(frames[-1].branch):
        finished = frames.pop()
        if frames and not finished.back:
            frames[-1] = _next(frames[-1])
    return replace(run, frames=tuple(frames))


def _next(frame: Frame) -> Frame:
    return replace(frame, index=frame.index + 1, memory=None)
