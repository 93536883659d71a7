"""What Prometheus is told, and that no label names anybody."""

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from switchboard.agents.model import AgentState, Reach
from switchboard.app.metrics import CenterMetrics
from switchboard.channels.voice.media.control import Beat
from switchboard.routing.service import Board, BoardAgent, BoardQueue
from switchboard.storage.writer import WriterStats


class Scraped:
    """A node with known figures, and what a scrape says of it."""

    def __init__(self) -> None:
        self.calls = SimpleNamespace(counts=Counter(arrived=7, unknown_number=2), calls=3)
        self.sip = Counter({"garbage": 5})
        self.writer = WriterStats()
        self.stalls = SimpleNamespace(longest=0.042)
        beat = Beat(4, 0.0001, 0.002, 0.01, 0.25, 1, 0, 0, 0)
        self.workers = [SimpleNamespace(id=1, legs=4, last_beat=beat), SimpleNamespace(id=2, legs=0, last_beat=None)]
        queue = BoardQueue("q1", "support", "Support line", "c1", waiting=6)
        agents = (self.agent("Ann Agent", AgentState.ENGAGED), self.agent("Ben Agent", AgentState.AVAILABLE))
        self.boards = {"org1": Board((queue,), agents)}
        self.registry = CollectorRegistry()
        self.registry.register(
            CenterMetrics(
                calls=cast(Any, self.calls),
                sip=self.sip,
                boards=lambda: self.boards,
                stuck={"acme": 0},
                writer=self.writer,
                stalls=cast(Any, self.stalls),
                media=cast(Any, SimpleNamespace(workers=self.workers)),
                tasks=range(9),
            )
        )

    @staticmethod
    def agent(name: str, state: AgentState) -> BoardAgent:
        return BoardAgent(name.lower(), name, state, None, 0, None, Reach.PHONE, True, contact="contact1")

    def text(self) -> str:
        return generate_latest(self.registry).decode()

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)


def test_calls_by_what_became_of_them() -> None:
    node = Scraped()
    assert node.value("switchboard_calls_arrived_total", outcome="arrived") == 7
    assert node.value("switchboard_calls_arrived_total", outcome="unknown_number") == 2
    assert node.value("switchboard_calls") == 3
    assert node.value("switchboard_sip_refused_total", reason="garbage") == 5
    node.calls.counts["arrived"] += 1
    assert node.value("switchboard_calls_arrived_total", outcome="arrived") == 8


def test_the_line_and_the_people() -> None:
    node = Scraped()
    assert node.value("switchboard_waiting", organization="org1", queue="support") == 6
    assert node.value("switchboard_agents", organization="org1", state=AgentState.ENGAGED.value) == 1
    assert node.value("switchboard_agents", organization="org1", state=AgentState.AVAILABLE.value) == 1


def test_commits_and_how_long_they_took() -> None:
    node = Scraped()
    assert node.value("switchboard_commit_seconds", quantile="0.95") == 0.0
    for milliseconds in range(1, 101):
        node.writer.committed(milliseconds / 1_000, 2)
    assert node.value("switchboard_commits_total") == 100
    assert node.value("switchboard_batches_total") == 200
    assert node.value("switchboard_commit_seconds", quantile="0.5") == 0.051
    assert node.value("switchboard_commit_seconds", quantile="0.95") == 0.096


def test_how_late_the_media_and_the_loop_are() -> None:
    node = Scraped()
    assert node.value("switchboard_loop_stall_longest_seconds") == 0.042
    assert node.value("switchboard_tasks") == 9
    assert node.value("switchboard_media_legs", worker="1") == 4
    assert node.value("switchboard_media_late_seconds", worker="1", quantile="0.99") == 0.002
    assert node.value("switchboard_media_skipped_ticks_total", worker="1") == 1
    assert node.value("switchboard_media_late_seconds", worker="2", quantile="0.99") is None


def test_the_watchdogs_count_is_told() -> None:
    assert Scraped().value("switchboard_floor_stuck", organization="acme") == 0


def test_no_label_names_a_person() -> None:
    told = Scraped().text()
    assert "agent" not in told.replace("switchboard_agents", "").replace("Agents signed in", "").lower()
    assert "contact1" not in told
    names = {name for family in text_string_to_metric_families(told) for each in family.samples for name in each.labels}
    assert names == {"outcome", "reason", "organization", "queue", "state", "quantile", "worker"}
