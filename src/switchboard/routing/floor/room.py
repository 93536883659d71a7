"""The room that an agent with capacities has beside what he works on: what he could be offered just now.

Agents without capacities have none: they are idle or excluded by their state (docs/decisions/0054).
"""

from collections.abc import Mapping
from typing import NamedTuple

from switchboard.agents.model import Capacity, Stop
from switchboard.routing.model import Exclusion


class Room(NamedTuple):
    """held: contacts by channel that he works on; silent conversations are not among them. at_work: what his state
    is called when it stops something, None when nothing is in his hands at all. used: the share of him that is in use,
    in thousandths. idle_since: when he was last without work."""

    capacity: Capacity
    held: Mapping[str, int]
    at_work: Exclusion | None
    used: int
    idle_since: int

    def stop(self, channel: str) -> Exclusion | None:
        """Why he cannot be offered a contact of this channel; None: he can."""
        stop = self.capacity.stops(channel, self.held)
        if stop is None:
            return None
        if stop is Stop.WORK:
            return self.at_work or Exclusion.ENGAGED
        return Exclusion.AT_CAPACITY if self.capacity.of(channel) else Exclusion.OTHER_CHANNEL
