"""How the sound of one talk travels: shown as trouble while it is bad, summed up at the end."""

from typing import Final

import structlog

from switchboard.channels.voice.condition import Heard, Limits, Trouble, is_bad
from switchboard.channels.voice.media.pool import Quality
from switchboard.channels.voice.troubles import Side, Troubles

_log = structlog.get_logger(__name__)


class TalkSound:
    """Judges the reports of both legs of one talk. limits: from when on sound is bad."""

    def __init__(self, troubles: Troubles, organization: str, agent: str, limits: Limits) -> None:
        self._troubles: Final = troubles
        self._whose: Final = (organization, agent)
        self._limits: Final = limits
        self._bad: set[Side] = set()
        self.worst = Heard(0.0, 0.0)
        """The highest loss and the highest jitter that were reported, of either leg."""
        self.bad_reports = 0

    def heard(self, side: Side, quality: Quality) -> None:
        """A leg's report came in, about every five seconds while something is worth a look."""
        now = Heard(max(quality.loss, quality.far_loss or 0.0), max(quality.jitter, quality.far_jitter or 0.0))
        self.worst = Heard(max(self.worst.loss, now.loss), max(self.worst.jitter, now.jitter))
        bad = is_bad(now, self._limits, before=side in self._bad)
        (self._bad.add if bad else self._bad.discard)(side)
        self.bad_reports += bad
        self._troubles.set(*self._whose, Trouble.BAD_SOUND, side, on=bad, heard=now)

    def over(self, contact: str) -> None:
        """The talk has ended; a bad one leaves a line in the log."""
        self._troubles.over(*self._whose)
        if self.bad_reports:
            _log.info(
                "bad_sound",
                contact=contact,
                loss=round(self.worst.loss, 3),
                jitter=round(self.worst.jitter, 3),
                reports=self.bad_reports,
            )
