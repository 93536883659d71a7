"""What a leg says to its worker, and what it need not say again."""

from switchboard.channels.voice.media import control
from switchboard.channels.voice.media.events import PlayEnded
from switchboard.channels.voice.media.leg import MediaLeg


class Line:
    """A worker that only listens."""

    id = 1

    def __init__(self) -> None:
        self.said: list[control.Command] = []

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
