"""Who watches what of the Floor: one watcher per organization, however many pages are open."""

from collections.abc import Callable, Sequence
from functools import partial

from switchboard.routing.service import AgentChange, Change, DeskChange, Floors, QueueChange
from switchboard.web.doors.watch import Stop

Changed = Callable[[], None]


class Hub:
    """Passes changes on to the desks and boards that they concern.

    A thousand open desks that each watched the Floor would each look at every change of all the others.
    """

    def __init__(self, floors: Floors) -> None:
        self._floors = floors
        self._open: dict[str, _Watched] = {}

    def desk(self, organization: str, agent: str, changed: Changed) -> Stop:
        """Call `changed` whenever this agent's desk may look different. Raises NotFound without a Floor."""
        return self._watched(organization).add_desk(agent, changed)

    def board(self, organization: str, changed: Changed) -> Stop:
        """Call `changed` whenever the board may look different. Raises NotFound without a Floor."""
        return self._watched(organization).add_board(changed)

    def touch(self, organization: str, agent: str) -> None:
        """This agent's desk looks different for a reason that the Floor does not know."""
        watched = self._open.get(organization)
        if watched is not None:
            watched.tell_desk(agent)

    def touch_line(self, organization: str, agent: str) -> None:
        """Something began or ceased to be wrong with this agent's talk: his desk and every board show it."""
        watched = self._open.get(organization)
        if watched is not None:
            watched.tell_desk(agent)
            watched.tell_boards()

    def touch_all(self, organization: str) -> None:
        """Everything may look different: names or settings were changed."""
        watched = self._open.get(organization)
        if watched is not None:
            watched.hear(None)

    def _watched(self, organization: str) -> "_Watched":
        watched = self._open.get(organization)
        if watched is None:
            watched = self._open[organization] = _Watched()
            self._floors.of(organization).watch(watched.hear)
        return watched


class _Watched:
    """The watchers of one organization. It stays once it was needed: the Floor tells it little else."""

    def __init__(self) -> None:
        self._desks: dict[str, list[Changed]] = {}
        self._boards: list[Changed] = []

    def add_desk(self, agent: str, changed: Changed) -> Stop:
        self._desks.setdefault(agent, []).append(changed)
        return partial(self._remove_desk, agent, changed)

    def add_board(self, changed: Changed) -> Stop:
        self._boards.append(changed)
        return partial(_remove, self._boards, changed)

    def tell_desk(self, agent: str) -> None:
        for changed in list(self._desks.get(agent, ())):
            changed()

    def hear(self, changes: Sequence[Change] | None) -> None:
        if changes is None:
            for agent in list(self._desks):
                self.tell_desk(agent)
        else:
            for change in changes:
                if isinstance(change, DeskChange):
                    self.tell_desk(change.agent)
        if changes is None or any(isinstance(change, QueueChange | AgentChange) for change in changes):
            self.tell_boards()

    def tell_boards(self) -> None:
        for changed in list(self._boards):
            changed()

    def _remove_desk(self, agent: str, changed: Changed) -> None:
        watchers = self._desks.get(agent, [])
        _remove(watchers, changed)
        if not watchers:
            self._desks.pop(agent, None)


def _remove(watchers: list[Changed], changed: Changed) -> None:
    if changed in watchers:
        watchers.remove(changed)
