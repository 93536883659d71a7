"""Who called."""

from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.customers import CustomerChange, CustomerRecord


class CustomersDoor(Protocol):
    async def customer(self, who: Who, customer: str) -> CustomerRecord: ...
    async def change(self, who: Who, customer: str, change: CustomerChange) -> None: ...
    async def forget(self, who: Who, customer: str) -> None: ...
