"""Menus: keys at any time, wrong and missing ones, sub-menus, and the way back."""

from typing import Any

from support.flow_data import document
from switchboard.conversations.model import VisitEnd
from switchboard.flows.decide import MOST_ROUNDS, advance, start
from switchboard.flows.document import read_flow, unknown_references
from switchboard.flows.model import (
    Action,
    BreakOut,
    Digit,
    Enqueue,
    FlowDocument,
    Given,
    HangUp,
    Happening,
    Hush,
    Into,
    LeftQueue,
    Note,
    Outcome,
    Recorded,
    Run,
    SoundEnded,
    SoundRef,
    Speak,
    Spoken,
    TimeUp,
    Wait,
)
from switchboard.flows.steps import KINDS
from switchboard.flows.steps.hours import HoursStep

GIVEN = Given(0)


def says(*texts: str, mark: int) -> Speak:
    sounds: list[SoundRef] = [Spoken(text, "en") for text in texts]
    return Speak(tuple(sounds), mark)


def menu(keys: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"menu": {"text": "Press a key.", "keys": keys, **fields}}


def told(flow: FlowDocument, *happenings: Happening) -> tuple[Run, tuple[Action, ...]]:
    """The run after these, and what the last of them led to."""
    run, actions = start(flow, GIVEN)
    for happening in happenings:
        run, actions = advance(run, happening, GIVEN)
    return run, actions


SUPPORT = [{"enqueue": {"queue": "support"}}]
ADDRESS = [{"say": {"text": "Main street."}}, "back"]
MAIN = document(menu({"1": SUPPORT, "3": ADDRESS}, labels={"1": "Support"}, repeat="9"))


def test_a_key_while_the_prompt_plays_stops_it_and_is_noted_with_its_label() -> None:
    run, actions = told(MAIN, Digit("1"))
    assert actions == (Hush(2), Note("menu", "1 Support", "steps[0].menu"), Enqueue("support"))
    # The prompt's end is late now, and so is the time to press a key.
    assert advance(run, SoundEnded(1), GIVEN) == (run, ())
    assert advance(run, TimeUp(1), GIVEN) == (run, ())


def test_after_the_prompt_it_waits_for_a_key_for_so_long() -> None:
    run, actions = told(MAIN, SoundEnded(1))
    assert actions == (Wait(5, 2),)
    assert advance(run, Digit("1"), GIVEN)[1][-1] == Enqueue("support")


def test_recorded_information_leads_back_to_the_menu() -> None:
    run, actions = told(MAIN, Digit("3"))
    assert actions[-1] == says("Main street.", mark=3)
    run, actions = advance(run, SoundEnded(3), GIVEN)
    assert actions == (says("Press a key.", mark=4),)
    assert run.place == "steps[0].menu"


def test_the_repeat_key_says_it_again_and_is_no_wrong_key() -> None:
    assert told(MAIN, Digit("9"))[1] == (Hush(2), says("Press a key.", mark=3))


def test_wrong_keys_are_told_so_and_lead_to_the_default_at_the_limit() -> None:
    wrong = {"text": "Not in use.", "limit": 2}
    flow = document(menu({"1": []}, wrong=wrong, default=SUPPORT))
    run, actions = told(flow, Digit("5"))
    assert actions == (says("Not in use.", "Press a key.", mark=2),)
    run, actions = advance(run, Digit("6"), GIVEN)
    assert actions == (Hush(3), Note("menu", "wrong key", "steps[0].menu"), Enqueue("support"))
    assert run.place == "steps[0].menu.default[0].enqueue"


def test_missing_keys_lead_on_behind_the_menu_without_a_default() -> None:
    flow = document(menu({"1": []}, missing={"limit": 2}), {"say": {"text": "Good bye."}})
    run, actions = told(flow, SoundEnded(1), TimeUp(2))
    assert actions == (says("Press a key.", mark=3),)
    run, _ = advance(run, SoundEnded(3), GIVEN)
    run, actions = advance(run, TimeUp(4), GIVEN)
    assert actions[1:] == (Note("menu", "no key", "steps[0].menu"), says("Good bye.", mark=6))
    assert advance(run, SoundEnded(6), GIVEN)[1] == (HangUp("no choice"),)


