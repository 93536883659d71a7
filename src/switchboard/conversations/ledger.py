"""The rows of the ledger as pure row changes, for whoever projects the Floor's events.

Per call: contact (inserted, closed), step (inserted, only where a customer chose or was told something),
visit (inserted when it ends), offer (inserted, ended), engagement
(inserted, talk ended, how it sounded, and closed by one more change only where there was wrap-up).
"""

from collections.abc import Sequence

import msgspec

from switchboard.conversations.decide import tail_of
from switchboard.conversations.model import (
    ArrivalEnd,
    ContactEnd,
    OfferEnd,
    Refused,
    Role,
    TalkEnd,
    VisitEnd,
    WrapUpEnd,
    arrival_end,
)
from switchboard.conversations.store import (
    contact,
    contact_address,
    contact_step,
    engagement,
    engagement_note,
    hand_over,
    offer,
    queue_visit,
    turned_away,
)
from switchboard.storage import rows
from switchboard.storage.rows import RowChange


def contact_arrived(
    organization: str,
    id: str,  # noqa: A002 - the column's name
    *,
    client: str,
    channel: str,
    customer: str | None,
    entrance: str | None,
    at: int,
) -> RowChange:
    return rows.insert(
        contact,
        organization=organization,
        id=id,
        client=client,
        channel=channel,
        customer=customer,
        entrance=entrance,
        arrived_at=at,
    )


def came_from(organization: str, id: str, *, client: str, kind: str, value: str) -> RowChange:  # noqa: A002
    """Where a contact came from. Personal data: give it to `Routing.command(.., along=[..])`."""
    return rows.insert(
        contact_address,
        organization=organization,
        contact=id,
        kind=kind,
        client=client,
        value=value,
        tail=tail_of(value),
    )


def contact_closed(
    organization: str,
    id: str,  # noqa: A002
    *,
    how: ContactEnd,
    end: ArrivalEnd,
    why: str = "",
    at: int,
) -> RowChange:
    """why: the flow's own word when the flow ended it."""
    return rows.update(
        contact, organization=organization, id=id, closed_at=at, how=str(how), why=why or None, end=str(end)
    )


def step_taken(
    organization: str,
    of_contact: str,
    number: int,
    *,
    client: str,
    at: int,
    flow: str,
    place: str,
    kind: str,
    said: str,
) -> RowChange:
    """What a customer chose or was told in a flow. number: 1 for the contact's first one; see `contact_step`."""
    return rows.insert(
        contact_step,
        organization=organization,
        contact=of_contact,
        number=number,
        client=client,
        at=at,
        flow=flow,
        place=place,
        kind=kind,
        said=said,
    )


def visit_ended(
    organization: str,
    id: str,  # noqa: A002
    *,
    of_contact: str,
    queue: str,
    priority: int,
    entered: int,
    how: VisitEnd,
    at: int,
    expected: tuple[int, int, int] | None = None,
    paused: int = 0,
    went_on: str | None = None,
) -> RowChange:
    """paused: microseconds during which its clock stood still; went_on: why it went on, when it did by itself."""
    low, likely, high = expected or (None, None, None)
    return rows.insert(
        queue_visit,
        organization=organization,
        id=id,
        contact=of_contact,
        queue=queue,
        priority=priority,
        entered_at=entered,
        left_at=at,
        how=str(how),
        expected_low=low,
        expected_likely=likely,
        expected_high=high,
        paused=paused or None,
        went_on=went_on,
    )


def offer_made(
    organization: str,
    number: int,
    *,
    visit: str,
    of_contact: str,
    queue: str,
    agent: str,
    reach: str,
    why: msgspec.Struct,
    at: int,
) -> RowChange:
    return rows.insert(
        offer,
        organization=organization,
        offer=number,
        visit=visit,
        contact=of_contact,
        queue=queue,
        agent=agent,
        reach=reach,
        made_at=at,
        why=why,
    )


def offer_ended(organization: str, number: int, *, end: OfferEnd, at: int) -> RowChange:
    return rows.update(offer, organization=organization, offer=number, ended_at=at, end=str(end))


