"""When a call-back is due, and what follows an attempt. No clock, no table, no line.

Nobody is called outside the client's hours for calls, nor more often than the rule allows, whatever happens; and every
answer says when to look again at the latest, so that nothing is forgotten.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from switchboard.kit.clock import MICROSECONDS
from switchboard.outbound.callbacks.model import (
    ASKED_LIMIT,
    CALLING_LIMIT,
    LINE_GRACE,
    Callback,
    CallbackState,
    Outcome,
    Terms,
)
from switchboard.routing.model import CallbackMode, CallbackRule
from switchboard.routing.service import Standing

LOOK: Final = 15 * MICROSECONDS
"""How often one is looked at that waits for the Floor, which usually says itself that something has changed."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do before `until`, unless something happens."""

    until: int


@dataclass(frozen=True, slots=True)
class StandInLine:
    """Put it in line, where it may stay until `until`."""

    until: int


@dataclass(frozen=True, slots=True)
class CallCustomer:
    """Dial the customer: his turn is near."""


@dataclass(frozen=True, slots=True)
class Become:
    """It is in this state now: its deadline has passed, or its rule says so."""

    state: CallbackState


Step = Rest | StandInLine | CallCustomer | Become


def next_step(one: Callback, terms: Terms | None, standing: Standing | None, now: int) -> Step:
    """What is to be done about an open call-back. terms: None when its queue calls nobody back any more. standing: how
    it would stand in line now; None when there is no such queue."""
    match one.state:
        case CallbackState.ASKED:
            return _by_deadline(one.since + ASKED_LIMIT, now)
        case CallbackState.CALLING:
            return _by_deadline(one.since + CALLING_LIMIT, now)
        case CallbackState.IN_LINE:
            closes = one.until if terms is None else min(_closes(terms, one.since), one.until)
            return _by_deadline(closes + LINE_GRACE, now)
        case CallbackState.WAITING:
            return _waiting(one, terms, standing, now)
    raise ValueError(f"a call-back that is {one.state} is over")


def _by_deadline(deadline: int, now: int) -> Step:
    return Rest(deadline) if now < deadline else Become(CallbackState.WAITING)


def _waiting(one: Callback, terms: Terms | None, standing: Standing | None, now: int) -> Step:
    if terms is None:
        return Become(CallbackState.CANCELLED)
    if one.attempts >= terms.rule.attempts:
        return Become(CallbackState.FAILED)
    if now >= one.until:
        return Become(CallbackState.EXPIRED)
    opens = opens_at(terms, max(now, one.not_before, one.next_at))
    if opens > now:
        return Rest(min(opens, one.until))
    look = min(now + LOOK, one.until)
    if standing is None or standing.agents == 0:
        # Nobody could take it: it would only leave the line again.
        return Rest(look)
    if terms.rule.mode is CallbackMode.AGENT_FIRST:
        return StandInLine(min(_closes(terms, now), one.until))
    return CallCustomer() if _near(standing, terms.rule) else Rest(look)


def _near(standing: Standing, rule: CallbackRule) -> bool:
    """Whether he is the next one, or his turn comes within the time that it takes to reach him."""
    if standing.ahead == 0:
        # Later, and somebody who came after him would be taken first.
        return True
    return standing.likely is not None and standing.likely * MICROSECONDS <= rule.lead


def may_call(one: Callback, terms: Terms | None, now: int) -> bool:
    """Whether the customer may be dialled at this moment: asked once more before every single attempt."""
    if terms is None or one.number is None or one.attempts >= terms.rule.attempts or now >= one.until:
        return False
    return opens_at(terms, now) == now


def after(one: Callback, outcome: Outcome, terms: Terms | None, now: int) -> Callback:
    """The call-back after an attempt, or after it left the line without one."""
    if outcome is Outcome.NOT_TRIED:
        back = CallbackState.WAITING if one.state in {CallbackState.IN_LINE, CallbackState.CALLING} else one.state
        return replace(one, state=back, contact=None, since=now)
    if outcome is Outcome.TALKED:
        return replace(one, state=CallbackState.DONE, outcome=outcome, since=now)
    failed = terms is None or one.attempts >= terms.rule.attempts
    pause = 0 if terms is None else terms.rule.pause
    state = CallbackState.FAILED if failed else CallbackState.WAITING
    return replace(one, state=state, outcome=outcome, contact=None, since=now, next_at=now + pause)


# -- the client's hours for calls


def opens_at(terms: Terms, at: int) -> int:
    """The first moment from `at` on at which the customer may be called."""
    zone, local = _local(terms, at)
    minute = local.hour * 60 + local.minute
    if terms.rule.first <= minute < terms.rule.last:
        return at
    day = local.date() if minute < terms.rule.first else local.date() + timedelta(days=1)
    opens = _moment(datetime.combine(day, _time(terms.rule.first), zone))
    # On the day of a clock change that minute may not exist: the next one that does is later, never earlier.
    return max(opens, at + MICROSECONDS)


def hours(terms: Terms) -> str:
    """The hours for calls in words: "8:00 to 20:00 (Europe/Berlin)"."""
    first, last = (f"{minutes // 60}:{minutes % 60:02}" for minutes in (terms.rule.first, terms.rule.last))
    return f"{first} to {last} ({terms.time_zone})"


def _closes(terms: Terms, at: int) -> int:
    """When the hours for calls end that hold `at`; `at` itself when none do."""
    zone, local = _local(terms, at)
    if not terms.rule.first <= local.hour * 60 + local.minute < terms.rule.last:
        return at
    if terms.rule.last == 24 * 60:
        return _moment(datetime.combine(local.date() + timedelta(days=1), time(), zone))
    return _moment(datetime.combine(local.date(), _time(terms.rule.last), zone))


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _local(terms: Terms, at: int) -> tuple[ZoneInfo, datetime]:
    try:
        zone = ZoneInfo(terms.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return zone, (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


def _moment(local: datetime) -> int:
    return (local.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
