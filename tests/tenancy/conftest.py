"""What the tests of tenancy ask for."""

from collections.abc import AsyncIterator

import pytest

from support.tenancy import JumpingClock, tenancy_on
from switchboard.storage.database import Database
from switchboard.tenancy.model import Organization
from switchboard.tenancy.service import Tenancy


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
async def tenancy(database: Database, clock: JumpingClock) -> AsyncIterator[Tenancy]:
    opened = tenancy_on(database, clock, key=b"a key of the node")
    yield opened
    opened.close()


@pytest.fixture
async def acme(tenancy: Tenancy) -> Organization:
    return await tenancy.ensure_organization("acme", "Acme")
