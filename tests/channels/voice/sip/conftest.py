from collections.abc import Iterator

import pytest

from support.sip_wire import Wire, b2bua


@pytest.fixture(scope="module")
def running() -> Iterator[Wire]:
    with b2bua() as wire:
        yield wire


@pytest.fixture
def wire(running: Wire) -> Iterator[Wire]:
    running.drain()
    yield running
    running.drain()
