"""Tells the Floor when an agent's page comes and goes: nobody is offered a call into a frozen tab."""

from switchboard.agents.model import AgentState, Reach
from switchboard.kit.clock import Clock
from switchboard.kit.errors import NotFound
from switchboard.routing.commands import ReachChanged
from switchboard.routing.service import Desk, Floors
from switchboard.web.doors.presence import Ask
from switchboard.web.doors.session import Who


def _nobody_asks(_organization: str, _person: str) -> None:
    """Before the feed is there."""


class RoutingPresence:
    """Satisfies `doors.Presence`, and tells voice what it asks of a page. node: the name of this node."""

    def __init__(self, floors: Floors, node: str, clock: Clock) -> None:
        self._floors = floors
        self._node = node
        self._clock = clock
        self._present: set[tuple[str, str]] = set()
        self._answered: dict[tuple[str, str], float] = {}
        self._ask: Ask = _nobody_asks

    def present(self, organization: str, person: str) -> bool:
        """Whether a page of this person's desk answers."""
        return (organization, person) in self._present

    def silence(self, organization: str, person: str) -> float | None:
        """Seconds since a desk of this person answered; None when none ever did."""
        last = self._answered.get((organization, person))
        return None if last is None else self._clock.monotonic() - last

    def ask(self, organization: str, person: str) -> None:
        """Send this person's desks a heartbeat now, out of turn."""
        self._ask(organization, person)

    def asked_by(self, ask: Ask) -> None:
        self._ask = ask

    def answered(self, who: Who) -> None:
        self._answered[who.organization, who.id] = self._clock.monotonic()

    def feed_back(self, who: Who) -> None:
        self._present.add((who.organization, who.id))
        self._tell(who, True)

    def feed_lost(self, who: Who) -> None:
        self._present.discard((who.organization, who.id))
        self._tell(who, False)

    def _tell(self, who: Who, reachable: bool) -> None:
        desk = self._desk(who)
        if desk is None or desk.agent.state is AgentState.SIGNED_OUT or desk.agent.reach is not Reach.BROWSER:
            # Sign-in and the choice of another reach ask `present` themselves.
            return
        routing = self._floors.of(who.organization)
        routing.tell(ReachChanged(who.id, reachable=reachable, node=self._node))

    def _desk(self, who: Who) -> Desk | None:
        try:
            return self._floors.of(who.organization).desk(who.id)
        except NotFound:
            # An organization that is not routed on this node.
            return None