def engagement_opened(
    organization: str,
    id: str,  # noqa: A002
    *,
    of_contact: str,
    agent: str,
    queue: str,
    visit: str,
    from_offer: int,
    role: Role,
    ring_time: int,
    at: int,
) -> RowChange:
    return rows.insert(
        engagement,
        organization=organization,
        id=id,
        contact=of_contact,
        agent=agent,
        queue=queue,
        visit=visit,
        offer=from_offer,
        role=str(role),
        opened_at=at,
        ring_time=ring_time,
    )


def talk_ended(
    organization: str,
    id: str,  # noqa: A002
    *,
    by: TalkEnd,
    talk: int,
    hold: int,
    holds: int,
    wraps_up: bool,
    at: int,
) -> RowChange:
    """Closes the engagement as well when no wrap-up follows."""
    return rows.update(
        engagement,
        organization=organization,
        id=id,
        talk_ended_at=at,
        ended_by=str(by),
        talk_time=talk,
        hold_time=hold,
        holds=holds,
        closed_at=None if wraps_up else at,
        wrap_up_time=None if wraps_up else 0,
        wrap_up_end=None if wraps_up else WrapUpEnd.NONE.value,
    )


def talk_heard(
    organization: str,
    id: str,  # noqa: A002
    *,
    bad_time: int,
    loss: float,
    jitter: float,
    bad_sides: Sequence[str],
) -> RowChange:
    """How a talk that ends has sounded. loss: share of packets, jitter: seconds, the worst of either side.
    bad_sides: of whom it was bad, `agent` or `caller`."""
    worst = {"loss": loss, "jitter": jitter, "sides": list(bad_sides)}
    return rows.update(engagement, organization=organization, id=id, bad_sound_time=bad_time, sound=worst)


def engagement_closed(
    organization: str,
    id: str,  # noqa: A002
    *,
    how: WrapUpEnd,
    wrap_up: int,
    at: int,
) -> RowChange:
    return rows.update(
        engagement,
        organization=organization,
        id=id,
        closed_at=at,
        wrap_up_time=wrap_up,
        wrap_up_end=str(how),
    )


def noted(
    organization: str,
    of_engagement: str,
    *,
    of_contact: str,
    client: str,
    disposition: str | None,
    note: str,
    by: str,
    at: int,
) -> RowChange:
    """What an agent said about an engagement, for whoever brings many at once; see `Conversations.note`."""
    return rows.upsert(
        engagement_note,
        organization=organization,
        engagement=of_engagement,
        contact=of_contact,
        client=client,
        disposition=disposition,
        note=note,
        by=by,
        at=at,
    )


def handed_over(
    organization: str,
    of_engagement: str,
    *,
    of_contact: str,
    client: str,
    agent: str,
    queue: str,
    to_queue: str,
    note: str,
    at: int,
) -> RowChange:
    """For `Routing.command(.., along=..)`: the words that go with a customer who is handed over. Saying it once more
    of the same talk changes nothing else."""
    return rows.upsert(
        hand_over,
        organization=organization,
        engagement=of_engagement,
        contact=of_contact,
        client=client,
        agent=agent,
        queue=queue,
        to_queue=to_queue,
        note=note,
        at=at,
    )


def refused(
    organization: str,
    id: str,  # noqa: A002
    *,
    client: str,
    channel: str,
    entrance: str | None,
    why: Refused,
    at: int,
) -> RowChange:
    """An arrival that was turned away: it is over before it begins."""
    return rows.insert(
        contact,
        organization=organization,
        id=id,
        client=client,
        channel=channel,
        entrance=entrance,
        arrived_at=at,
        closed_at=at,
        how=ContactEnd.REFUSED.value,
        why=str(why),
        end=arrival_end(ContactEnd.REFUSED, why=why).value,
    )


def refused_too(organization: str, minute: int, *, client: str, why: Refused, source: str, count: int) -> RowChange:
    """Arrivals that were turned away and only counted."""
    return rows.add(
        turned_away,
        organization=organization,
        minute=minute,
        client=client,
        why=str(why),
        source=source,
        count=count,
    )
