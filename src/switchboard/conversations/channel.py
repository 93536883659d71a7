"""What a channel can do with the contacts it holds. Routing and flows know nothing more about it.

A channel hears the Floor's events (after they are saved) and carries out those about its own contacts;
what happens at its end it tells the Floor by commands. It never decides who gets whom.
"""

from typing import Protocol


class Channel(Protocol):
    """One way for customers to come in: voice today, chat and mail later."""

    @property
    def name(self) -> str:
        """As it stands in `ContactArrived.channel`, for example "voice"."""
        ...

    def holds(self, contact: str) -> bool:
        """Whether this contact is live here, on this node."""
        ...

    def hang_up(self, contact: str) -> None:
        """End the contact at the customer's side. Idempotent; unknown contacts are ignored."""
        ...
