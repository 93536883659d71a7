"""The interpreter: a flow runs without sound, clock or line."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.flow_data import document, flows
from switchboard.conversations.model import VisitEnd
from switchboard.flows.decide import advance, start
from switchboard.flows.document import read_flow
from switchboard.flows.model import (
    ENDS,
    Action,
    AskCallback,
    CallerLeft,
    Digit,
    Enqueue,
    Given,
    HangUp,
    Happening,
    LeftQueue,
    Play,
    Recorded,
    Run,
    SoundEnded,
    Speak,
    Spoken,
    TalkEnded,
    TimeUp,
    Wait,
)
from switchboard.flows.opening import OpeningHours, Span
from switchboard.flows.steps import KINDS

ALWAYS = OpeningHours("always", "Always", {day: (Span(0, 1440),) for day in range(7)})
GIVEN = Given(0, hours={"always": ALWAYS, "never": OpeningHours("never", "Never")})


def run_through(flow: Any, *happenings: Happening) -> tuple[Run, list[tuple[Action, ...]]]:
    run, actions = start(flow, GIVEN)
    told = [actions]
    for happening in happenings:
        run, actions = advance(run, happening, GIVEN)
        told.append(actions)
    return run, told


GREETING = document(
    {"say": {"text": "Welcome."}},
    {
        "enqueue": {
            "queue": "support",
            "priority": 2,
            "nobody": [{"say": {"text": "Nobody is here."}}],
            "max_wait": [{"play": {"sound": "sorry"}}, {"hangup": {}}],
        }
    },
    {"say": {"text": "Good bye."}},
)


def test_greeting_queue_answer() -> None:
    run, told = run_through(GREETING, SoundEnded(1), LeftQueue(VisitEnd.ANSWERED), TalkEnded())
    assert told == [
        (Speak((Spoken("Welcome.", "en"),), 1),),
        (Enqueue("support", 2),),
        (),
        (HangUp(),),
    ]
    assert run.ended


def test_nobody_signed_in_takes_its_branch_and_then_the_next_step() -> None:
    run, told = run_through(GREETING, SoundEnded(1), LeftQueue(VisitEnd.NOBODY_SIGNED_IN), SoundEnded(2), SoundEnded(3))
    assert told[2:] == [
        (Speak((Spoken("Nobody is here.", "en"),), 2),),
        (Speak((Spoken("Good bye.", "en"),), 3),),
        (HangUp(),),
    ]
    assert run.ended


def test_hang_up_in_a_branch_ends_all() -> None:
    run, told = run_through(GREETING, SoundEnded(1), LeftQueue(VisitEnd.MAX_WAIT), SoundEnded(2))
    assert told[2:] == [(Play(Recorded("sorry"), 2),), (HangUp(),)]
    assert run.ended


def test_an_end_without_a_branch_goes_on_behind() -> None:
    _, told = run_through(GREETING, SoundEnded(1), LeftQueue(VisitEnd.QUEUE_CLOSED))
    assert told[2] == (Speak((Spoken("Good bye.", "en"),), 2),)


def test_where_a_run_stands_can_be_recorded() -> None:
    run, _ = run_through(GREETING, SoundEnded(1), LeftQueue(VisitEnd.MAX_WAIT))
    assert run.place == "steps[1].enqueue.max_wait[0].play"


def test_the_late_end_of_an_earlier_sound_changes_nothing() -> None:
    run, _ = run_through(GREETING, SoundEnded(1), LeftQueue(VisitEnd.MAX_WAIT))
    assert advance(run, SoundEnded(1), GIVEN) == (run, ())


def test_an_empty_document_hangs_up() -> None:
    assert run_through(document())[1] == [(HangUp(),)]


@given(flows, st.data())
def test_a_caller_who_leaves_ends_the_run_at_any_stage(raw: Any, data: st.DataObject) -> None:
    run, _ = start(read_flow(raw, KINDS)[0], GIVEN)
    for _ in range(data.draw(st.integers(0, 6))):
        run, _ = advance(run, data.draw(happenings(run)), GIVEN)
    run, actions = advance(run, CallerLeft(), GIVEN)
    assert run.ended
    assert actions == ()
    assert advance(run, SoundEnded(run.mark), GIVEN) == (run, ())


@given(flows, st.data())
def test_every_run_waits_for_something_or_has_hung_up(raw: Any, data: st.DataObject) -> None:
    """Nobody is stuck: a live run has asked for a sound, a wait or a queue, and its answer moves it on."""
    run, actions = start(read_flow(raw, KINDS)[0], GIVEN)
    asked = list(actions)
    for _ in range(1_000):
        if run.ended:
            break
        assert isinstance(asked[-1], Speak | Play | Wait | Enqueue)
        run, actions = advance(run, data.draw(answers(asked[-1])), GIVEN)
        assert actions
        asked += actions
    assert run.ended
    (ended,) = [action for action in asked if isinstance(action, HangUp)]
    assert asked[-1] is ended
    assert ended.why in ENDS


@given(flows, st.data())
def test_whatever_happens_a_run_never_raises_and_always_has_a_deadline(raw: Any, data: st.DataObject) -> None:
    """Keys at any time, ends of sounds that were never asked for, words of tomorrow: what a live run waits for
    always comes to an end by itself."""
    run, actions = start(read_flow(raw, KINDS)[0], GIVEN)
    waits: Action | None = None
    for _ in range(data.draw(st.integers(0, 30))):
        assert len(actions) < 100
        waits = next((one for one in reversed(actions) if isinstance(one, DEADLINES)), waits)
        assert run.ended == any(isinstance(action, HangUp) for action in actions)
        if run.ended:
            break
        assert waits is not None
        if isinstance(waits, Speak | Play | Wait):
            assert waits.mark == run.mark
        run, actions = advance(run, data.draw(happenings(run)), GIVEN)


@given(flows)
def test_a_caller_who_says_nothing_is_let_go(raw: Any) -> None:
    """Every wait runs out, nobody presses anything: a dead line does not hold its place for ever."""
    run, actions = start(read_flow(raw, KINDS)[0], GIVEN)
    for _ in range(2_000):
        if run.ended:
            return
        last = actions[-1]
        left = LeftQueue(VisitEnd.MAX_WAIT)
        happening = TimeUp(run.mark) if isinstance(last, Wait) else SoundEnded(run.mark)
        run, actions = advance(run, left if isinstance(last, Enqueue) else happening, GIVEN)
    raise AssertionError("it goes on and on")


@given(flows, st.data())
def test_the_interpreter_is_deterministic(raw: Any, data: st.DataObject) -> None:
    flow = read_flow(raw, KINDS)[0]
    run, _ = start(flow, GIVEN)
    happening = data.draw(happenings(run))
    assert start(flow, GIVEN) == start(flow, GIVEN)
    assert advance(run, happening, GIVEN) == advance(run, happening, GIVEN)


DEADLINES = (Speak, Play, Wait, Enqueue)
"""What ends by itself: sounds have a length, waits their seconds, a line its maximum wait or the caller's patience."""
KEYS = st.sampled_from(list("0129*#A"))


def answers(action: Action) -> st.SearchStrategy[Happening]:
    if isinstance(action, Speak | Play):
        return st.just(SoundEnded(action.mark))
    if isinstance(action, Wait):
        return st.just(TimeUp(action.mark)) | KEYS.map(Digit)
    ends = [how for how in VisitEnd if how is not VisitEnd.ANSWERED]
    return st.sampled_from(ends).map(LeftQueue) | st.just(TalkEnded())


def happenings(run: Run) -> st.SearchStrategy[Happening]:
    marks = st.integers(0, run.mark + 1)
    told = marks.map(SoundEnded) | marks.map(TimeUp) | KEYS.map(Digit)
    return told | st.sampled_from(list(VisitEnd)).map(LeftQueue) | st.just(TalkEnded()) | st.just(Happening())


def test_the_number_of_a_call_back_is_not_shown() -> None:
    assert repr(AskCallback("support", "+4930123456")) == "AskCallback(queue='support')"
