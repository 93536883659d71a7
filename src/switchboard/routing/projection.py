"""The Floor's events as rows of the ledger: pure functions, registered with the writer in `app.py`.

    projections = Projections()
    register(projections)

Of one answered call without wrap-up these are ten row changes in three batches.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from switchboard.agents.model import AgentState
from switchboard.agents.service import Span, span_row
from switchboard.conversations.model import WrapUpEnd, arrival_end
from switchboard.conversations.service import ledger
from switchboard.routing import store
from switchboard.routing.events import (
    AgentStateChanged,
    ContactClosed,
    ContactRegistered,
    EngagementClosed,
    EngagementOpened,
    EngagementTalkEnded,
    Offered,
    OfferEnded,
    QueueLeft,
    QueueRefused,
    ReliefBegan,
    ReliefEnded,
)
from switchboard.routing.relief import ReliefGroup
from switchboard.storage import rows
from switchboard.storage.projections import Projections
from switchboard.storage.rows import RowChange

Project: TypeAlias = Callable[[str, Any, int], Iterable[RowChange]]


def _agent_state_changed(organization: str, event: AgentStateChanged, at: int) -> Iterable[RowChange]:
    # A state of no time is not worth a row, and one moment must not give two rows one key.
    if event.before is AgentState.SIGNED_OUT or event.since >= at:
        return ()
    about = (event.contact_before, event.queue_before)
    span = Span(event.before, event.reason_before, event.since, at, *about, event.overran)
    return (span_row(organization, event.agent, span),)


def _contact_registered(organization: str, event: ContactRegistered, at: int) -> Iterable[RowChange]:
    return (
        ledger.contact_arrived(
            organization,
            event.contact,
            client=event.client,
            channel=event.channel,
            customer=event.customer,
            entrance=event.entrance,
            at=at,
        ),
    )


def _contact_closed(organization: str, event: ContactClosed, at: int) -> Iterable[RowChange]:
    end = arrival_end(event.how, visit=event.visit, talked=event.talked, why=event.why)
    return (ledger.contact_closed(organization, event.contact, how=event.how, end=end, why=event.why, at=at),)


def _queue_left(organization: str, event: QueueLeft, at: int) -> Iterable[RowChange]:
    return (
        ledger.visit_ended(
            organization,
            event.visit,
            of_contact=event.contact,
            queue=event.queue,
            priority=event.priority,
            entered=event.entered,
            how=event.how,
            at=at,
            expected=None if event.expected is None else event.expected.parts(),
            paused=event.paused,
            went_on=event.went_on,
        ),
    )


def _queue_refused(organization: str, event: QueueRefused, at: int) -> Iterable[RowChange]:
    return (
        ledger.visit_ended(
            organization,
            event.visit,
            of_contact=event.contact,
            queue=event.queue,
            priority=event.priority,
            entered=at,
            how=event.how,
            at=at,
        ),
    )


def _offered(organization: str, event: Offered, at: int) -> Iterable[RowChange]:
    return (
        ledger.offer_made(
            organization,
            event.offer,
            visit=event.visit,
            of_contact=event.contact,
            queue=event.queue,
            agent=event.agent,
            reach=str(event.reach),
            why=event.why,
            at=at,
        ),
    )


def _offer_ended(organization: str, event: OfferEnded, at: int) -> Iterable[RowChange]:
    return (ledger.offer_ended(organization, event.offer, end=event.end, at=at),)


def _engagement_opened(organization: str, event: EngagementOpened, at: int) -> Iterable[RowChange]:
    return (
        ledger.engagement_opened(
            organization,
            event.engagement,
            of_contact=event.contact,
            agent=event.agent,
            queue=event.queue,
            visit=event.visit,
            from_offer=event.offer,
            role=event.role,
            ring_time=event.ring_time,
            at=at,
        ),
    )


def _talk_ended(organization: str, event: EngagementTalkEnded, at: int) -> Iterable[RowChange]:
    return (
        ledger.talk_ended(
            organization,
            event.engagement,
            by=event.by,
            talk=event.talk,
            hold=event.hold,
            holds=event.holds,
            wraps_up=event.wraps_up,
            at=at,
        ),
    )


def _engagement_closed(organization: str, event: EngagementClosed, at: int) -> Iterable[RowChange]:
    if event.how is WrapUpEnd.NONE:
        # `_talk_ended` has closed the row in the same batch.
        return ()
    return (ledger.engagement_closed(organization, event.engagement, how=event.how, wrap_up=event.wrap_up, at=at),)


def _relief_began(organization: str, event: ReliefBegan, at: int) -> Iterable[RowChange]:
    return (
        rows.insert(
            store.relief,
            organization=organization,
            queue=event.queue,
            began_at=at,
            **_group(event.group),
            because=[one.value for one in event.because],
            waiting=event.waiting,
            longest_wait=event.longest_wait,
            service_level=event.service_level,
        ),
    )


def _relief_ended(organization: str, event: ReliefEnded, at: int) -> Iterable[RowChange]:
    key = {"organization": organization, "queue": event.queue, "began_at": event.began, **_group(event.group)}
    return (rows.update(store.relief, **key, ended_at=at, why_ended=event.why.value),)


def _group(group: ReliefGroup) -> dict[str, str]:
    return {"kind": "queue" if group.team is None else "team", "who": group.team or group.queue or ""}


PROJECTED: Final[Mapping[type, Project]] = {
    AgentStateChanged: _agent_state_changed,
    ContactRegistered: _contact_registered,
    ContactClosed: _contact_closed,
    QueueLeft: _queue_left,
    QueueRefused: _queue_refused,
    Offered: _offered,
    OfferEnded: _offer_ended,
    EngagementOpened: _engagement_opened,
    EngagementTalkEnded: _talk_ended,
    EngagementClosed: _engagement_closed,
    ReliefBegan: _relief_began,
    ReliefEnded: _relief_ended,
}


def register(projections: Projections) -> None:
    """Let the writer keep the ledger with every batch of a Floor."""
    for kind, project in PROJECTED.items():
        projections.on(kind, project)
