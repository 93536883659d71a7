"""How long each group of relief helped in a run, out of the Floor's events.

helping.began(event, at); helping.ended(event, at); helping.over(at)
helping.outcome["support", "team night"]                # Helped(times=2, spent=2_700_000_000)
"""

from dataclasses import dataclass

from switchboard.routing import events as told
from switchboard.routing.relief import ReliefGroup


@dataclass(slots=True)
class Helped:
    """times: how often the group came. spent: microseconds that it helped, all times together."""

    times: int = 0
    spent: int = 0


def helper(group: ReliefGroup) -> str:
    """How a group is called: `team night`, `agents of sales`."""
    return f"agents of {group.queue}" if group.team is None else f"team {group.team}"


class Helping:
    """Counts one run. outcome: by queue and helper. Times are microseconds from midnight of the scenario's day."""

    def __init__(self, outcome: dict[tuple[str, str], Helped]) -> None:
        self.outcome = outcome
        self._since: dict[tuple[str, str], int] = {}

    def began(self, event: told.ReliefBegan, at: int) -> None:
        key = (event.queue, helper(event.group))
        self.outcome.setdefault(key, Helped()).times += 1
        self._since[key] = at

    def ended(self, event: told.ReliefEnded, at: int) -> None:
        key = (event.queue, helper(event.group))
        self.outcome[key].spent += at - self._since.pop(key)

    def over(self, at: int) -> None:
        """The run is over; who helps still has helped until then."""
        for key, since in self._since.items():
            self.outcome[key].spent += at - since
        self._since.clear()
