"""Opening hours on the client's clock: weeks, special days, and the two days on which the clock is changed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from support.flow_data import document
from switchboard.flows.decide import start
from switchboard.flows.model import Given, HangUp, Note, SoundEnded, Speak
from switchboard.flows.opening import Opening, OpeningHours, Span, SpecialDay, opening

BERLIN = "Europe/Berlin"
NINE_TO_FIVE = (Span(9 * 60, 17 * 60),)
OFFICE = OpeningHours(
    "office",
    "Office",
    week={**dict.fromkeys(range(5), NINE_TO_FIVE), 5: (Span(9 * 60, 12 * 60), Span(14 * 60, 16 * 60))},
    special=(
        SpecialDay(date(2026, 12, 20), date(2027, 1, 3), "Winter break"),
        SpecialDay(date(2026, 12, 24), date(2026, 12, 24), "Christmas Eve", (Span(9 * 60, 11 * 60),)),
    ),
)


def at(text: str, zone: str = BERLIN, fold: int = 0) -> int:
    """Microseconds of a local time."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1_000_000)


def test_a_week() -> None:
    assert opening(OFFICE, at("2026-11-23T09:00"), BERLIN).open
    assert not opening(OFFICE, at("2026-11-23T08:59:59"), BERLIN).open
    assert opening(OFFICE, at("2026-11-23T16:59:59"), BERLIN).open
    assert not opening(OFFICE, at("2026-11-23T17:00"), BERLIN).open
    assert [opening(OFFICE, at(f"2026-11-28T{hour}:30"), BERLIN).open for hour in ("11", "12", "14")] == [
        True,
        False,
        True,
    ]
    assert not opening(OFFICE, at("2026-11-29T11:00"), BERLIN).open


def test_the_shortest_special_day_counts() -> None:
    assert opening(OFFICE, at("2026-12-24T10:00"), BERLIN) == Opening(True, "Christmas Eve")
    assert opening(OFFICE, at("2026-12-24T11:00"), BERLIN) == Opening(False, "Christmas Eve")
    assert opening(OFFICE, at("2026-12-28T10:00"), BERLIN) == Opening(False, "Winter break")
    assert opening(OFFICE, at("2027-01-04T10:00"), BERLIN) == Opening(True, "")


def test_the_day_is_the_clients() -> None:
    monday_in_auckland = at("2026-11-23T09:30", "Pacific/Auckland")
    assert opening(OFFICE, monday_in_auckland, "Pacific/Auckland").open
    assert not opening(OFFICE, monday_in_auckland, BERLIN).open


def test_hours_of_a_client_keep_their_own_zone() -> None:
    theirs = OpeningHours("office", "Office", OFFICE.week, time_zone="America/New_York")
    assert opening(theirs, at("2026-11-23T09:30", "America/New_York"), BERLIN).open
    assert not opening(theirs, at("2026-11-23T09:30"), BERLIN).open


def test_nine_is_nine_on_the_days_of_a_clock_change() -> None:
    daily = OpeningHours("daily", "Daily", week=dict.fromkeys(range(7), NINE_TO_FIVE))
    for day in ("2026-03-29", "2026-10-25"):
        assert not opening(daily, at(f"{day}T08:59"), BERLIN).open
        assert opening(daily, at(f"{day}T09:00"), BERLIN).open
        assert opening(daily, at(f"{day}T16:59"), BERLIN).open
        assert not opening(daily, at(f"{day}T17:00"), BERLIN).open


def test_an_hour_that_is_there_twice_or_not_at_all() -> None:
    night = OpeningHours("night", "Night", week={6: (Span(2 * 60, 3 * 60),)})
    # In October 2:30 comes twice: open both times, two hours in all. In March it does not come: never open.
    assert opening(night, at("2026-10-25T02:30", fold=0), BERLIN).open
    assert opening(night, at("2026-10-25T02:30", fold=1), BERLIN).open
    before = at("2026-03-29T01:59:59")
    assert not any(opening(night, before + minute * 60_000_000, BERLIN).open for minute in range(180))


def test_a_zone_that_is_not_known_is_utc() -> None:
    assert opening(OFFICE, at("2026-11-23T09:30", "UTC"), "Mars/Olympus").open


@given(st.integers(0, 4_102_444_800_000_000), st.sampled_from([BERLIN, "America/St_Johns", "Asia/Kathmandu", "UTC"]))
def test_open_means_within_a_span_of_the_local_day(now: int, zone: str) -> None:
    local = datetime.fromtimestamp(now // 1_000_000, ZoneInfo(zone))
    within = any(
        span.start <= local.hour * 60 + local.minute < span.end for span in OFFICE.week.get(local.weekday(), ())
    )
    plain = OpeningHours("office", "Office", OFFICE.week)
    assert opening(plain, now, zone).open == within


FLOW = document(
    {"hours": {"hours": "office", "closed": [{"say": {"text": "We are closed."}}, {"hangup": {}}]}},
    {"say": {"text": "Welcome."}},
)


def test_the_step_takes_its_branch_and_notes_the_answer() -> None:
    from switchboard.flows.decide import advance

    night = Given(at("2026-12-24T20:00"), BERLIN, hours={"office": OFFICE})
    run, actions = start(FLOW, night)
    assert actions[0] == Note("hours", "closed, Christmas Eve", "steps[0].hours")
    assert isinstance(actions[1], Speak)
    assert advance(run, SoundEnded(1), night)[1] == (HangUp("out of hours"),)
    run, actions = start(FLOW, Given(at("2026-11-23T10:00"), BERLIN, hours={"office": OFFICE}))
    assert actions[0] == Note("hours", "open", "steps[0].hours")
    assert run.place == "steps[1].say"


def test_hours_that_are_gone_turn_nobody_away() -> None:
    run, _ = start(FLOW, Given(at("2026-12-24T20:00"), BERLIN))
    assert run.place == "steps[1].say"