def test_a_sub_menu_its_way_up_and_a_name_further_out() -> None:
    inner = menu({"1": SUPPORT, "2": [{"back": {"to": "main"}}]}, up="*")
    flow = document(menu({"2": [inner], "1": []}, name="main"))
    run, _ = told(flow, Digit("2"))
    assert run.place == "steps[0].menu.keys.2[0].menu"
    for key in ("*", "2"):
        up, actions = advance(run, Digit(key), GIVEN)
        assert up.place == "steps[0].menu"
        assert actions[-1] == says("Press a key.", mark=run.mark + 2)


def test_keys_typed_ahead_are_for_the_menus_to_come() -> None:
    inner = menu({"1": SUPPORT})
    flow = document({"say": {"text": "Welcome."}}, menu({"2": [inner]}))
    run, actions = told(flow, Digit("2"), Digit("1"))
    assert actions == ()
    run, actions = advance(run, SoundEnded(1), GIVEN)
    assert actions[-1] == Enqueue("support")
    assert not any(isinstance(action, Speak) for action in actions)


def test_a_text_that_may_be_skipped_ends_with_the_key_which_is_kept() -> None:
    flow = document({"say": {"text": "Welcome.", "skip": True}}, menu({"2": SUPPORT}))
    assert told(flow, Digit("2"))[1][-1] == Enqueue("support")


def test_keys_of_other_steps_do_not_reach_a_later_menu() -> None:
    flow = document({"enqueue": {"queue": "support"}}, menu({"2": SUPPORT}))
    _, actions = told(flow, Digit("2"), LeftQueue(VisitEnd.MAX_WAIT))
    assert actions == (says("Press a key.", mark=1),)


def test_who_goes_round_for_ever_is_let_go() -> None:
    run, actions = start(MAIN, GIVEN)
    for _ in range(MOST_ROUNDS + 1):
        run, actions = advance(run, Digit("9"), GIVEN)
    assert actions[-1] == HangUp("flow went in circles")


def test_how_the_end_is_called() -> None:
    info = document(menu({"3": [{"say": {"text": "Main street."}}]}))
    assert told(info, Digit("3"), SoundEnded(3))[1] == (HangUp("served"),)
    silent = document(menu({"3": []}, missing={"limit": 1}))
    assert told(silent, SoundEnded(1), TimeUp(2))[1][-1] == HangUp("no choice")
    vain = document(menu({"1": [*SUPPORT, {"say": {"text": "Sorry."}}]}))
    assert told(vain, Digit("1"), LeftQueue(VisitEnd.MAX_WAIT), SoundEnded(3))[1] == (HangUp("flow ended"),)
    said = document({"hangup": {"why": "announcement"}})
    assert told(said)[1] == (HangUp("announcement"),)


LINE = document(
    menu(
        {
            "1": [
                {
                    "enqueue": {
                        "queue": "support",
                        "keys": {
                            "0": [{"back": {"to": "main"}}],
                            "#": [{"say": {"text": "Thank you."}}],
                            "5": ["back"],
                        },
                    }
                }
            ]
        },
        name="main",
    )
)
IN_LINE = Enqueue("support", keys=("0", "#", "5"))


def test_leaving_the_line_by_a_key_to_the_menu() -> None:
    run, actions = told(LINE, Digit("1"))
    assert actions[-1] == IN_LINE
    run, actions = advance(run, Digit("0"), GIVEN)
    assert actions == (BreakOut(),)
    assert advance(run, Digit("0"), GIVEN)[1] == ()
    run, actions = advance(run, LeftQueue(VisitEnd.BROKE_OUT), GIVEN)
    assert actions[0] == Note("broke out", "0", "steps[0].menu.keys.1[0].enqueue")
    assert run.place == "steps[0].menu"


