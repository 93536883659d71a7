"""What is known of a customer that says who should talk to him and how soon: whom a flow's `prefer` means by it, and
what he needs.

known = Known(last=("p1", at), personal_agent="p2", branch="t1", needs=(("german", 1),), priority=20)
action = asked_for(known, action, branch.skills)
preferred = Preferring(known, id_of, is_open=branch.is_there, now=clock.now)(action)
"""

from collections.abc import Callable, Container, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from msgspec.structs import replace

from switchboard.flows.model import Enqueue
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Preference


class Known(NamedTuple):
    """Ids. last: the agent of his latest talk, and when it began. visits: queue -> when he left its line last, how.
    needs: least level of skills, by key; priority: on top of what flows give him."""

    last: tuple[str, int] | None = None
    personal_agent: str | None = None
    branch: str | None = None
    visits: Mapping[str, tuple[int, str]] = MappingProxyType({})
    needs: tuple[tuple[str, int], ...] = ()
    priority: int = 0


NOTHING: Final = Known()
HIGHEST: Final = 100
"""Priority that a contact can have; the lowest is as far below zero."""

_DAY: Final = 86_400 * MICROSECONDS


def asked_for(known: Known, action: Enqueue, skills: Container[str]) -> Enqueue:
    """The same step with what the customer needs, of two levels of a skill the higher one. skills: keys of those there
    are: nobody waits for one that was taken away."""
    if not action.customer_needs or not (known.needs or known.priority):
        return action
    levels = dict(action.requires)
    for skill, level in known.needs:
        if skill in skills:
            levels[skill] = max(level, levels.get(skill, 0))
    priority = max(-HIGHEST, min(HIGHEST, action.priority + known.priority))
    return replace(action, requires=tuple(sorted(levels.items())), priority=priority)


class Preferred(NamedTuple):
    """agents: ids, the first one first; because: why each of them is, "" for one who was named. branch: a team."""

    agents: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    branch: str | None = None


NOBODY: Final = Preferred()


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
        if not action.prefer:
            return NOBODY
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
