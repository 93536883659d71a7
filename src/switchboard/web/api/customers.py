"""Who called: a customer and the earlier contacts."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from switchboard.web.access import Administrator, Anyone, DoorsHere
from switchboard.web.fields import Id
from switchboard.web.messages.customers import CustomerChange, CustomerRecord

router: Final = APIRouter(prefix="/api/customers", tags=["customers"])

CustomerId = Annotated[Id, Path()]


@router.get("/{customer}")
async def customer_record(customer: CustomerId, who: Anyone, doors: DoorsHere) -> CustomerRecord:
    return await doors.customers.customer(who, customer)


@router.patch("/{customer}", status_code=204)
async def change_customer(customer: CustomerId, change: CustomerChange, who: Anyone, doors: DoorsHere) -> None:
    """What is left out stays. 409 names the field when `seen` is no longer what is there; then nothing of how he is
    served has changed."""
    await doors.customers.change(who, customer, change)


@router.delete("/{customer}", status_code=204)
async def forget_customer(customer: CustomerId, who: Administrator, doors: DoorsHere) -> None:
    """Forget who this customer is: name, numbers, notes of him and of his contacts, call-backs, recordings. That he
    called, and how it went, stays in the figures. It cannot be undone."""
    await doors.customers.forget(who, customer)
