"""Who is there: told exactly when the law of the heartbeat says so, whatever pages come and go."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from switchboard.web.live.attendance import Attendance

LOST, GRACE = 15.0, 5.0
ADA = ("acme", "ada")


def test_a_silent_page_is_lost_after_fifteen_seconds():
    people: Attendance[str] = Attendance(lost=LOST, grace=GRACE)
    assert people.answered(ADA, "tab", 0.0) is True
    assert people.answered(ADA, "tab", 5.0) is False
    assert people.due(19.9) == []
    assert people.silent(19.9) == []
    assert people.silent(20.0) == ["tab"]
    assert people.due(20.0) == [ADA]
    assert people.due(30.0) == []
    assert people.answered(ADA, "tab", 31.0) is True


def test_a_closed_page_is_lost_after_the_grace():
    people: Attendance[str] = Attendance(lost=LOST, grace=GRACE)
    people.answered(ADA, "tab", 0.0)
    people.closed(ADA, "tab", 1.0)
    assert people.due(5.9) == []
    assert people.due(6.0) == [ADA]
    assert len(people) == 0


def test_a_reload_within_the_grace_is_no_absence():
    people: Attendance[str] = Attendance(lost=LOST, grace=GRACE)
    people.answered(ADA, "tab", 0.0)
    people.closed(ADA, "tab", 1.0)
    assert people.answered(ADA, "tab again", 3.0) is False
    assert people.due(17.0) == []


def test_another_page_that_answers_keeps_him_there():
    people: Attendance[str] = Attendance(lost=LOST, grace=GRACE)
    people.answered(ADA, "tab", 0.0)
    people.answered(ADA, "other", 1.0)
    people.closed(ADA, "tab", 2.0)
    people.answered(ADA, "other", 10.0)
    assert people.due(24.9) == []
    assert people.due(25.0) == [ADA]


def test_a_silent_page_wins_no_time_by_closing():
    people: Attendance[str] = Attendance(lost=LOST, grace=GRACE)
    people.answered(ADA, "tab", 0.0)
    people.closed(ADA, "tab", 14.0)
    assert people.due(15.0) == [ADA]


class AnyHistory(RuleBasedStateMachine):
    """The same in the plainest words: remember every answer and every closing, look at all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.people: Attendance[int] = Attendance(lost=LOST, grace=GRACE)
        self.now = 0.0
        self.until: dict[int, float] = {}
        self.closed: set[int] = set()
        self.present = False

    @rule(page=st.integers(0, 3))
    def answers(self, page: int) -> None:
        page += 10 * len([each for each in self.closed if each % 10 == page])
        assert self.people.answered(ADA, page, self.now) is not self.present
        self.present = True
        self.until[page] = self.now + LOST

    @rule(page=st.integers(0, 30))
    def closes(self, page: int) -> None:
        self.people.closed(ADA, page, self.now)
        if page in self.until and page not in self.closed:
            self.closed.add(page)
            self.until[page] = min(self.until[page], self.now + GRACE)

    @rule(seconds=st.sampled_from([0.25, 1.0, 4.0, 5.0, 14.0, 15.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        there = any(until > self.now for until in self.until.values())
        assert self.people.due(self.now) == ([ADA] if self.present and not there else [])
        self.present = self.present and there

    @invariant()
    def agrees(self) -> None:
        assert self.people.present(ADA) is self.present


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
