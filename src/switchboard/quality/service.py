"""What other rooms and channels ask of quality."""

from switchboard.quality.decide import may_listen
from switchboard.quality.disk import Disk, free_bytes
from switchboard.quality.exports import Exports
from switchboard.quality.retention import Retention
from switchboard.quality.shelf import Shelf
from switchboard.quality.sound import WavView
from switchboard.quality.taping import Taping

__all__ = ["Disk", "Exports", "Retention", "Shelf", "Taping", "WavView", "free_bytes", "may_listen"]
