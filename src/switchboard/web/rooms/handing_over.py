"""An agent hands his customer over to another queue: where to, who is there, and the words that go along."""

from typing import Final

from switchboard.agents.model import AgentState
from switchboard.conversations.service import ledger
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Conflict, Invalid
from switchboard.routing import service as routing
from switchboard.routing.commands import ContactHandedOver
from switchboard.routing.model import Answer, WhenNobody
from switchboard.routing.service import Floors
from switchboard.web.doors.session import Who
from switchboard.web.messages.desk import HandOverTarget, HandOverTargets

_NOBODY: Final = {
    WhenNobody.LEAVE: "Nobody is signed in there: the caller leaves the line at once and goes on with the menu.",
    WhenNobody.STAY: "Nobody is signed in there: the caller waits until somebody is.",
}


class HandingOver:
    """Reads the Floor for the targets; the note is saved in the same transaction as the hand-over."""

    def __init__(self, floors: Floors, clock: Clock) -> None:
        self._floors = floors
        self._clock = clock

    def targets(self, who: Who, own: routing.DeskEngagement) -> HandOverTargets:
        """In the order of the configuration."""
        state = self._floors.of(who.organization).floor.state
        shown = []
        for id_ in self._allowed(who, own):
            queue = state.queues[id_]
            others = queue.signed_in - {who.id}
            free = [one for one in others if state.agents[one].state is AgentState.AVAILABLE]
            shown.append(
                HandOverTarget(
                    queue=id_,
                    name=queue.settings.name,
                    signed_in=len(others),
                    available=len([one for one in free if state.agents[one].reachable]),
                    waiting=len(queue.entered),
                    nobody=None if others else _NOBODY[queue.settings.when_nobody],
                )
            )
        return HandOverTargets(targets=shown)

    async def hand_over(self, who: Who, own: routing.DeskEngagement, queue: str, note: str) -> Answer:
        """Raises Invalid for a queue that is no target, Conflict when there is none at all."""
        allowed = self._allowed(who, own)
        if not allowed:
            raise Conflict("Callers of this queue are not handed over; an administrator can allow it")
        if queue not in allowed:
            raise Invalid("Choose one of the queues to which callers may be handed over", field="queue")
        words = ledger.handed_over(
            who.organization,
            own.engagement,
            of_contact=own.contact,
            client=own.client,
            agent=who.id,
            queue=own.queue,
            to_queue=queue,
            note=note.strip(),
            at=self._clock.now(),
        )
        routing_here = self._floors.of(who.organization)
        [answer] = await routing_here.command(ContactHandedOver(own.engagement, queue), along=[words])
        return answer

    def _allowed(self, who: Who, own: routing.DeskEngagement) -> list[str]:
        """Ids of the targets in force of the queue whose customer he has."""
        queues = self._floors.of(who.organization).floor.state.queues
        of = queues.get(own.queue)
        rule = None if of is None else of.settings.hand_over
        return [] if rule is None else [id_ for id_ in rule.to if id_ in queues]
