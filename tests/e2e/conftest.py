"""One organization and a running center for the tests with real phones and browsers."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from support.baresip import Baresip
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving
from support.desk import Desk
from support.telephones import anns_phone, customer

ORGANIZATION = Path(__file__).with_name("organization.yaml")


HOPELESS = 300
"""Seconds after which a test is given up: a machine that is busy with other things may need ten times as long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(HOPELESS))


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the organization was applied to, once."""
    folder = tmp_path_factory.mktemp("organization") / "data"
    subprocess.run(
        [sys.executable, "-m", "switchboard", "apply", str(ORGANIZATION), "--data", str(folder)],
        check=True,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
    )
    return folder


@pytest.fixture
def data(applied: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own that holds the organization."""
    return shutil.copytree(applied, tmp_path / "data")


@pytest.fixture
async def running(data: Path, tmp_path: Path) -> AsyncIterator[Center]:
    """The center, serving that folder."""
    async with center(serving(data), log=tmp_path / "center.log", environment=ENVIRONMENT) as it:
        yield it


@pytest.fixture
async def ann(running: Center) -> AsyncIterator[Desk]:
    """An agent whose calls ring a registered SIP phone."""
    async with Desk(running.ready["web"], "ann", PASSWORD) as desk:
        yield desk


@pytest.fixture
async def ben(running: Center) -> AsyncIterator[Desk]:
    """An agent at the browser."""
    async with Desk(running.ready["web"], "ben", PASSWORD) as desk:
        yield desk


@pytest.fixture
async def boss(running: Center) -> AsyncIterator[Desk]:
    """Administrator and supervisor."""
    async with Desk(running.ready["web"], "boss", PASSWORD) as desk:
        yield desk


@pytest.fixture
async def caller(running: Center, tmp_path: Path) -> AsyncIterator[Baresip]:
    """A customer's softphone that speaks 440 Hz."""
    async with customer(running, tmp_path / "caller") as it:
        yield it


@pytest.fixture
async def desk_phone(running: Center, tmp_path: Path) -> AsyncIterator[Baresip]:
    """Ann's desk phone, A-law, that speaks 1000 Hz."""
    async with anns_phone(running, tmp_path / "desk", codecs="PCMA") as it:
        yield it


@pytest.fixture(scope="module")
def shared_data(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of `shared`."""
    return shutil.copytree(applied, tmp_path_factory.mktemp("shared") / "data")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(shared_data: Path) -> AsyncIterator[Center]:
    """One center for all tests of a module that do not disturb each other."""
    async with center(serving(shared_data), log=shared_data.parent / "center.log", environment=ENVIRONMENT) as it:
        yield it
