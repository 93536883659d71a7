"""The Floor: all queues, waiting contacts, agents and offers of one organization, in memory.

    floor = Floor()
    decided = floor.handle(ContactQueued("c1", "q1"), now)   # no I/O, synchronous, deterministic
    for event in decided.events: ...                         # journaled, then told
    Floor().apply(event, at)                                 # folding the events rebuilds it

Reading order: state (what it knows), line (who waits, who is idle), room and seating (who could take one more beside
what he has), fold (how events change it), turn (one command being decided), then the decisions: staff, offers,
engagements, contacts, agents, upheavals, returning, overflow, widening, between, matching; last what is only asked:
waiting and idling (why), standing (where and how long), stuck (what nobody ends). Nothing here does I/O or asks for
the time; state changes only in `fold`.
"""

from switchboard.routing.floor.floor import Decided, Floor
from switchboard.routing.floor.idling import NotHis, WhyIdle
from switchboard.routing.floor.standing import Standing
from switchboard.routing.floor.stuck import Stuck
from switchboard.routing.floor.waiting import WhyWaiting

__all__ = ["Decided", "Floor", "NotHis", "Standing", "Stuck", "WhyIdle", "WhyWaiting"]
