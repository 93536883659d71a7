"""What the Floor says of a contact or an agent, as sentences. Pure.

names: of agents by id. text: what is needed, as people write it.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from switchboard.conversations.model import VisitEnd
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Asks, Exclusion, PauseEnd, Preference, Reason, Why
from switchboard.routing.service import Needs, NotHis, ReliefCondition, ReliefGroup, WhyIdle, WhyWaiting

Text = Callable[[Needs], str]

NAMED: Final = 5
"""So many agents are called by name."""

_STOPPED: Final[Mapping[Exclusion, str]] = {
    Exclusion.SIGNED_OUT: "signed out",
    Exclusion.PAUSED: "on a pause",
    Exclusion.OFFERED: "being rung",
    Exclusion.ENGAGED: "on a call",
    Exclusion.WRAP_UP: "in wrap-up",
    Exclusion.DELAYED: "resting after a call that did not come about",
    Exclusion.NOT_RESPONDING: "not responding",
    Exclusion.NOT_REACHABLE: "available, but not connected by page or phone",
    Exclusion.AT_CAPACITY: "at capacity for this channel",
    Exclusion.OTHER_CHANNEL: "not taking this channel",
}


_SENT_ON: Final[Mapping[Reason, str]] = {
    Reason.FULL: "that line was full",
    Reason.MAX_WAIT: "it had waited there as long as it may",
    Reason.NOBODY: "nobody who could take it was signed in there",
    Reason.CLOSED: "that queue was closed",
}


WENT_ON: Final[Mapping[PauseEnd, str]] = {
    PauseEnd.UNTIL: "the time had come until which it was stopped",
    PauseEnd.LONGEST: "it had stood still as long as the queue allows",
}


def of_contact(
    why: WhyWaiting,
    names: Mapping[str, str],
    text: Text,
    now: int,
    queues: Callable[[str], str] = lambda queue: queue,
    skills: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """Where it stands, what it needs, who could take it and what stops them, what comes next. queues, skills: name by
    id."""
    could = {agent: stop for agent, stop in why.stops.items() if stop is not Exclusion.LACKS_SKILL}
    lacking = len(why.stops) - len(could)
    said = [_place(why, names), *_chosen(why.chosen, names), *_came(why, queues), *_due(why, now)]
    if why.needs is not None:
        part = f" (step {why.step + 1} of {why.steps})" if why.step < why.steps else ""
        said.append(f"It needs {text(why.needs)}{part}.")
    if asks := asked(why.asks, skills):
        said.append(f"As set for this customer: {', '.join(asks)}.")
    present = {agent: stop for agent, stop in could.items() if stop is not Exclusion.SIGNED_OUT}
    if present:
        said.append(f"{_agents(len(present))} could take it: {_who(present, names)}.")
    elif not why.offered_to:
        said.append("Nobody who is signed in could take it.")
    if away := len(could) - len(present):
        said.append(f"{_agents(away)} who could {'is' if away == 1 else 'are'} signed out.")
    if lacking:
        without = sorted(names.get(agent) or "somebody" for agent in why.stops if agent not in could)
        verb = "is" if lacking == 1 else "are"
        said.append(f"{_agents(lacking)} of the queue {verb} not what it needs: {_some(without)}.")
    return said + _next(why, text, now, queues)


def asked(asks: Asks | None, skills: Mapping[str, str]) -> list[str]:
    """What was set for a customer. skills: names by id."""
    if asks is None:
        return []
    levels = [f"{skills.get(one.skill) or one.skill} {one.level}" for one in asks.requirements]
    return [*levels, f"priority {asks.priority}"] if asks.priority else levels


_PREFERRED: Final[Mapping[str, str]] = {
    Preference.LAST_AGENT: "Preferred: he talked to this customer last",
    Preference.PERSONAL_AGENT: "Preferred: he looks after this customer",
    Preference.BRANCH: "Preferred: he is of this customer's branch",
}


def preferred(why: Why) -> str:
    """Why the chosen agent is preferred for this customer; empty when he is not."""
    return _PREFERRED.get(why.because, "")


def _place(why: WhyWaiting, names: Mapping[str, str]) -> str:
    if len(why.offered_to) > 1:
        return f"It rings at {_agents(len(why.offered_to))}, and the first who answers has it."
    if why.offered_to:
        return f"It rings at {names.get(why.offered_to[0]) or 'an agent'}."
    return "It is the next in line." if why.position == 0 else f"{why.position} before it in line."


def _came(why: WhyWaiting, queues: Callable[[str], str]) -> list[str]:
    """Which queue has sent it on, and why."""
    if why.came_from is None or why.came_why is None:
        return []
    return [f"It came from {queues(why.came_from) or 'a queue that is gone'}: {_SENT_ON[why.came_why]}."]


def _due(why: WhyWaiting, now: int) -> list[str]:
    """When it shall be done, and whether its time stands still."""
    clock = why.clock
    if clock is None:
        return []
    said = []
    if (at := clock.due_at(now)) is not None:
        said.append(f"It is due in {span_text(at - now)}." if at >= now else f"It is overdue by {span_text(now - at)}.")
    paused = clock.paused + (0 if clock.since is None else now - clock.since)
    if paused > 0:
        said.append(f"Its clock has stood still for {span_text(paused)}.")
    if clock.ended is not None:
        said.append(f"Its clock went on by itself: {WENT_ON[clock.ended]}.")
    if clock.held:
        said.append("It is offered to nobody until its clock goes on.")
    if why.goes_on_at is not None:
        said.append(f"Its clock goes on by itself in {span_text(why.goes_on_at - now)} at the latest.")
    return said


def _chosen(why: Why | None, names: Mapping[str, str]) -> list[str]:
    """By what the agent at whom it rings was chosen, and before whom."""
    if why is None or why.ringing > 1:
        return []
    before = [names.get(one.agent) or "somebody" for one in why.runners_up]
    others = f", before {_some(before)}" if before else ": nobody else was free for it"
    return [f"Chosen by {why.strategy}{others}.", *([f"{because}."] if (because := preferred(why)) else [])]


def _who(stopped: Mapping[str, Exclusion], names: Mapping[str, str]) -> str:
    people = sorted((names.get(agent) or "somebody", _STOPPED[stop]) for agent, stop in stopped.items())
    return _some([f"{name} ({stop})" for name, stop in people])


def _some(named: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    told = ", ".join(named[:NAMED])
    return told if len(named) <= NAMED else f"{told} and {len(named) - NAMED} more"


def _next(why: WhyWaiting, text: Text, now: int, queues: Callable[[str], str]) -> list[str]:
    said = []
    if why.until is not None:
        said.append(f"In {span_text(why.until - now)} also {_whoever(why.then, text)} may take it.")
        said += [f"{span_text(after)} after that, also {_whoever(needs, text)}." for after, needs in why.later]
    if why.leave_at is not None:
        to = "" if why.overflow is None else f", for {queues(why.overflow)} if that queue takes it"
        said.append(f"It leaves the line in {span_text(why.leave_at - now)} at the latest{to}.")
    return said


def _whoever(needs: Needs | None, text: Text) -> str:
    return "anyone of the queue" if needs is None else f"whoever is {text(needs)}"


_LEFT: Final[Mapping[VisitEnd, str]] = {
    VisitEnd.ABANDONED: "The caller gave up",
    VisitEnd.ABANDONED_WHILE_OFFERED: "The caller gave up while it rang",
    VisitEnd.MAX_WAIT: "It waited as long as it may and was sent on",
    VisitEnd.NOBODY_SIGNED_IN: "It was sent on: nobody is signed in",
    VisitEnd.QUEUE_CLOSED: "It was sent on: the queue was closed",
    VisitEnd.OVERFLOWED_MAX_WAIT: "It waited as long as it may, and another queue has it",
    VisitEnd.OVERFLOWED_NOBODY: "Nobody is signed in, and another queue has it",
    VisitEnd.OVERFLOWED_CLOSED: "The queue was closed, and another has it",
    VisitEnd.BROKE_OUT: "The caller left the line by a key",
    VisitEnd.FINISHED: "Its flow took it out of line",
    VisitEnd.MEDIA_LOST: "The sound was lost",
    VisitEnd.SIGNALLING_LOST: "The connection was lost",
}


def of_departure(how: VisitEnd, answered_by: str | None, waited: int) -> str:
    """What became of a contact that is in line no more. waited: microseconds."""
    if how is VisitEnd.ANSWERED:
        return f"Answered by {answered_by or 'an agent'} after {span_text(waited)}."
    return f"{_LEFT.get(how, 'It left the line')}, after {span_text(waited)}."


def of_agent(why: WhyIdle, name: str, queues: Callable[[str], str], text: Text, now: int) -> list[str]:
    """What keeps this agent from calls, what waits, and why it is not his."""
    said = [f"{name} is free for the next call."] if why.stopped is None else [_stopped(why, name, now)]
    said += [_but_for_that(one, name, queues(one.queue)) for one in why.his]
    for one in why.lacking:
        needs = "" if one.needs is None else text(one.needs)
        verb = _verb(one, "needs", "need")
        said.append(f"{_wait(one)} in {queues(one.queue)} and {verb} {needs}, which {name} is not.")
    if why.elsewhere:
        others = ", ".join(f"{queues(one.queue)} ({one.waiting})" for one in why.elsewhere)
        said.append(f"Calls wait in queues that {name} does not serve: {others}.")
    if not (why.his or why.lacking or why.elsewhere):
        said.append("No call waits anywhere.")
    return said


def _but_for_that(one: NotHis, name: str, queue: str) -> str:
    if one.full is None:
        return f"But for that {name} could take {_calls(one)} in {queue}."
    return f"{_wait(one)} in {queue}; just now {name} is {_STOPPED[one.full]}."


def _stopped(why: WhyIdle, name: str, now: int) -> str:
    assert why.stopped is not None
    until = "" if why.until is None else f", for {span_text(why.until - now)} at most"
    return f"{name} gets no call: {_STOPPED[why.stopped]}{until}."


def _calls(one: NotHis) -> str:
    return "the call that waits" if one.waiting == 1 else f"{one.waiting} calls that wait"


def _wait(one: NotHis) -> str:
    return "1 call waits" if one.waiting == 1 else f"{one.waiting} calls wait"


def _verb(one: NotHis, single: str, several: str) -> str:
    return single if one.waiting == 1 else several


def _agents(count: int) -> str:
    return "1 agent" if count == 1 else f"{count} agents"


def span_text(micros: int) -> str:
    """A length of time as people say it."""
    seconds = max(round(micros / MICROSECONDS), 0)
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7_200 else _hours(seconds)


def _hours(seconds: int) -> str:
    """Of what takes long: work that may wait, a clock that stands still."""
    return f"{round(seconds / 3_600)} h" if seconds < 48 * 3_600 else f"{round(seconds / 86_400)} days"


def group_named(group: ReliefGroup, teams: Mapping[str, str], queue: Callable[[str], str | None]) -> str:
    """Who helps, by name."""
    if group.team is not None:
        return teams.get(group.team) or "a team"
    return f"agents of {queue(group.queue or '') or 'another queue'}"


def of_relief(because: Sequence[str], waiting: int, longest_wait: int, service_level: int | None) -> str:
    """What led to it that others help, behind "because"."""
    words = {
        ReliefCondition.WAITING: "1 waits" if waiting == 1 else f"{waiting} wait",
        ReliefCondition.LONGEST_WAIT: f"the first in line has waited {span_text(longest_wait)}",
        ReliefCondition.SERVICE_LEVEL: f"the service level is {service_level} %",
        ReliefCondition.TIME: "it is the time of day for it",
    }
    return " and ".join(words[ReliefCondition(one)] for one in because)


def in_names(
    skills: Mapping[str, str], teams: Mapping[str, str], agents: Mapping[str, str]
) -> Callable[[str, str], str]:
    """What `write_needs` calls skills, teams and agents by."""
    known: Mapping[str, Mapping[str, str]] = {"skill": skills, "team": teams, "agent": agents}
    return lambda kind, id_: known[kind].get(id_) or id_
