"""What a leg says to its worker, and what it need not say again."""

from switchboard.channels.voice.media import control
from switchboard.channels.voice.media.events import Digit, DigitSource, MediaEvent, PlayEnded
from switchboard.channels.voice.media.leg import MediaLeg


class Line:
    """A worker that only listens."""

    id = 1

    def __init__(self) -> None:
        self.said: list[control.Command] = []
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def send(self, command: control.Command) -> None:
        self.said.append(command)


def leg_on(line: Line) -> MediaLeg:
    return MediaLeg(line, 7, "rtp", ("127.0.0.1", 20_000))


def test_the_same_background_is_said_once() -> None:
    line = Line()
    leg = leg_on(line)
    leg.silence()
    leg.silence()
    leg.music("a.ul")
    leg.silence()
    assert line.said == [
        control.Background(7, "", silence=True),
        control.Background(7, "a.ul", silence=False),
        control.Background(7, "", silence=True),
    ]


def test_a_leg_starts_quiet() -> None:
    line = Line()
    leg_on(line).quiet()
    assert line.said == []


def test_music_that_could_not_be_read_is_asked_for_again() -> None:
    line = Line()
    leg = leg_on(line)
    leg.music("a.ul")
    leg.tell(PlayEnded(-1, failed="music cannot be read"))
    leg.music("a.ul")
    assert line.said == [control.Background(7, "a.ul", silence=False)] * 2


def test_only_a_sound_that_plays_is_stopped() -> None:
    line = Line()
    leg = leg_on(line)
    leg.stop_playing()
    first = leg.play("a.ul")
    leg.tell(PlayEnded(first))
    leg.stop_playing()
    assert line.said == [control.Play(7, 1, ["a.ul"], loop=False)]
    leg.play("b.ul")
    leg.tell(PlayEnded(first))
    leg.stop_playing()
    assert line.said[1:] == [control.Play(7, 2, ["b.ul"], loop=False), control.StopPlaying(7)]


def pressed(*presses: tuple[str, DigitSource, float]) -> list[Digit]:
    """What is told of (key, way, seconds) in that order."""
    line = Line()
    leg = leg_on(line)
    told: list[MediaEvent] = []
    leg.on_event = told.append
    for key, way, at in presses:
        line.seconds = at
        if way is DigitSource.INFO:
            leg.key_pressed(key)
        else:
            leg.tell(Digit(key, way))
    return [event for event in told if isinstance(event, Digit)]


EVENT, TONES, INFO = DigitSource.RFC_4733, DigitSource.IN_BAND, DigitSource.INFO


def test_a_key_that_comes_in_three_forms_is_told_once() -> None:
    assert pressed(("5", EVENT, 0), ("5", TONES, 0.04), ("5", INFO, 0.3)) == [Digit("5", EVENT)]
    assert pressed(("5", TONES, 0), ("5", EVENT, 0.01)) == [Digit("5", TONES)]


def test_a_key_that_is_pressed_twice_is_told_twice_whatever_the_order_of_its_forms() -> None:
    twice = [("1", EVENT, 0.0), ("1", EVENT, 0.2), ("1", TONES, 0.24), ("1", TONES, 0.25), ("1", INFO, 0.3)]
    assert [digit.digit for digit in pressed(*twice)] == ["1", "1"]
    mixed = [("1", EVENT, 0.0), ("2", TONES, 0.1), ("1", TONES, 0.2), ("2", EVENT, 0.3)]
    assert [digit.digit for digit in pressed(*mixed)] == ["1", "2"]


def test_the_same_key_in_another_form_much_later_is_another_press() -> None:
    assert pressed(("1", EVENT, 0), ("1", INFO, 3.5)) == [Digit("1", EVENT), Digit("1", INFO)]


def test_a_closed_leg_tells_no_keys() -> None:
    leg = leg_on(Line())
    told: list[MediaEvent] = []
    leg.on_event = told.append
    leg.close()
    leg.key_pressed("1")
    assert told == []
