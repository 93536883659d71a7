"""The routes under `/api`, one file per subject; each says who may use it and asks its door."""

from typing import Final

from fastapi import APIRouter

from switchboard.web.api import (
    account,
    administration,
    audit,
    board,
    callbacks,
    configuration,
    contacts,
    customers,
    days,
    desk,
    emergency,
    explaining,
    feed,
    flows,
    lists,
    operation,
    people,
    phones,
    reconciliation,
    recordings,
    session,
    sounds,
    trunks,
    try_it,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    session.router,
    account.router,
    people.router,
    phones.router,
    audit.router,
    desk.router,
    board.router,
    explaining.router,
    contacts.router,
    customers.router,
    callbacks.router,
    recordings.router,
    reconciliation.router,
    days.router,
    lists.router,
    administration.router,
    flows.router,
    trunks.router,
    configuration.router,
    sounds.router,
    emergency.router,
    try_it.router,
    feed.router,
    operation.router,
)
