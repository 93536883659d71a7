"""What the Floor tells about load relief; a part of `events`, which is the door to them."""

import msgspec

from switchboard.routing.relief import ReliefCondition, ReliefEnd, ReliefGroup


class _Event(msgspec.Struct, frozen=True, omit_defaults=True, tag=True, tag_field="is", gc=False):
    pass


class ReliefBegan(_Event, frozen=True):
    """A group helps in this queue from now on. because: the limits that were passed, or the time of day. waiting,
    longest_wait (microseconds), service_level (percent): the queue's figures then; service_level None: too few."""

    queue: str
    group: ReliefGroup
    because: tuple[ReliefCondition, ...] = ()
    waiting: int = 0
    longest_wait: int = 0
    service_level: int | None = None


class ReliefEnded(_Event, frozen=True):
    """It helps no longer. began: since when it did; the figures are those of now. Who rings or talks goes on."""

    queue: str
    group: ReliefGroup
    began: int
    why: ReliefEnd
    waiting: int = 0
    longest_wait: int = 0
    service_level: int | None = None
