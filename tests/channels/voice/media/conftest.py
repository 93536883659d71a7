"""An engine with phones around it."""

from collections.abc import Iterator

import pytest

from support.media import Room, room


@pytest.fixture
def studio() -> Iterator[Room]:
    with room() as made:
        yield made
