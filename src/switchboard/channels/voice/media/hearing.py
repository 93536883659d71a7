"""Who hears what: the wishes of the main process, settled into one choice per row."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from switchboard.channels.voice.media.events import MediaEvent, PlayEnded
from switchboard.channels.voice.media.rows import NONE, Hears, Rows
from switchboard.channels.voice.media.sounds import Sound, Sounds
from switchboard.protocols.rtp.telephone_event import EventPacket

Sources = Sequence[tuple[int, float]]

_PLAIN: Final = 1.0


@dataclass(slots=True)
class Playing:
    """Sounds played to a row one after the other; `at` is the one that is heard.

    number: under which the end is told, None to tell nobody. interrupted: what goes on after it, at `frame`.
    """

    number: int | None
    sounds: Sequence[Sound]
    loop: bool = False
    at: int = 0
    interrupted: "Playing | None" = None
    frame: int = 0


@dataclass(slots=True)
class Pressing:
    """Keys being pressed towards a row. stamp: the timestamp of the event that is being sent."""

    frames: deque[EventPacket] = field(default_factory=deque)
    stamp: int = 0


@dataclass(slots=True)
class Wishes:
    """What a row was told to hear. call: whose matrix set `sources` last."""

    playing: Playing | None = None
    pressing: Pressing | None = None
    sources: Sources = ()
    call: str = ""
    music: Sound | None = None
    silence: bool = False
    heard_by: set[int] = field(default_factory=set)


class Hearing:
    """Takes wishes at any time, and turns them into `Rows.hears` and what belongs to it once a tick. tell: called
    with (row, event).

    mixes: {row: its sources that are not muted} for all rows that hear a mix.
    """

    def __init__(self, rows: Rows, sounds: Sounds, tell: Callable[[int, MediaEvent], None]) -> None:
        self._rows = rows
        self._sounds = sounds
        self._tell = tell
        self._wishes: dict[int, Wishes] = {}
        self._calls: dict[str, set[int]] = {}
        self._unsettled: set[int] = set()
        self.mixes: dict[int, list[tuple[int, float]]] = {}

    def begin(self, row: int) -> None:
        """The row has a new leg that hears nothing."""
        self._wishes[row] = Wishes()

    def forget(self, row: int) -> None:
        """The row's leg has ended: it hears nothing and nobody hears it."""
        wishes = self._wishes.pop(row)
        self._release(wishes.playing)
        if wishes.music is not None:
            self._sounds.release(wishes.music.number)
        self._leave(row, wishes)
        for listener in list(wishes.heard_by):
            self._hear(listener, [edge for edge in self._wishes[listener].sources if edge[0] != row])
        self.mixes.pop(row, None)
        self._unsettled.discard(row)

    def set_matrix(self, call: str, hears: Mapping[int, Sources]) -> None:
        """Replace the matrix of `call`: {row: [(row, gain), ...]}, all of them rows in use."""
        before = self._calls.pop(call, set())
        for row in before - hears.keys():
            self._wishes[row].call = ""
            self._hear(row, ())
        for row, sources in hears.items():
            wishes = self._wishes[row]
            if wishes.call and wishes.call != call:
                self._calls[wishes.call].discard(row)
            wishes.call = call
            self._hear(row, sources)
        if hears:
            self._calls[call] = set(hears)

    def play(self, row: int, playing: Playing) -> None:
        """Begin a sound; one that is being played ends without a word."""
        self.stop(row)
        self._wishes[row].playing = playing
        self._start(row, playing)
        self.settle(row)

    def stop(self, row: int) -> None:
        """End the sound that is being played, if any."""
        wishes = self._wishes[row]
        self._release(wishes.playing)
        wishes.playing = None
        self.settle(row)

    def interrupt(self, row: int, sound: Sound) -> None:
        """Play a sound now; one that is being played goes on after it."""
        wishes = self._wishes[row]
        interrupted, wishes.playing = wishes.playing, None
        frame = int(self._rows.sound_frame[row])
        self.play(row, Playing(None, [sound], interrupted=interrupted, frame=frame))

    def next_sound(self, row: int) -> None:
        """The sound of this row has reached its end."""
        playing = self._wishes[row].playing
        if playing is None:
            return
        playing.at += 1
        if playing.at == len(playing.sounds) and playing.loop:
            playing.at = 0
        if playing.at < len(playing.sounds):
            self._start(row, playing)
            return
        interrupted, playing.interrupted = playing.interrupted, None
        self.stop(row)
        if interrupted is not None:
            self.play(row, interrupted)
            self._rows.sound_frame[row] = playing.frame
        if playing.number is not None:
            self._tell(row, PlayEnded(playing.number))

    def set_background(self, row: int, music: Sound | None, silence: bool) -> None:
        """What is heard when nothing else is there. music: opened, given back when it is replaced."""
        wishes = self._wishes[row]
        if wishes.music is not None:
            self._sounds.release(wishes.music.number)
        wishes.music, wishes.silence = music, silence
        self._rows.music[row] = NONE if music is None else music.number
        self.settle(row)

    def mute(self, row: int, on: bool) -> None:
        """Whether others hear silence instead of this row."""
        self._rows.muted[row] = on
        for listener in self._wishes[row].heard_by:
            self.settle(listener)

    def press(self, row: int, frames: Iterable[EventPacket]) -> None:
        """Press keys towards this row, after those being pressed."""
        wishes = self._wishes[row]
        wishes.pressing = wishes.pressing or Pressing()
        wishes.pressing.frames.extend(frames)
        self.settle(row)

    def pressing(self, row: int) -> tuple[Pressing, EventPacket] | None:
        """The next frame of the keys being pressed, None when there is none."""
        wishes = self._wishes[row]
        pressing = wishes.pressing
        if pressing is None or not pressing.frames:
            return None
        frame = pressing.frames.popleft()
        if not pressing.frames:
            wishes.pressing = None
            self.settle(row)
        return pressing, frame

    def settle(self, row: int) -> None:
        """A wish, or whether the row is connected, has changed: what it hears is chosen before the next plan."""
        self._unsettled.add(row)
        self._rows.changed = True

    def choose(self) -> None:
        """Choose what those rows hear of whom something has changed."""
        rows = self._rows
        for row in self._unsettled:
            wishes = self._wishes[row]
            audible = [edge for edge in wishes.sources if not rows.muted[edge[0]]]
            choice = self._choice(row, wishes, audible)
            rows.relay_source[row] = audible[0][0] if choice == Hears.RELAY else NONE
            if choice == Hears.MIX:
                self.mixes[row] = audible
            else:
                self.mixes.pop(row, None)
            rows.hears[row] = choice
        self._unsettled.clear()

    def _choice(self, row: int, wishes: Wishes, audible: Sources) -> Hears:
        if not self._rows.connected[row]:
            return Hears.NOTHING
        if wishes.pressing is not None:
            return Hears.DIGITS
        if wishes.playing is not None:
            return Hears.SOUND
        if audible:
            return Hears.RELAY if len(audible) == 1 and audible[0][1] == _PLAIN else Hears.MIX
        if wishes.sources:
            # All that it should hear is muted: music would say "on hold".
            return Hears.SILENCE
        if wishes.music is not None:
            return Hears.MUSIC
        return Hears.SILENCE if wishes.silence else Hears.NOTHING

    def _hear(self, row: int, sources: Sources) -> None:
        wishes = self._wishes[row]
        for source, _ in wishes.sources:
            if source in self._wishes:
                self._wishes[source].heard_by.discard(row)
        wishes.sources = list(sources)
        for source, _ in sources:
            self._wishes[source].heard_by.add(row)
        self.settle(row)

    def _leave(self, row: int, wishes: Wishes) -> None:
        for source, _ in wishes.sources:
            if source in self._wishes:
                self._wishes[source].heard_by.discard(row)
        if wishes.call:
            members = self._calls[wishes.call]
            members.discard(row)
            if not members:
                del self._calls[wishes.call]

    def _start(self, row: int, playing: Playing) -> None:
        self._rows.sound[row] = playing.sounds[playing.at].number
        self._rows.sound_frame[row] = 0
        self._rows.changed = True

    def _release(self, playing: Playing | None) -> None:
        if playing is not None:
            self._release(playing.interrupted)
            for sound in playing.sounds:
                self._sounds.release(sound.number)
