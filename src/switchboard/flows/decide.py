"""The interpreter: a document, what happened, and what to do next. No clock, no sound, no line."""

from typing import Final

from msgspec.structs import replace

from switchboard.flows.model import (
    STAY,
    Action,
    Aside,
    CallerLeft,
    Digit,
    FlowDocument,
    Frame,
    Given,
    Goto,
    HangUp,
    Happening,
    Interrupted,
    Into,
    Marked,
    Note,
    Outcome,
    Run,
    SoundEnded,
    TimeUp,
)

MOST_SILENT_STEPS: Final = 200
"""Steps taken without waiting for anything before a run is taken to go in circles."""
MOST_ROUNDS: Final = 50
"""How often a run may enter steps anew (a menu repeated, come back to) before it is taken to go in circles:
a line that nobody holds any more, or one that presses keys by itself, is not kept for ever."""
MOST_TYPED: Final = 8
"""Keys that are kept for menus to come."""
IN_CIRCLES: Final = "flow went in circles"

Advanced = tuple[Run, tuple[Action, ...]]


def start(document: FlowDocument, given: Given) -> Advanced:
    """Begin a document. Returns the run and the first actions; a run that ends asks for `HangUp`."""
    run = _unwound(Run((Frame(document.steps, "steps"),)))
    if run.ended:
        return run, (HangUp(run.why),)
    return _follow(*_entered(run, given), given, [])


def advance(run: Run, happening: Happening, given: Given) -> Advanced:
    """Tell a run what happened. An ended run and the late end of an earlier sound or wait change nothing."""
    if run.ended or (isinstance(happening, SoundEnded | TimeUp) and happening.mark != run.mark):
        return run, ()
    if isinstance(happening, CallerLeft):
        return replace(run, frames=()), ()
    frame = run.frames[-1]
    outcome = frame.step.happened(frame.memory, happening, given)
    if isinstance(happening, Interrupted) and outcome.then == STAY and not outcome.actions:
        outcome = Outcome(Aside(happening.step, back=not happening.ends), memory=frame.memory)
    if isinstance(happening, Digit) and outcome.keeps_keys:
        run = replace(run, typed=(run.typed + happening.key)[:MOST_TYPED])
    elif isinstance(happening, SoundEnded) and outcome.then != STAY:
        run = replace(run, why=next((one.heard for one in reversed(run.frames) if one.heard), run.why))
    return _follow(run, outcome, given, [])


def _follow(run: Run, outcome: Outcome, given: Given, actions: list[Action]) -> Advanced:
    """Take an outcome's way, entering steps until one stays or the run ends."""
    for _ in range(MOST_SILENT_STEPS):
        run = _remembering(_marked(run, outcome, actions), outcome)
        if outcome.then == STAY:
            return run, tuple(actions)
        run = _unwound(_moved(run, outcome.then))
        if run.rounds > MOST_ROUNDS:
            break
        if run.ended:
            return run, (*actions, HangUp(run.why))
        run, outcome = _entered(run, given)
    return replace(run, frames=()), (*actions, HangUp(IN_CIRCLES))


def _entered(run: Run, given: Given) -> tuple[Run, Outcome]:
    """Enter the current step. A menu that finds a key typed ahead is not read out."""
    frame = run.frames[-1]
    outcome = frame.step.enter(frame.memory, given)
    if outcome.listens and run.typed:
        key, rest = run.typed[0], run.typed[1:]
        run, outcome = replace(run, typed=rest), frame.step.happened(outcome.memory, Digit(key), given)
    return run, outcome


def _marked(run: Run, outcome: Outcome, actions: list[Action]) -> Run:
    """The actions of an outcome, with their marks and places."""
    for action in outcome.actions:
        if isinstance(action, Marked):
            run = replace(run, mark=run.mark + 1)
            actions.append(replace(action, mark=run.mark))
        elif isinstance(action, Note):
            actions.append(replace(action, place=run.place))
        else:
            actions.append(action)
    return run


def _remembering(run: Run, outcome: Outcome) -> Run:
    """Keep what the step wants kept. Keys are for the next menu only as long as the steps before it say so."""
    keeps = outcome.then != STAY or outcome.keeps_keys
    frame = run.frames[-1]
    if frame.memory is outcome.memory and not outcome.why and (keeps or not run.typed):
        return run
    frames = (*run.frames[:-1], replace(frame, memory=outcome.memory))
    if outcome.why:
        # What is heard from here on does not change the word: after a wait in vain nobody was served.
        frames = tuple(replace(frame, heard="") for frame in frames)
    return replace(
        run,
        frames=frames,
        typed=run.typed if keeps else "",
        why=outcome.why or run.why,
    )


def _moved(run: Run, then: Goto | Into | Aside) -> Run:
    frame = run.frames[-1]
    if isinstance(then, Aside):
        aside = Frame((then.step,), run.place, back=True)
        return replace(run, frames=(*run.frames, aside) if then.back else (aside,))
    if isinstance(then, Into):
        place = f"{frame.place}[{frame.index}].{frame.step.kind}.{then.branch}"
        branch = frame.step.branches().get(then.branch, ())
        inner = Frame(branch, place, back=then.back, returns=then.returns, heard=then.heard)
        return replace(run, frames=(*run.frames, inner))
    match then.name:
        case "end":
            return replace(run, frames=())
        case "again":
            return replace(run, rounds=run.rounds + 1)
        case "up":
            return replace(run, frames=_up(run.frames, then.to), rounds=run.rounds + 1)
        case _:
            return replace(run, frames=(*run.frames[:-1], _next(frame)))


def _up(frames: tuple[Frame, ...], to: str) -> tuple[Frame, ...]:
    """The frames down to the step that answers to this name (the innermost, if none is said); () without one."""
    for depth in range(len(frames) - 1, 0, -1):
        returns = frames[depth].returns
        if returns is not None and to in {"", returns}:
            return frames[:depth]
    return ()


def _unwound(run: Run) -> Run:
    """Leave branches that have come to their end, for the owner itself or for the step after it."""
    if run.frames and run.frames[-1].index < len(run.frames[-1].branch):
        return run
    frames, rounds = list(run.frames), run.rounds
    while frames and frames[-1].index >= len(frames[-1].branch):
        finished = frames.pop()
        if frames and finished.back:
            rounds += 1
        elif frames:
            frames[-1] = _next(frames[-1])
    return replace(run, frames=tuple(frames), rounds=rounds)


def _next(frame: Frame) -> Frame:
    return replace(frame, index=frame.index + 1, memory=None)
