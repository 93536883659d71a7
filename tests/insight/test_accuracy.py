"""How right estimates were: in bounded memory, once for each stay, and the same after a start from the rows."""

import random

import pytest

from switchboard.conversations.facts import ArrivedContact, VisitFact
from switchboard.conversations.model import ContactEnd, VisitEnd
from switchboard.insight.accuracy import CLASSES, Accuracy, class_of, edges, promised, together
from switchboard.insight.counters import Counters, zone_of
from switchboard.insight.earlier import facts_of
from switchboard.insight.model import Cell, Rule, Rules
from switchboard.measures.days import day_at
from switchboard.routing.events import ContactClosed, ContactRegistered, QueueLeft
from switchboard.routing.model import Expected

SECOND = 1_000_000
NOON = 1_750_000_000 * SECOND
RULES = Rules({"support": Rule("brand")}, {"brand": "UTC"})


def expected(low: int, likely: int, high: int) -> Expected:
    return Expected(low * SECOND, likely * SECOND, high * SECOND)


def test_percentiles_are_right_to_within_their_class():
    choose = random.Random(5)
    errors = sorted(choose.expovariate(1 / 40) for _ in range(5_000))
    accuracy = Accuracy()
    for error in errors:
        accuracy.count(expected(0, 100, 200), round((100 + error) * SECOND))
    shown = accuracy.shown()
    assert shown is not None
    assert shown.p50 == pytest.approx(errors[2_500] * SECOND, rel=0.05)
    assert shown.p90 == pytest.approx(errors[4_500] * SECOND, rel=0.05)
    assert len(accuracy.errors) <= CLASSES + 1


def test_bias_coverage_and_what_was_promised():
    accuracy = Accuracy()
    accuracy.count(expected(50, 100, 150), 100 * SECOND)
    accuracy.count(expected(50, 100, 150), 160 * SECOND)
    accuracy.count(expected(50, 100, 150), 260 * SECOND)
    shown = accuracy.shown()
    assert shown is not None
    assert (shown.measured, shown.within) == (3, pytest.approx(1 / 3))
    # "Two to four minutes" is what they hear: the second was right, the third was longer.
    assert promised(expected(50, 100, 150)) == 240 * SECOND
    assert shown.kept == pytest.approx(2 / 3)
    assert shown.bias == pytest.approx((300 - 520) / 520)
    assert promised(expected(3_000, 4_000, 9_000)) is None
    assert Accuracy().shown() is None


def test_classes_have_no_gaps():
    for error in (0, 999_999, SECOND, 7 * SECOND, 3_600 * SECOND):
        begin, end = edges(class_of(error))
        assert begin <= error < end
    assert class_of(10**12) == CLASSES


def closing(contact: str, how: VisitEnd, after: int, told: Expected | None) -> list[object]:
    return [
        QueueLeft(f"{contact}.v1", contact, "support", how, NOON, 0, told),
        ContactClosed(contact, "brand", "voice", ContactEnd.ANSWERED, NOON),
    ]


def test_live_counting_and_the_rows_give_the_same_and_nothing_counts_twice():
    told = expected(20, 40, 80)
    calls = [
        ("c1", VisitEnd.ANSWERED, 50 * SECOND, told),
        ("c2", VisitEnd.ABANDONED, 10 * SECOND, told),
        ("c3", VisitEnd.ANSWERED, 5 * SECOND, None),
    ]
    live, rows = Counters(RULES), Counters(RULES)
    for contact, how, after, one in calls:
        live.take([ContactRegistered(contact, "brand", "voice", "n1")], NOON)
        left = QueueLeft(f"{contact}.v1", contact, "support", how, NOON, 0, one)
        live.take([left], NOON + after)
        live.take([left], NOON + after)
        parts = (None, None, None) if one is None else one.parts()
        visit = VisitFact(f"{contact}.v1", "support", NOON, NOON + after, how.value, *parts)
        rows.hold(contact, facts_of(ArrivedContact(contact, "brand", NOON, False, [visit], [])))
    for counters in (live, rows):
        found = counters.figure(Cell("support"), NOON).estimates
        assert found is not None
        assert (found.measured, found.gave_up, found.within, found.kept) == (1, 1, 1.0, 1.0)
        assert (found.p50, found.p90) == (pytest.approx(10 * SECOND, rel=0.1),) * 2
        assert counters.figure(Cell("brand"), NOON).estimates is None
    day = day_at(NOON, zone_of("UTC"))
    parts = [one for one in (live.accuracy("brand", day, "support"), rows.accuracy("brand", day, "support")) if one]
    both = together(parts).shown()
    assert both is not None
    assert (both.measured, both.gave_up) == (2, 2)
    live.forget_before(day.until)
    assert live.accuracy("brand", day, "support") is None