def test_leaving_the_line_with_a_thank_you() -> None:
    run, actions = told(LINE, Digit("1"), Digit("#"), LeftQueue(VisitEnd.BROKE_OUT))
    assert actions[-1] == says("Thank you.", mark=3)
    assert advance(run, SoundEnded(3), GIVEN)[1] == (HangUp("thanks"),)


def test_back_in_line_at_the_old_place() -> None:
    _, actions = told(LINE, Digit("1"), Digit("5"), LeftQueue(VisitEnd.BROKE_OUT))
    assert actions[-1] == Enqueue("support", keys=("0", "#", "5"), keep_place=True)


def test_other_keys_in_line_and_a_key_that_came_too_late_change_nothing() -> None:
    run, _ = told(LINE, Digit("1"))
    assert advance(run, Digit("7"), GIVEN) == (run, ())
    run, _ = advance(run, Digit("0"), GIVEN)
    # An agent had him by then, or his time was up: that is what counts.
    assert advance(run, LeftQueue(VisitEnd.MAX_WAIT), GIVEN)[1] == (HangUp("flow ended"),)


def problems(*steps: Any) -> list[str]:
    read, found = read_flow({"key": "w", "steps": list(steps)}, KINDS)
    return [str(one) for one in found or unknown_references(read, {"hours": ["office"], "sound": []})]


def test_problems_name_the_step_and_the_field() -> None:
    assert problems({"menu": {"keys": {}}}) == [
        "flows.w.steps[0].menu: the field 'text' is missing (or 'sound': what shall the menu say?)"
    ]
    assert problems(menu({"12": []})) == [
        "flows.w.steps[0].menu.keys.12: is not a key of a telephone: 0 to 9, * or # (in quotes)"
    ]
    assert problems(menu({"1": []}, repeat="1")) == [
        "flows.w.steps[0].menu.repeat: the key 1 has steps of its own under keys"
    ]
    assert problems(menu({"1": [{"say": {}}]})) == ["flows.w.steps[0].menu.keys.1[0].say: the field 'text' is missing"]
    assert problems(menu({"1": []}, wrong={"limit": 0})) == [
        "flows.w.steps[0].menu.wrong.limit: must be from 1 to 10, not 0"
    ]
    assert problems(menu({"1": []}, wrong={"sound": "gone"})) == [
        "flows.w.steps[0].menu.wrong.sound: no sound has the key 'gone'"
    ]
    assert problems(menu({"1": []}, up="*")) == ["flows.w.steps[0].menu.up: there is no menu above this one"]
    assert problems("back") == ["flows.w.steps[0].back: there is no menu to go back to here"]
    assert problems(menu({"1": [{"back": {"to": "mane"}}]}, name="main")) == [
        "flows.w.steps[0].menu.keys.1[0].back.to: no menu around this step has the name 'mane'"
    ]
    assert problems({"hours": {"hours": "ofice", "closed": []}}) == [
        "flows.w.steps[0].hours.hours: no hours have the key 'ofice'; did you mean 'office'?"
    ]
    assert problems(menu({"1": []}, text="a", sound="b"))[0] == (
        "flows.w.steps[0].menu.sound: a prompt is either a text or a sound, not both"
    )


def test_numbers_as_keys_are_read_as_keys() -> None:
    assert document({"menu": {"text": "a", "keys": {1: [], 0: []}}}) == document(
        {"menu": {"text": "a", "keys": {"1": [], "0": []}}}
    )


def test_a_prompt_may_be_a_sound() -> None:
    assert told(document({"menu": {"sound": "jingle", "keys": {"1": []}}}))[1] == (Speak((Recorded("jingle"),), 1),)


class Spin(HoursStep):
    """A broken step: it leads back to itself without waiting."""

    def enter(self, memory: Any, given: Given) -> Outcome:
        return Outcome(Into("open", back=True))


def test_a_flow_that_goes_in_circles_is_ended() -> None:
    spinning = document({"hours": {"hours": "office", "open": [], "closed": []}}, kinds={"hours": Spin})
    run, actions = start(spinning, GIVEN)
    assert run.ended
    assert actions == (HangUp("flow went in circles"),)
