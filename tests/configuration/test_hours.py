"""Opening hours in a file: read, refused with line and field, kept, written again, and in force at once."""

from datetime import date
from pathlib import Path

import pytest

from support.configured import configuration_on, rooms_on, sources
from switchboard.configuration.document import read_document
from switchboard.configuration.yaml_text import read_yaml
from switchboard.flows.service import Span, SpecialDay
from switchboard.kit.errors import Invalid
from switchboard.storage.database import Database

HEAD = """organization: {key: acme, name: Acme}
clients: [{key: b, name: B, time_zone: Europe/Berlin, region: DE}]
"""
OFFICE = """hours:
  - key: office
    client: b
    week: {monday: ["09:00-12:00", "13:00 - 17:30"], sunday: []}
    special:
      - {date: 2026-12-24, name: Christmas Eve, open: ["9:00-11:00"]}
      - {first: 2026-12-25, last: 2027-01-01}
"""
NIGHT = "must end after it begins, at 24:00 at the latest; a night is two entries on two days"


def told(text: str) -> list[str]:
    parsed = read_yaml((HEAD + text).encode())
    return [f"{parsed.line(problem.path)}: {problem}" for problem in read_document(parsed)[1]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hours: [{key: h}]", "3: hours.h: the field 'week' is missing"),
        (
            "hours: [{key: h, week: {mondey: []}}]",
            "3: hours.h.week.mondey: there is no such field; did you mean 'monday'?",
        ),
        (
            'hours: [{key: h, week: {monday: ["9-17"]}}]',
            "3: hours.h.week.monday[0]: must be a time such as 09:00-17:00, not '9-17'",
        ),
        (
            'hours: [{key: h, week: {monday: ["22:00-06:00"]}}]',
            "3: hours.h.week.monday[0]: " + NIGHT,
        ),
        (
            'hours: [{key: h, week: {monday: ["09:00-12:00", "11:00-13:00"]}}]',
            "3: hours.h.week.monday[1]: must begin after the one before has ended",
        ),
        (
            "hours: [{key: h, week: {}, special: [{date: tomorrow}]}]",
            "3: hours.h.special[0].date: must be a date such as 2026-12-24, not 'tomorrow'",
        ),
        (
            "hours: [{key: h, week: {}, special: [{first: 2026-12-24}]}]",
            "3: hours.h.special[0].last: the date is missing",
        ),
        (
            "hours: [{key: h, week: {}, special: [{name: x}]}]",
            "3: hours.h.special[0]: give either 'date', or 'first' and 'last'",
        ),
        (
            "hours: [{key: h, week: {}, special: [{first: 2026-12-24, last: 2026-12-23}]}]",
            "3: hours.h.special[0].last: must not be before 'first'",
        ),
    ],
)
def test_faults_are_told_by_line_and_field(text: str, message: str) -> None:
    assert message in told(text)


async def test_hours_are_kept_shared_and_written_again(database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(database, tmp_path)
    flow = """flows:
  - {key: a, steps: [{hours: {hours: office, closed: [hangup]}}]}
  - {key: b, steps: [{hours: {hours: office, open: []}}]}
"""
    applied = await configuration.apply((HEAD + OFFICE + flow).encode(), sources(tmp_path))
    assert applied.organization is not None
    rooms = rooms_on(database, tmp_path)
    hours = (await rooms.flows.catalogue(applied.organization)).hours["office"]
    assert hours.week == {0: (Span(540, 720), Span(780, 1050))}
    assert hours.special == (
        SpecialDay(date(2026, 12, 24), date(2026, 12, 24), "Christmas Eve", (Span(540, 660),)),
        SpecialDay(date(2026, 12, 25), date(2027, 1, 1)),
    )
    exported = await configuration.export(applied.organization)
    assert '"13:00-17:30"' in exported
    again = await configuration.apply(exported.encode(), sources(tmp_path), dry_run=True)
    assert not again.difference


async def test_a_flow_names_hours_that_there_are(database: Database, tmp_path: Path) -> None:
    configuration = configuration_on(database, tmp_path)
    flow = "flows:\n  - {key: a, steps: [{hours: {hours: offize, closed: []}}]}\n"
    with pytest.raises(Invalid, match=r"line 11: flows\.a\.steps\[0\]\.hours\.hours: no hours have the key 'offize'"):
        await configuration.apply((HEAD + OFFICE + flow).encode(), sources(tmp_path))
