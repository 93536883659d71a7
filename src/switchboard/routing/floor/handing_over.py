"""An agent hands his customer over to another queue: level 1 to level 2, and back.

The talk ends and the agent's wrap-up begins as usual. The customer stands in the other line with the place that he
had when he first came, some points ahead as his queue's rule says. What the agent wrote about him is a row, nothing
here.
"""

from switchboard.conversations.model import TalkEnd
from switchboard.routing import commands
from switchboard.routing.events import QueueEntered
from switchboard.routing.floor import engagements
from switchboard.routing.floor.clocks import clock_in, running
from switchboard.routing.floor.returning import place_before
from switchboard.routing.floor.turn import Turn
from switchboard.routing.floor.widening import ends
from switchboard.routing.model import Answer, HandOver, Refusal
from switchboard.routing.overflow import Passage


def hand_over(turn: Turn, command: commands.ContactHandedOver) -> Answer:
    """The customer goes on in the line of `command.queue`, which must be a target of the engagement's queue."""
    state = turn.state
    engagement = state.engagements.get(command.engagement)
    queue = state.queues.get(command.queue)
    if engagement is None:
        return Answer(Refusal.UNKNOWN_ENGAGEMENT)
    if engagement.talk_ended is not None:
        return Answer(Refusal.NOT_TALKING)
    if queue is None:
        return Answer(Refusal.UNKNOWN_QUEUE)
    rule = _rule(turn, engagement.queue)
    if rule is None or command.queue not in rule.to:
        return Answer(Refusal.NOT_A_TARGET)
    settings = queue.settings
    before = place_before(turn, engagement)
    contact = state.contacts[engagement.contact]
    engagements.end_talk(turn, engagement, TalkEnd.HANDED_OVER)
    visit = f"{contact.id}.v{contact.visits + 1}"
    turn.tell(
        QueueEntered(
            visit,
            contact.id,
            command.queue,
            before.place,
            before.number,
            before.priority + rule.priority,
            settings.requires,
            (),
            None if settings.max_wait is None else turn.now + settings.max_wait,
            TalkEnd.HANDED_OVER,
            settings.wanted,
            0,
            ends(settings.wanted, 0, turn.now),
            settings.ranking.scheme,
            Passage() if settings.overflow else None,
            # Whoever has just been talked to is not waited for, whatever his clock did before.
            clock_in(
                None if contact.clock is None else running(contact.clock, turn.now),
                settings.ranking,
                before.place,
                turn.now,
            ),
        )
    )
    return Answer(visit=visit, engagement=engagement.id)


def _rule(turn: Turn, queue_id: str) -> HandOver | None:
    queue = turn.state.queues.get(queue_id)
    return None if queue is None else queue.settings.hand_over
