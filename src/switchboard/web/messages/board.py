"""The line, the people and the figures of the day, live."""

from typing import Final

from pydantic import Field

from switchboard.agents.model import AgentState
from switchboard.measures.days import Period
from switchboard.web.fields import Answer, Asked, Id
from switchboard.web.messages.desk import LineTrouble
from switchboard.web.messages.explaining import StuckThing

WHOLE: Final = "whole"
"""Id of the figures of everything."""


class BoardFilter(Asked):
    """What a page looks at; null leaves that side open. All are ids."""

    client: Id | None = None
    queue: Id | None = None
    team: Id | None = None
    days: Period = Period.TODAY
    """Whose days' figures: each client's today, yesterday, or the week from Monday up to today."""


class BoardLimits(Answer):
    """From where on a figure asks for attention, and from where on it is an alarm; null: never."""

    warn: int | None
    alarm: int | None


class BoardTargets(Answer):
    """How a queue's figures are judged."""

    level: int
    """Percent of contacts that shall be served in time."""
    waiting: BoardLimits
    """Contacts; more is worse."""
    longest_wait: BoardLimits
    """Microseconds; more is worse."""
    service_level: BoardLimits
    """Percent; less is worse."""


class BoardRelief(Answer):
    """A group that helps in a queue just now."""

    name: str
    """The team's name, or `agents of` the queue that they are of."""
    since: int
    because: str
    """What led to it, in words: `12 wait`."""


class BoardQueue(Answer):
    id: str
    name: str
    client: str
    client_id: str
    waiting: int
    """In line, those being offered included; not those whose clock stands still."""
    paused: int
    """In line with a clock that stands still: offered to nobody until it goes on."""
    due: list[int]
    """Where work is done by when it is due: when the first 50 who wait for an agent are, the earliest first. What is
    past is overdue."""
    longest_since: int | None
    """Since when the longest waiting contact waits; null when nobody does."""
    offered: int
    signed_in: int
    available: int
    targets: BoardTargets
    relief: list[BoardRelief] = Field(default_factory=list)
    """Who helps here just now; signed_in and available count them as well."""


class BoardAgent(Answer):
    id: str
    name: str
    state: AgentState
    reason: str | None
    """The name of the reason while paused."""
    since: int
    longest: int | None
    """How long he should be in this state at most, in microseconds: by the reason of his pause."""
    until: int | None
    """When his pause ends by itself, and what comes then; null when it only is marked as overdue."""
    then: AgentState | None
    reachable: bool
    """Whether an offer could ring at him now; somebody available who is not gets none."""
    queue: str | None
    """The name of the queue whose contact he has."""
    contact: str | None
    """The contact he has: rings with, talks to or writes the record of."""
    team: str | None
    """Id of his team."""
    queues: list[str]
    """Ids of the queues that he serves."""
    helps: list[str] = Field(default_factory=list)
    """Ids of the queues in which his team, or that of another queue, helps just now."""
    troubles: list[LineTrouble] = Field(default_factory=list)
    """What is wrong with his talk just now."""


class BoardEstimates(Answer):
    """How right the estimated waits were, worked out as each entered the line; of those who were answered."""

    measured: int
    p50: int
    """Half of the estimates were off by no more than this, in microseconds."""
    p90: int
    """Nine of ten were."""
    bias: float | None
    """(estimates - waits) / waits: above 0 when estimates were too long; null when nobody waited."""
    within: float
    """Share, 0 to 1, whose wait lay between the lower and the upper end of the estimate."""
    kept: float
    """Share who waited no longer than the announcement of it would have said."""
    gave_up: int
    """With an estimate, but not answered: they are in none of the other figures."""


