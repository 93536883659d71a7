"""Sentences of the built-in voice: how they sound, and whether a phone has heard them."""

import asyncio

import numpy as np

from support.baresip import Baresip
from support.sound import Samples, likeness
from switchboard.audio.g711 import MU_DECODE
from switchboard.flows.model import Spoken
from switchboard.flows.phrases import Phrases

SAME = 0.7
"""Likeness from which on it is that sentence: another one of the same voice reaches about 0.2."""


async def sound_of(phrases: Phrases, text: str) -> Samples:
    """A sentence as the center has spoken it, waiting until it has."""
    path = phrases.path(Spoken(text, "en"))
    async with asyncio.timeout(60):
        while not path.exists():  # noqa: ASYNC110 - another process writes it and tells nobody
            await asyncio.sleep(0.1)
    return MU_DECODE.take(np.frombuffer(path.read_bytes(), np.uint8)).astype(float)


async def until_likeness(phone: Baresip, wanted: Samples, *, seconds: float = 40) -> float:
    """Wait until the phone has heard that; how alike it was."""
    best = 0.0
    try:
        async with asyncio.timeout(seconds):
            while best < SAME:
                await asyncio.sleep(0.2)
                best = likeness(phone.heard(), wanted)
    except TimeoutError:
        raise AssertionError(f"not heard: the most alike was {best:.2f}") from None
    return best
