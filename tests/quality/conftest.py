"""The room of quality on an empty database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.taped import Quality
from switchboard.storage.database import Database


@pytest.fixture
async def quality(database: Database, tmp_path: Path) -> AsyncIterator[Quality]:
    made = Quality(database, tmp_path / "recordings")
    yield made
    await made.writer.close()