class BoardFigures(Answer):
    """What came of the contacts that arrived on these days, by their client's calendar. With a team in the filter:
    only what its agents answered."""

    id: str
    """`whole`, or the id of a client or a queue."""
    since: int | None
    """The bounds of the day or days, `until` not included; null where clients have different days."""
    until: int | None
    offered: int
    """Stood in line and have left it: answered, abandoned or other. Who still waits is not in it yet."""
    answered: int
    abandoned: int
    other: int
    """Left the line otherwise: the maximum wait, nobody signed in, by a key."""
    full: int
    """The line was full and they never stood in it: offered does not count them."""
    overflowed_out: int
    """A queue here sent them on to another."""
    overflowed_in: int
    """Came so from another queue."""
    service_level: float | None
    """0 to 1; null when there is nothing to measure."""
    formula: str
    """Name and version of the service level's formula."""
    formula_text: str
    threshold: int | None
    """T of the formula; null where queues have different ones."""
    asa: int | None
    """Average speed of answer: mean time in line of those answered."""
    aht: int | None
    """Average handle time: mean of talk, hold and wrap-up."""
    handled: int
    """Agents' work on contacts that is done."""
    transferred: int
    """Of the handled: handed over to another queue."""
    transfer_rate: float | None
    """transferred / handled, 0 to 1; null when nothing was handled."""
    longest_wait: int
    """The longest time that anybody stood in line who has left it."""
    estimates: BoardEstimates | None = None
    """Of a queue; null when nobody was answered who had an estimate."""


class Board(Answer):
    """The order of rows carries no meaning."""

    queues: list[BoardQueue]
    agents: list[BoardAgent]
    figures: list[BoardFigures]
    stuck: list[StuckThing] = Field(default_factory=list)
    """What nobody will ever end, whatever the filter: a fault to be dealt with at once. Else empty."""
    filter: BoardFilter
    server_now: int


class BoardChoice(Answer):
    id: str
    name: str
    client: str | None = None
    """The client's id, of a queue."""


class BoardChoices(Answer):
    """What a board can be narrowed to."""

    clients: list[BoardChoice]
    queues: list[BoardChoice]
    teams: list[BoardChoice]


class BoardPause(Answer):
    reason: str
    """Its name."""
    time: int


class BoardAgentTimes(Answer):
    """How an agent spent these days, in microseconds. All parts but `signed_in` add up to it."""

    id: str
    name: str
    signed_in: int
    available: int
    ringing: int
    talk: int
    hold: int
    """As far as talks have ended; a hold that still lasts is in `talk`."""
    wrap_up: int
    delayed: int
    not_responding: int
    pauses: list[BoardPause]


class BoardTimes(Answer):
    """Whoever was signed in, by name; up to `server_now`."""

    since: int
    until: int
    agents: list[BoardAgentTimes]
    server_now: int


class BoardPattern(Answer):
    """What a supervisor may want to look at, of one agent and these days; counts of talks unless said otherwise."""

    id: str
    name: str
    talks: int
    """Ended by the customer or by the agent."""
    short: int
    """Of them shorter than ten seconds, time on hold included."""
    hang_ups: int
    """Of them ended by the agent."""
    wrap_ups: int
    """Of them followed by wrap-up."""
    wrap_up_limits: int
    """Of these, ended by the limit and not by the agent."""
    left_before: int
    """Times that the agent left available less than five seconds before a call that would have been the agent's."""
    handled: int
    """Contacts on which the agent's work is done, however the talk ended."""
    transferred: int
    """Of the handled: handed over to another queue."""
    transfer_rate: float | None
    """transferred / handled, 0 to 1; null when nothing was handled."""


class BoardPatterns(Answer):
    """Whoever had a talk or left before a call, by name."""

    since: int
    until: int
    agents: list[BoardPattern]


class BoardEnd(Answer):
    end: str
    """What became of them, as in a contact's `end`."""
    count: int


class BoardEntrance(Answer):
    entrance: str | None
    """What was dialled; null where it is not known."""
    client: str
    client_id: str
    since: int
    """The bounds of the days, `until` not included, by the client's calendar."""
    until: int
    arrived: int
    """All that came in: `ends` and those that go on."""
    going_on: int
    ends: list[BoardEnd]
    """The most frequent ones first."""


class BoardEntrances(Answer):
    """The most dialled first."""

    entrances: list[BoardEntrance]
