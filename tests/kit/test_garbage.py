"""The collector leaves alone what exists when a process has started."""

import gc
from collections.abc import Iterator

import pytest

from switchboard.kit.garbage import OLD, YOUNG, keep_collections_short


@pytest.fixture(autouse=True)
def collector_as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


class Ring:
    """Refers to itself, so that only the collector gives it back."""

    gone = 0

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        Ring.gone += 1


def test_what_exists_is_looked_at_no_more() -> None:
    keep_collections_short()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == YOUNG
    assert gc.get_threshold()[2] == OLD


def test_rings_made_later_are_still_given_back() -> None:
    keep_collections_short()
    Ring.gone = 0
    Ring()
    gc.collect()
    assert Ring.gone == 1
