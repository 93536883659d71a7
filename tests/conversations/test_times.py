"""Whatever happened, times add up: a contact's parts, an agent's states; and every arrival has one end."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.floor import Centre
from support.histories import centre_of, histories, play
from switchboard.agents.decide import Span, day
from switchboard.agents.model import AgentState
from switchboard.conversations.decide import Part, Stay, parts
from switchboard.conversations.model import ArrivalEnd
from switchboard.routing.commands import AgentSignedOut, ContactLeft, NodeLost
from switchboard.routing.events import AgentStateChanged, decode
from switchboard.routing.projection import PROJECTED
from switchboard.storage.rows import RowChange

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Rows:
    """The ledger's rows of a history, as the writer would leave them. A contact whose id is used again begins anew."""

    def __init__(self, centre: Centre) -> None:
        self.tables: dict[str, dict[Any, dict[str, Any]]] = {}
        self.older: list[tuple[dict[str, Any], Rows]] = []
        for entry in centre.entries:
            for event in decode(entry.decisions):
                if (project := PROJECTED.get(type(event))) is not None:
                    for change in project("org", event, entry.at):
                        self._take(change)

    def _take(self, change: RowChange) -> None:
        table = self.tables.setdefault(change.table.name, {})
        key = tuple(change.parameters[column.name] for column in change.table.primary_key)
        if change.table.name == "contact" and key in table and "arrived_at" in change.parameters:
            self._begin_anew(key)
        table.setdefault(key, {}).update(change.parameters)

    def _begin_anew(self, key: Any) -> None:
        """Forget what there was of this contact."""
        for name in ("queue_visit", "offer", "engagement"):
            rows = self.tables.setdefault(name, {})
            for gone in [one for one, row in rows.items() if row["contact"] == key[1]]:
                del rows[gone]
        del self.tables["contact"][key]

    def of(self, name: str, contact: str) -> list[dict[str, Any]]:
        return [row for row in self.tables.get(name, {}).values() if row["contact"] == contact]

    def contacts(self) -> Iterator[dict[str, Any]]:
        yield from self.tables.get("contact", {}).values()


def ended(history: tuple) -> Centre:
    """The history, and then everybody goes home."""
    configuration, steps = history
    centre = centre_of(configuration)
    for step in steps:
        play(centre, step)
    return centre


@pytest.mark.slow
@some
@given(histories, st.booleans())
def test_a_contacts_parts_add_up_to_its_whole_time(history: tuple, crash: bool) -> None:
    centre = ended(history)
    centre.now += 7
    if crash:
        centre.tell(NodeLost("n1"))
    for contact in list(centre.floor.state.contacts):
        centre.tell(ContactLeft(contact))
    rows = Rows(centre)
    for contact in rows.contacts():
        visits = rows.of("queue_visit", contact["id"])
        talks = rows.of("engagement", contact["id"])
        stays = [Stay(row["entered_at"], row["left_at"]) for row in visits]
        held = [Stay(row["opened_at"], row["talk_ended_at"], row["hold_time"]) for row in talks]
        found = parts(contact["arrived_at"], contact["closed_at"], stays, held)
        assert sum(found.values()) == contact["closed_at"] - contact["arrived_at"]
        assert min(found.values()) >= 0, found
        assert set(found) == set(Part)
        for row in talks:
            assert row["talk_time"] + row["hold_time"] == row["talk_ended_at"] - row["opened_at"]
        # Nowhere at two places at once.
        times = sorted((stay.since, stay.until or stay.since) for stay in [*stays, *held])
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(times))
        ArrivalEnd(contact["end"])
        assert (contact["end"] == ArrivalEnd.ANSWERED) == bool(talks)


@pytest.mark.slow
@some
@given(histories, st.lists(st.integers(0, 600), min_size=1, max_size=4))
def test_an_agents_states_add_up_to_the_time_he_was_signed_in(history: tuple, cuts: list[int]) -> None:
    """Also when the days are cut anywhere, and while he is still at work."""
    centre = ended(history)
    rows = Rows(centre).tables.get("agent_span", {}).values()
    begun = centre.entries[0].at
    edges = sorted({begun, centre.now, *(begun + cut * 1_000_000 for cut in cuts)})
    for agent in centre.floor.state.agents.values():
        spans = [
            Span(AgentState(row["state"]), row["reason"], row["since"], row["until"])
            for row in rows
            if row["agent"] == agent.id
        ]
        spans.sort(key=lambda span: span.since)
        spans.append(Span(agent.state, agent.reason, agent.since, max(centre.now, agent.since)))
        whole = day(spans, begun, max(edges))
        assert whole.signed_in == signed_in(centre, agent.id)
        assert whole.signed_in == sum(one.time for one in whole.times)
        days = [day(spans, since, until) for since, until in itertools.pairwise(edges)]
        assert sum(one.signed_in for one in days) == whole.signed_in


def signed_in(centre: Centre, agent: str) -> int:
    """From every sign-in to the sign-out after it, or to now."""
    since, time = None, 0
    for entry in centre.entries:
        for event in decode(entry.decisions):
            if not isinstance(event, AgentStateChanged) or event.agent != agent:
                continue
            if event.before is AgentState.SIGNED_OUT:
                since = entry.at
            if event.state is AgentState.SIGNED_OUT and since is not None:
                time, since = time + entry.at - since, None
    return time if since is None else time + centre.now - since


@pytest.mark.slow
@some
@given(histories)
def test_nothing_is_left_running_when_all_have_gone(history: tuple) -> None:
    centre = ended(history)
    centre.now += 1_000_000
    for agent in list(centre.floor.state.agents):
        centre.tell(AgentSignedOut(agent, forced=True))
    for agent in centre.floor.state.agents.values():
        assert agent.state is AgentState.SIGNED_OUT


@pytest.mark.parametrize(
    ("visits", "talks", "expected"),
    [
        ([], [], (100, 0, 0, 0, 0, 0)),
        ([Stay(10, 40)], [Stay(40, 90, 5)], (10, 30, 0, 45, 5, 10)),
        ([Stay(10, 40), Stay(50, 60)], [], (10, 40, 0, 0, 0, 50)),
        ([Stay(0, 30)], [Stay(30, None)], (0, 30, 0, 70, 0, 0)),
        ([Stay(10, 40, 25)], [Stay(40, 90)], (10, 5, 25, 50, 0, 10)),
    ],
)
def test_parts_of_a_contact(visits: list[Stay], talks: list[Stay], expected: tuple[int, ...]) -> None:
    assert tuple(parts(0, 100, visits, talks)[part] for part in Part) == expected
