"""How contacts are ranked: within the line of a queue, and between the queues of one agent."""

from enum import StrEnum
from typing import Final

import msgspec


class Scheme(StrEnum):
    """How a contact's priority counts within its line."""

    CLASSES = "classes"
    """Higher priorities are served first, whoever waits how long."""
    MINUTES = "minutes"
    """Each point of priority counts as a minute that the contact has waited longer."""
    DUE = "due"
    """Higher priorities first, of one priority whoever is due first (`routing.due`)."""


class Ranking(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Which contact an agent gets: within the queue by scheme, between the heads of several queues that he serves by
    rank (higher first), then by the contact's priority class, then by weight x waited.

    short_first: the weight counts by how fast the queue's contacts are handled (generalized c-mu, see
    `floor.between`). due_in: of scheme DUE: microseconds after its place at which a contact is due that has no time
    of its own. offer_paused: whether contacts whose clock stands still are offered.
    """

    scheme: Scheme = Scheme.CLASSES
    rank: int = 0
    weight: int = 1
    short_first: bool = False
    due_in: int = 0
    offer_paused: bool = False


PLAIN_RANKING: Final = Ranking()
"""Whoever waits longest in his class, of whatever queue."""
