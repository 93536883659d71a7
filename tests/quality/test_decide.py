"""Which talks are recorded, and who may hear them."""

import dataclasses

import pytest

from switchboard.quality.decide import is_chosen, is_low, may_listen
from switchboard.quality.model import RecordingLine, RecordingState

LINE = RecordingLine("rec", "brand", "con", "eng", "q", "ann", RecordingState.KEPT, 0, 1, 8_000, "x", False, 9)


@pytest.mark.parametrize("share", [1, 10, 50, 99])
def test_a_share_of_all_contacts_is_chosen_and_always_the_same(share: int) -> None:
    contacts = [f"01jd8v0k3n5zq8r4w1c7x{number:05}" for number in range(10_000)]
    chosen = {contact for contact in contacts if is_chosen(contact, share)}
    assert len(chosen) / 100 == pytest.approx(share, abs=1.5)
    assert chosen == {contact for contact in contacts if is_chosen(contact, share)}


def test_a_hundred_per_cent_are_all() -> None:
    assert all(is_chosen(f"contact {number}", 100) for number in range(1_000))


def test_who_may_listen() -> None:
    theirs = dataclasses.replace(LINE, agent_may_listen=True)
    assert may_listen({"supervisor"}, "sue", LINE)
    assert may_listen({"administrator", "agent"}, "adam", LINE)
    assert not may_listen({"agent"}, "ann", LINE)
    assert may_listen({"agent"}, "ann", theirs)
    assert not may_listen({"agent"}, "bob", theirs)


def test_recording_comes_back_only_when_there_is_clearly_room() -> None:
    assert is_low(99, 100, was_low=False)
    assert not is_low(100, 100, was_low=False)
    assert is_low(105, 100, was_low=True)
    assert not is_low(111, 100, was_low=True)
