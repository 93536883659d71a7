"""What the ledger has of a person goes: his numbers, and what agents wrote of him. That he called, and how it went,
stays and can be counted."""

from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.conversations.store import contact, contact_address, engagement_note, hand_over


def contacts_of(organization: str, client: str, customer: str) -> Select[Any]:
    """The ids of a customer's contacts."""
    return select(contact.c.id).where(
        contact.c.organization == organization, contact.c.client == client, contact.c.customer == customer
    )


async def forget(connection: AsyncConnection, organization: str, client: str, customer: str) -> None:
    """Of all contacts of this customer."""
    his = contacts_of(organization, client, customer)
    await connection.execute(
        delete(contact_address).where(
            contact_address.c.organization == organization,
            contact_address.c.client == client,
            contact_address.c.contact.in_(his),
        )
    )
    await connection.execute(
        update(engagement_note)
        .where(
            engagement_note.c.organization == organization,
            engagement_note.c.client == client,
            engagement_note.c.contact.in_(his),
        )
        .values(note="")
    )
    await connection.execute(
        update(hand_over)
        .where(hand_over.c.organization == organization, hand_over.c.client == client, hand_over.c.contact.in_(his))
        .values(note="")
    )
