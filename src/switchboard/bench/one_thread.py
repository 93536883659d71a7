"""Benches of a media worker's arithmetic compute as it does: in the thread that asks."""

import os

from switchboard.channels.voice.media.scheduling import ONE_THREAD


def compute_in_one_thread() -> None:
    """Call it before numpy is imported, which reads this once."""
    os.environ.update(ONE_THREAD)
