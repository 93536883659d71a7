"""What the signs of a lost page and of bad sound mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.clock import SetClock
from switchboard.channels.voice.condition import (
    GIVEN_UP,
    GOOD_AGAIN,
    LOST,
    Heard,
    Limits,
    Signs,
    Trouble,
    is_bad,
    is_lost,
    troubles,
)
from switchboard.channels.voice.media.pool import Quality
from switchboard.channels.voice.sound import TalkSound
from switchboard.channels.voice.troubles import Side, Troubles

NO_SOUND, SILENT = Trouble.NO_SOUND, Trouble.PAGE_SILENT


@pytest.mark.parametrize(
    ("signs", "lost", "shown"),
    [
        (Signs(None, 0.4), False, set()),
        (Signs(1.2, 0.4), False, set()),
        (Signs(4.0, 0.4), False, {NO_SOUND}),
        (Signs(30.0, 0.4), False, {NO_SOUND}),
        (Signs(None, 600.0), False, {SILENT}),
        (Signs(4.9, 600.0), False, {NO_SOUND, SILENT}),
        (Signs(5.0, 5.0), True, {NO_SOUND, SILENT}),
        (Signs(5.0, None), True, {NO_SOUND, SILENT}),
        (Signs(60.0, 0.4), True, {NO_SOUND}),
    ],
)
def test_one_sign_is_a_warning_and_both_for_five_seconds_are_a_loss(
    signs: Signs, lost: bool, shown: set[Trouble]
) -> None:
    assert is_lost(signs) is lost
    assert troubles(signs) == shown


times = st.none() | st.floats(0, 120)


@given(times, times, st.floats(0, 60))
def test_what_is_lost_stays_lost_while_the_signs_last(
    no_sound: float | None, silence: float | None, more: float
) -> None:
    later = Signs(
        None if no_sound is None else no_sound + more,
        None if silence is None else silence + more,
    )
    assert is_lost(later) or not is_lost(Signs(no_sound, silence))
    if no_sound is None or no_sound < LOST:
        assert not is_lost(Signs(no_sound, silence))
    elif no_sound >= GIVEN_UP:
        assert is_lost(Signs(no_sound, silence))


LIMITS = Limits(loss=0.05, jitter=0.06)


@given(st.lists(st.builds(Heard, st.floats(0, 1), st.floats(0, 1))))
def test_bad_sound_begins_at_the_limit_and_ends_below_half_of_it(reports: list[Heard]) -> None:
    bad = False
    for heard in reports:
        before, bad = bad, is_bad(heard, LIMITS, before=bad)
        if bad and not before:
            assert heard.loss >= LIMITS.loss or heard.jitter >= LIMITS.jitter
        if before and not bad:
            assert heard.loss < GOOD_AGAIN * LIMITS.loss
            assert heard.jitter < GOOD_AGAIN * LIMITS.jitter


def quality(loss: float = 0.0, jitter: float = 0.0, far_loss: float | None = None) -> Quality:
    return Quality(received=100, sent=100, lost=0, loss=loss, jitter=jitter, far_loss=far_loss)


def test_bad_sound_is_shown_while_it_lasts_with_its_worst_and_then_goes_away() -> None:
    clock, changed = SetClock(), list[tuple[str, str]]()
    shown = Troubles(clock)
    shown.on_changed = lambda organization, agent: changed.append((organization, agent))
    sound = TalkSound(shown, "org", "ann", LIMITS, clock)
    sound.heard(Side.CALLER, quality(loss=0.03))
    assert shown.of("org", "ann") == []
    began = clock.now()
    sound.heard(Side.CALLER, quality(loss=0.10, jitter=0.01))
    clock.pass_seconds(5)
    sound.heard(Side.CALLER, quality(loss=0.03, jitter=0.02))
    (trouble,) = shown.of("org", "ann")
    assert (trouble.kind, trouble.side, trouble.since) == (Trouble.BAD_SOUND, Side.CALLER, began)
    assert (trouble.loss, trouble.jitter) == (0.10, 0.02)
    sound.heard(Side.AGENT, quality(loss=0.2))
    assert {one.side for one in shown.of("org", "ann")} == {Side.AGENT, Side.CALLER}
    sound.heard(Side.CALLER, quality(loss=0.01))
    sound.heard(Side.AGENT, quality(loss=0.01))
    assert shown.all("org") == {}
    assert changed == [("org", "ann")] * 5
    assert (sound.worst.loss, sound.bad_time) == (0.2, 5_000_000)


def test_what_the_callers_line_lost_is_not_the_agents_fault() -> None:
    shown = Troubles(SetClock())
    sound = TalkSound(shown, "org", "ann", LIMITS, SetClock())

    def bad(side: Side, **said: float) -> set[Side]:
        sound.heard(side, quality(**said))
        return {one.side for one in shown.of("org", "ann")}

    # The agent's browser is the first to say that something is missing: it was missing when it came to us.
    assert bad(Side.AGENT, far_loss=0.2) == set()
    assert bad(Side.CALLER, loss=0.2) == {Side.CALLER}
    assert bad(Side.AGENT, far_loss=0.2) == {Side.CALLER}
    assert bad(Side.CALLER) == set()
    assert bad(Side.AGENT, far_loss=0.15) == set()
    assert bad(Side.CALLER) == set()
    # Now it is his own line, on the way from us to him.
    assert bad(Side.AGENT, far_loss=0.2) == set()
    assert bad(Side.AGENT, far_loss=0.2) == {Side.AGENT}
    assert bad(Side.AGENT, far_loss=0.0) == set()


def test_how_long_a_talk_sounded_badly_is_counted_once_for_both_sides_and_kept() -> None:
    clock = SetClock()
    sound = TalkSound(Troubles(clock), "org", "ann", LIMITS, clock)
    for side, loss, seconds in (
        (Side.CALLER, 0.0, 10),
        (Side.CALLER, 0.1, 5),
        (Side.AGENT, 0.2, 5),
        (Side.CALLER, 0.0, 5),
        (Side.AGENT, 0.0, 30),
        (Side.AGENT, 0.07, 5),
    ):
        sound.heard(side, quality(loss=loss, jitter=0.01))
        clock.pass_seconds(seconds)
    (row,) = sound.kept("c1.e1")
    assert row.parameters == {
        "organization": "org",
        "id": "c1.e1",
        "bad_sound_time": 20_000_000,
        "sound": {"loss": 0.2, "jitter": 0.01, "sides": ["agent", "caller"]},
    }
    (row,) = TalkSound(Troubles(clock), "org", "ann", LIMITS, clock).kept("c1.e2")
    assert (row.parameters["bad_sound_time"], row.parameters["sound"]["sides"]) == (0, [])


def test_nothing_is_told_twice_and_a_talk_that_ends_takes_its_troubles_along() -> None:
    changed: list[str] = []
    shown = Troubles(SetClock())
    shown.on_changed = lambda _, agent: changed.append(agent)
    shown.set("org", "ann", NO_SOUND, Side.AGENT, on=False)
    shown.set("org", "ann", NO_SOUND, Side.AGENT, on=True)
    shown.set("org", "ann", NO_SOUND, Side.AGENT, on=True)
    assert changed == ["ann"]
    shown.over("org", "ann")
    shown.over("org", "ann")
    assert changed == ["ann", "ann"]
    assert shown.of("org", "ann") == []
