"""Patterns of agents: counted exactly as defined, of the days that are asked for."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import AgentState
from switchboard.agents.service import Departure, Span, span_row
from switchboard.conversations.model import Role, TalkEnd, VisitEnd, WrapUpEnd
from switchboard.conversations.service import FirstOffer, ledger
from switchboard.insight.patterns import SOON, comes_later, near
from switchboard.kit.ids import earliest
from switchboard.routing.model import Found, Why
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch

SECOND = 1_000_000
MINUTE = 60 * SECOND


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        yield opened


@pytest.fixture
async def sue(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        yield page


class Day:
    """Rows of yesterday, written as the Floor's projections write them."""

    def __init__(self, center: WebCenter) -> None:
        self._center = center
        self.noon = center.figures.today(center.organization, center.client).since - 720 * MINUTE
        self._rows: list[Any] = []
        self._offers = 0

    def span(self, agent: str, state: AgentState, since: int, until: int) -> None:
        person = self._center.people[agent]
        at = Span(state, "lunch" if state is AgentState.PAUSED else None, self.noon + since, self.noon + until)
        self._rows.append(span_row(self._center.organization, person, at))

    def call(self, at: int, rings: str | None) -> str:
        """A call enters the line; whom it rings at in that moment."""
        organization, queue, when = self._center.organization, self._center.queue, self.noon + at
        contact = f"{earliest(when)}{len(self._rows)}"
        self._rows.append(
            ledger.visit_ended(
                organization,
                f"{contact}.v1",
                of_contact=contact,
                queue=queue,
                priority=0,
                entered=when,
                how=VisitEnd.ANSWERED,
                at=when + 2 * SECOND,
            )
        )
        if rings is not None:
            self._offers -= 1
            self._rows.append(
                ledger.offer_made(
                    organization,
                    self._offers,
                    visit=f"{contact}.v1",
                    of_contact=contact,
                    queue=queue,
                    agent=self._center.people[rings],
                    reach="browser",
                    why=Why("longest idle", Found.AGENT, 1.0),
                    at=when,
                )
            )
        return contact

    def talk(self, agent: str, at: int, talk: int, by: TalkEnd, wrap_up: WrapUpEnd) -> None:
        organization, when = self._center.organization, self.noon + at
        contact = self.call(at, agent)
        self._rows += [
            ledger.engagement_opened(
                organization,
                f"{contact}.e1",
                of_contact=contact,
                agent=self._center.people[agent],
                queue=self._center.queue,
                visit=f"{contact}.v1",
                from_offer=self._offers,
                role=Role.PRIMARY,
                ring_time=0,
                at=when,
            ),
            ledger.talk_ended(
                organization,
                f"{contact}.e1",
                by=by,
                talk=talk,
                hold=0,
                holds=0,
                wraps_up=wrap_up is not WrapUpEnd.NONE,
                at=when + talk,
            ),
        ]
        if wrap_up is not WrapUpEnd.NONE:
            self._rows.append(
                ledger.engagement_closed(organization, f"{contact}.e1", how=wrap_up, wrap_up=SECOND, at=when + talk)
            )

    async def write(self) -> None:
        batch = Batch(self._center.organization, self._center.clock.now(), rows=self._rows)
        await self._center.writer.append(batch)


async def test_talks_hang_ups_and_wrap_ups_are_counted(center: WebCenter, sue: httpx.AsyncClient):
    day = Day(center)
    day.talk("ada", 0, 9 * SECOND, TalkEnd.AGENT, WrapUpEnd.LIMIT)
    day.talk("ada", MINUTE, 10 * SECOND, TalkEnd.CUSTOMER, WrapUpEnd.FINISHED)
    day.talk("ada", 2 * MINUTE, 90 * SECOND, TalkEnd.AGENT, WrapUpEnd.NONE)
    # What was lost is nobody's doing.
    day.talk("ada", 5 * MINUTE, SECOND, TalkEnd.MEDIA_LOST, WrapUpEnd.NONE)
    day.talk("ada", 6 * MINUTE, 30 * SECOND, TalkEnd.HANDED_OVER, WrapUpEnd.FINISHED)
    await day.write()
    answer = await sue.get("/api/board/patterns", params={"days": "yesterday"})
    [row] = answer.json()["agents"]
    assert (row["name"], row["talks"], row["short"], row["hang_ups"]) == ("Ada", 3, 1, 2)
    assert (row["wrap_ups"], row["wrap_up_limits"], row["left_before"]) == (2, 1, 0)
    assert (row["handled"], row["transferred"], row["transfer_rate"]) == (5, 1, 0.2)
    assert (await sue.get("/api/board/patterns", params={"days": "today"})).json()["agents"] == []
    text = (await sue.get("/api/board/patterns.csv", params={"days": "yesterday"})).text
    assert text.splitlines() == [
        "name,talks,short,hang_ups,wrap_ups,wrap_up_limits,left_before,handled,transferred,transfer_rate",
        "Ada,3,1,2,2,1,0,5,1,0.2",
    ]


@pytest.mark.parametrize(
    ("then", "rings", "bob_since", "after", "counted"),
    [
        # Ada would have been before Bob: she has been available for longer.
        (AgentState.PAUSED, "bob", 60, 3, 1),
        # She signed out, and the call had to wait.
        (None, None, 0, 5, 1),
        # It would have been Bob's in any case.
        (AgentState.PAUSED, "bob", -60, 3, 0),
        # Later than that nobody can know of it.
        (AgentState.PAUSED, "bob", 60, 6, 0),
        # She was offered a call: that is no leaving.
        (AgentState.OFFERED, "bob", 60, 3, 0),
    ],
)
async def test_leaving_just_before_a_call_counts_for_the_one_whose_turn_it_was(
    center: WebCenter,
    sue: httpx.AsyncClient,
    then: AgentState | None,
    rings: str | None,
    bob_since: int,
    after: int,
    counted: int,
):
    day, left = Day(center), 300
    day.span("ada", AgentState.AVAILABLE, 0, left * SECOND)
    if then is not None:
        day.span("ada", then, left * SECOND, (left + 60) * SECOND)
    if rings is not None:
        day.span("bob", AgentState.AVAILABLE, bob_since * SECOND, (left + after) * SECOND)
    day.call((left + after) * SECOND, rings)
    await day.write()
    answer = await sue.get("/api/board/patterns", params={"days": "yesterday"})
    assert [row["left_before"] for row in answer.json()["agents"]] == [1] * counted


def test_only_queues_that_he_serves_and_only_others_count():
    gone = Departure("ada", 0, 100)
    serving = {"ada": ("support",)}
    calls = [
        FirstOffer("c1", "sales", 100, None),
        FirstOffer("c2", "support", 99, None),
        FirstOffer("c3", "support", 100 + SOON, "bob"),
        FirstOffer("c4", "support", 100, "ada"),
    ]
    assert [offer.contact for _, offer in near([gone], calls, serving)] == ["c3"]
    assert comes_later(gone, None)
    assert not comes_later(gone, 0)


async def test_who_may_not_watch_the_board_sees_no_patterns(center: WebCenter):
    async with browser(center.app()) as ada:
        await sign_in(ada, "ada")
        assert (await ada.get("/api/board/patterns")).status_code == 403
        assert (await ada.get("/api/board/patterns.csv")).status_code == 403
