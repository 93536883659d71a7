"""The door of the room: call-backs.

    callbacks = Callbacks(database, ...)        # see `outbound.callbacks`
    await callbacks.open(organization)

`Callbacks` is the front; `Promises` what one call sees of it; `Telephone` what carries the calls, told how they went
by `Outcome`; `Terms` what a queue's call-backs go by; `CallbackPlaces` which contacts of the past were call-backs.
"""

from switchboard.outbound.callbacks.forgetting import Forgetting
from switchboard.outbound.callbacks.places import CallbackPlaces
from switchboard.outbound.callbacks.service import PUT_OFF, Book, Callbacks, Promises, Telephone, Terms

__all__ = ["PUT_OFF", "Book", "CallbackPlaces", "Callbacks", "Forgetting", "Promises", "Telephone", "Terms"]
