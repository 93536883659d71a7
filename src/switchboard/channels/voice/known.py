"""What is known of a customer that says who should talk to him and how soon, and whom a flow's `prefer` means by it.

known = Known(last=("p1", at), personal_agent="p2", branch="t1")
preferred = Preferring(known, id_of, is_open=branch.is_there, now=clock.now)(action)
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from switchboard.flows.model import Enqueue
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Preference


class Known(NamedTuple):
    """Ids. last: the agent of his latest talk, and when it began. visits: queue -> when he left its line last, how."""

    last: tuple[str, int] | None = None
    personal_agent: str | None = None
    branch: str | None = None
    visits: Mapping[str, tuple[int, str]] = MappingProxyType({})


NOTHING: Final = Known()
_DAY: Final = 86_400 * MICROSECONDS


class Preferred(NamedTuple):
    """agents: ids, the first one first; because: why each of them is, "" for one who was named. branch: a team."""

    agents: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    branch: str | None = None


class Preferring:
    """Of one call. id_of: id of an "agent" by his key. is_there: whether this team has opening hours now, or none."""

    def __init__(
        self,
        known: Known,
        id_of: Callable[[str, str], str],
        is_there: Callable[[str], bool],
        now: Callable[[], int],
    ) -> None:
        self._known = known
        self._id = id_of
        self._is_there = is_there
        self._now = now

    def __call__(self, action: Enqueue) -> Preferred:
        """Whom this step prefers; whoever is meant twice stands where he stands first."""
        found: dict[str, str] = {}
        branch = None
        for name in action.prefer:
            match name:
                case Preference.BRANCH:
                    branch = self._branch()
                case Preference.LAST_AGENT | Preference.PERSONAL_AGENT:
                    if (agent := self._agent(name, action)) is not None:
                        found.setdefault(agent, name)
                case _:
                    found.setdefault(self._id("agent", name), "")
        return Preferred(tuple(found), tuple(found.values()) if any(found.values()) else (), branch)

    def _agent(self, name: str, action: Enqueue) -> str | None:
        if name == Preference.PERSONAL_AGENT:
            return self._known.personal_agent
        last = self._known.last
        recent = last is not None and last[1] >= self._now() - action.last_days * _DAY
        return last[0] if last is not None and recent else None

    def _branch(self) -> str | None:
        branch = self._known.branch
        return branch if branch is not None and self._is_there(branch) else None
