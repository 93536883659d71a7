"""How the sound of one talk travels: shown as trouble while it is bad, kept with the talk when it ends."""

from typing import Final

from switchboard.channels.voice.condition import Heard, Limits, Trouble, is_bad, worse
from switchboard.channels.voice.media.pool import Quality
from switchboard.channels.voice.troubles import Side, Troubles
from switchboard.conversations.service import ledger
from switchboard.kit.clock import Clock
from switchboard.storage.rows import RowChange

NOTHING: Final = Heard(0.0, 0.0)


class TalkSound:
    """Judges the reports of both legs of one talk. limits: from when on sound is bad.

    What one side loses on its way to us is missing in what we pass on, so that the other side's far end misses it, too.
    That is not the other side's fault and is taken off its report. Reports come every five seconds, each leg's in its
    own rhythm: a far end's is believed when a second one says the same; by then the side at fault has reported.
    """

    def __init__(self, troubles: Troubles, organization: str, agent: str, limits: Limits, clock: Clock) -> None:
        self._troubles: Final = troubles
        self._whose: Final = (organization, agent)
        self._limits: Final = limits
        self._clock: Final = clock
        self._came: dict[Side, tuple[Heard, Heard]] = {}
        self._missed: dict[Side, Heard] = {}
        self._bad: set[Side] = set()
        self._bad_since = 0
        self._bad_time = 0
        self._sides: set[Side] = set()
        self.worst = NOTHING
        """The highest loss and the highest jitter that were reported, of either leg."""

    def heard(self, side: Side, quality: Quality) -> None:
        """A leg's report came in, about every five seconds while something is worth a look."""
        came = Heard(quality.loss, quality.jitter)
        self._came[side] = (self._came.get(side, (came, came))[1], came)
        now = worse(came, self._missed_by(side, quality))
        self.worst = worse(self.worst, now)
        bad = is_bad(now, self._limits, before=side in self._bad)
        self._count(side, bad=bad)
        self._troubles.set(*self._whose, Trouble.BAD_SOUND, side, on=bad, heard=now)

    def _missed_by(self, side: Side, quality: Quality) -> Heard:
        """What this leg's far end missed twice in a row of what there was to hear."""
        before = self._missed.get(side, NOTHING)
        now = self._missed[side] = self._missed_now(side, quality)
        return now if now is NOTHING else Heard(min(now.loss, before.loss), min(now.jitter, before.jitter))

    def _missed_now(self, side: Side, quality: Quality) -> Heard:
        if not quality.far_loss and not quality.far_jitter:
            return NOTHING
        other = Side.AGENT if side is Side.CALLER else Side.CALLER
        known = worse(*self._came.get(other, (NOTHING, NOTHING)))
        loss, jitter = (quality.far_loss or 0.0) - known.loss, (quality.far_jitter or 0.0) - known.jitter
        return Heard(max(loss, 0.0), max(jitter, 0.0))

    def over(self) -> None:
        """The talk has ended."""
        self._troubles.over(*self._whose)

    @property
    def bad_time(self) -> int:
        """How long it was bad on either side so far, microseconds: from the first report that says so to the first
        that says it is good again. Both come about as long after what they tell of."""
        return self._bad_time + (self._clock.now() - self._bad_since if self._bad else 0)

    def kept(self, engagement: str) -> list[RowChange]:
        """What stays of it in the record of this talk, which ends now."""
        loss, jitter = round(self.worst.loss, 4), round(self.worst.jitter, 4)
        sides = [side.value for side in sorted(self._sides)]
        return [
            ledger.talk_heard(
                self._whose[0], engagement, bad_time=self.bad_time, loss=loss, jitter=jitter, bad_sides=sides
            )
        ]

    def _count(self, side: Side, *, bad: bool) -> None:
        before = bool(self._bad)
        if bad:
            self._bad.add(side)
            self._sides.add(side)
        else:
            self._bad.discard(side)
        if bool(self._bad) == before:
            return
        now = self._clock.now()
        if before:
            self._bad_time += now - self._bad_since
        self._bad_since = now
