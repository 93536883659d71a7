"""What a desk shows, made of what is known. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from switchboard.routing import service as routing
from switchboard.routing.model import Group, Why
from switchboard.web.messages.desk import (
    CustomerRef,
    DeskAgent,
    DeskCallback,
    DeskChoice,
    DeskEngagement,
    DeskOffer,
    DeskState,
    DeskWork,
    Disposition,
    EarlierContact,
    Handed,
    LineTrouble,
    OfferWhy,
    OutcomeShown,
)
from switchboard.web.messages.recordings import ShownRecording
from switchboard.web.rooms.names import Named
from switchboard.web.rooms.sentences import asked, preferred


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as far as a desk shows it. number: E.164. earlier: newest first. steps: what he chose and
    was told in menus, oldest first. handed: who handed him over last."""

    number: str | None
    customer: CustomerRef | None
    earlier: Sequence[EarlierContact]
    steps: Sequence[str]
    callback: DeskCallback | None = None
    handed: Handed | None = None


def shown(
    desk: routing.Desk,
    name: str,
    named: Named,
    *,
    caller: Caller,
    offered: Caller,
    also: Sequence[tuple[routing.DeskEngagement, Caller]],
    draft: tuple[str | None, str],
    muted: bool,
    recording: ShownRecording,
    server_now: int,
    troubles: Sequence[LineTrouble] = (),
) -> DeskState:
    """caller: of the engagement; offered: of the offer; also: whom else he has. draft: disposition and note of the
    engagement."""
    agent = desk.agent
    return DeskState(
        agent=DeskAgent(
            id=agent.id,
            name=name,
            state=agent.state,
            reason=agent.reason,
            since=agent.since,
            until=agent.until,
            then=agent.then,
            next_state=desk.next_state,
            next_reason=desk.next_reason,
            reach=agent.reach,
            reachable=agent.reachable,
            helps=[shown for queue in agent.helps if (shown := named.queue(queue)) is not None],
        ),
        states=choices(named),
        offer=None if desk.offer is None else _offer(desk.offer, named, offered),
        engagement=(
            None
            if desk.engagement is None
            else _engagement(desk.engagement, named, caller, draft, muted, troubles, recording)
        ),
        also=[_work(engagement, of) for engagement, of in also],
        server_now=server_now,
        taken_offer=desk.taken_offer,
    )


def _work(engagement: routing.DeskEngagement, of: Caller) -> DeskWork:
    return DeskWork(
        engagement=engagement.engagement,
        contact=engagement.contact,
        channel=engagement.channel,
        queue_name=engagement.queue_name,
        number=of.number,
        customer_name=None if of.customer is None else of.customer.name,
        state=cast('Literal["talking", "held", "wrap-up"]', engagement.state),
        since=engagement.since,
        silent=engagement.silent,
    )


def choices(named: Named) -> list[DeskChoice]:
    """The state menu: available, and a pause for each reason, or one without when there are none."""
    pauses = [DeskChoice(state="paused", reason=one.key, name=one.name) for one in named.reasons]
    pauses = pauses or [DeskChoice(state="paused", reason=None, name="Pause")]
    return [DeskChoice(state="available", reason=None, name="Available"), *pauses]


def why_shown(why: Why, named: Named) -> OfferWhy:
    """Why an agent got a contact, as page and record show it."""
    return OfferWhy(
        strategy=why.strategy,
        score=why.score,
        others=len(why.runners_up),
        excluded={str(reason): count for reason, count in why.excluded.items()},
        waited=why.waited,
        ringing=why.ringing,
        outcome=_outcome(why),
        because=preferred(why),
        helps=why.helps,
        asks=asked(why.asks, named.skills),
    )


def _outcome(why: Why) -> OutcomeShown | None:
    if (chosen := why.outcome) is None:
        return None
    by_cost = chosen.group in (Group.BEST, Group.NOBODY_TO_EXPLORE) and why.runners_up
    return OutcomeShown(
        version=chosen.version,
        group=chosen.group,
        better_by=why.score - why.runners_up[0].score if by_cost else None,
        handling=chosen.expected.handling,
        resolution=chosen.expected.resolution,
        satisfaction=chosen.expected.satisfaction,
        count=chosen.expected.count,
    )


def _offer(offer: routing.DeskOffer, named: Named, caller: Caller) -> DeskOffer:
    return DeskOffer(
        offer=offer.offer,
        fence=offer.fence,
        contact=offer.contact,
        queue_name=offer.queue_name,
        client_name=named.client(offer.client),
        number=caller.number,
        customer_name=None if caller.customer is None else caller.customer.name,
        steps=list(caller.steps),
        callback=caller.callback,
        earlier=len(caller.earlier),
        handed=caller.handed,
        why=why_shown(offer.why, named),
        made_at=offer.made_at,
        deadline=offer.deadline,
    )


def _engagement(
    engagement: routing.DeskEngagement,
    named: Named,
    caller: Caller,
    draft: tuple[str | None, str],
    muted: bool,
    troubles: Sequence[LineTrouble],
    recording: ShownRecording,
) -> DeskEngagement:
    disposition, note = draft
    queue = named.queues.get(engagement.queue)
    return DeskEngagement(
        engagement=engagement.engagement,
        contact=engagement.contact,
        offer=engagement.offer,
        fence=engagement.fence,
        queue_name=engagement.queue_name,
        client_name=named.client(engagement.client),
        number=caller.number,
        customer=caller.customer,
        state=cast('Literal["talking", "held", "wrap-up"]', engagement.state),
        since=engagement.since,
        started_at=engagement.opened_at,
        ring_time=engagement.ring_time,
        wrap_up_deadline=engagement.wrap_up_deadline,
        dispositions=[Disposition(key=one.key, name=one.name) for one in queue.dispositions] if queue else [],
        disposition=disposition,
        note=note,
        muted=muted,
        steps=list(caller.steps),
        callback=caller.callback,
        troubles=list(troubles),
        recording=recording,
        earlier=list(caller.earlier),
        handed=caller.handed,
        hands_over=engagement.state != "wrap-up" and queue is not None and queue.hand_over is not None,
    )
