"""What every kind of flow step must do, whatever it is."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given

from support.flow_data import SAMPLES, anything
from switchboard.flows.document import BranchReader
from switchboard.flows.model import (
    CallbackAnswered,
    CallerLeft,
    Digit,
    Given,
    Goto,
    Happening,
    Into,
    LeftQueue,
    Outcome,
    Play,
    Problem,
    Reading,
    SoundEnded,
    Speak,
    Step,
    TalkEnded,
    TimeUp,
)
from switchboard.flows.steps import KINDS

HAPPENINGS: list[Happening] = [
    SoundEnded(1),
    TimeUp(1),
    *[Digit(key) for key in "019*#A"],
    CallbackAnswered("promised"),
    CallbackAnswered("not now"),
    LeftQueue("answered"),
    LeftQueue("broke out"),
    LeftQueue("max wait"),
    LeftQueue("a word of tomorrow"),
    TalkEnded(),
    CallerLeft(),
    Happening(),
]
CASES = [(kind, body) for kind in KINDS for body in SAMPLES[kind]]


def read(kind: str, body: Any) -> tuple[Step, list[Problem]]:
    problems: list[Problem] = []
    return KINDS[kind].read(Reading(body, problems, shown=kind), BranchReader(KINDS, "en", around=("main",))), problems


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{len(case[1])}")
def step(request: pytest.FixtureRequest) -> Step:
    made, problems = read(*request.param)
    assert problems == []
    return made


def test_every_step_has_samples_and_its_own_name() -> None:
    assert set(SAMPLES) == set(KINDS)
    assert all(name == kind.kind for name, kind in KINDS.items())


def test_is_a_frozen_comparable_value(step: Step) -> None:
    assert isinstance(step, Step)
    assert dataclasses.is_dataclass(step)
    assert hash(step) == hash(dataclasses.replace(step))
    assert type(step).__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_is_written_as_it_is_read(step: Step) -> None:
    again, problems = read(step.kind, step.write())
    assert problems == []
    assert again == step


def test_names_every_sound_it_asks_for(step: Step) -> None:
    needed = {need.name for need in step.needs() if need.kind in {"text", "sound"}}
    for action in step.enter(None, Given(0)).actions:
        if isinstance(action, Speak):
            assert {ref.text for ref in action.sounds if hasattr(ref, "text")} <= needed
        if isinstance(action, Play):
            assert action.sound.key in needed


def allowed(step: Step, outcome: Outcome) -> None:
    assert isinstance(outcome, Outcome)
    assert sum(isinstance(action, Speak | Play) for action in outcome.actions) <= 1
    if isinstance(outcome.then, Into):
        assert outcome.then.branch in step.branches()
    else:
        assert isinstance(outcome.then, Goto)


@pytest.mark.parametrize("happening", HAPPENINGS, ids=repr)
def test_answers_whatever_happens(step: Step, happening: Happening) -> None:
    entered = step.enter(None, Given(0))
    allowed(step, entered)
    allowed(step, step.happened(entered.memory, happening, Given(0)))


def test_a_step_that_makes_sound_goes_on_when_it_has_ended(step: Step) -> None:
    entered = step.enter(None, Given(0))
    if any(isinstance(action, Speak | Play) for action in entered.actions):
        after = step.happened(entered.memory, SoundEnded(1), Given(0))
        assert after.then != Goto("stay") or after.actions


@pytest.mark.parametrize("kind", KINDS)
@given(body=anything)
def test_reading_is_total(kind: str, body: Any) -> None:
    made, problems = read(kind, body)
    assert isinstance(made, Step)
    assert problems or read(kind, made.write()) == (made, [])
