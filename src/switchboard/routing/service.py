"""The way to the Floor of one organization: decide, save, tell.

    routing = Routing("acme", node="n1", clock=clock, tasks=tasks, journal=Journal(database), writer=writer,
                      load=load)
    await routing.start()
    routing.subscribe(on_events)
    answers = await routing.command(ContactArrived(...), ContactQueued(...))

`Routing` decides, saves and tells; `Floors` keeps one per organization; `Queues`, `Skills` and
`load_configured` are what it is configured with; `Board`, `Desk` and `Change` what is seen of it live.
"""

from switchboard.routing.configured import Configured, Queues, Skills, load_configured
from switchboard.routing.delays import LONGEST_REST, MOST_MISSES, RESTS
from switchboard.routing.floor import NotHis, Standing, Stuck, WhyIdle, WhyWaiting
from switchboard.routing.floors import Floors
from switchboard.routing.live import (
    AgentChange,
    Board,
    BoardAgent,
    BoardQueue,
    Change,
    Desk,
    DeskChange,
    DeskEngagement,
    DeskOffer,
    QueueChange,
)
from switchboard.routing.relief import (
    ReliefBounds,
    ReliefCondition,
    ReliefEnd,
    ReliefGroup,
    ReliefMatch,
    with_teams,
)
from switchboard.routing.relieved import ReliefHistory, Relieved
from switchboard.routing.requirement_text import (
    Unreadable,
    as_written,
    read_needs,
    renamed,
    with_ids,
    write_needs,
)
from switchboard.routing.requirements import InTeam, Needs, OneAgent, SkillLevel, mentioned, satisfied, together
from switchboard.routing.runner import Routing
from switchboard.routing.strategies import STRATEGIES
from switchboard.routing.telling import Listener, Watcher
from switchboard.routing.watchdog import Watchdog

__all__ = [
    "LONGEST_REST",
    "MOST_MISSES",
    "RESTS",
    "STRATEGIES",
    "AgentChange",
    "Board",
    "BoardAgent",
    "BoardQueue",
    "Change",
    "Configured",
    "Desk",
    "DeskChange",
    "DeskEngagement",
    "DeskOffer",
    "Floors",
    "InTeam",
    "Listener",
    "Needs",
    "NotHis",
    "OneAgent",
    "QueueChange",
    "Queues",
    "ReliefBounds",
    "ReliefCondition",
    "ReliefEnd",
    "ReliefGroup",
    "ReliefHistory",
    "ReliefMatch",
    "Relieved",
    "Routing",
    "SkillLevel",
    "Skills",
    "Standing",
    "Stuck",
    "Unreadable",
    "Watchdog",
    "Watcher",
    "WhyIdle",
    "WhyWaiting",
    "as_written",
    "load_configured",
    "mentioned",
    "read_needs",
    "renamed",
    "satisfied",
    "together",
    "with_ids",
    "with_teams",
    "write_needs",
]
