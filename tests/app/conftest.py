"""Whole centers in this process are slow to start, so each test gets only what it needs of one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from switchboard.app.rooms import Rooms
from switchboard.kit.clock import SystemClock
from switchboard.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", web_port=0, sip_port=0, media_workers=1, drain_seconds=0)


@pytest.fixture
async def rooms(settings: Settings) -> AsyncIterator[Rooms]:
    opened = await Rooms.open(settings, SystemClock())
    yield opened
    await opened.close()
