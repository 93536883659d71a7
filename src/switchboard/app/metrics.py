"""How the center fares, for Prometheus: read from what the parts count anyway, and only when somebody asks.

No label names a person, a customer or an address: labels are fixed words, ids of organizations, keys of queues and
numbers of media workers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Final, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from switchboard.channels.voice.media.pool import MediaWorker
from switchboard.routing.service import Board
from switchboard.storage.writer import WriterStats

QUANTILES: Final = (0.5, 0.95, 0.99)


class Calls(Protocol):
    """What `Voice` tells: arrivals by how they went, and the calls that go on."""

    counts: Counter[str]

    @property
    def calls(self) -> int: ...


class Watched(Protocol):
    """What `StallMonitor` tells: seconds."""

    longest: float


class Workers(Protocol):
    """What `MediaPool` tells."""

    @property
    def workers(self) -> list[MediaWorker]: ...


class CenterMetrics(Collector):
    """All of a node's own figures; the web's requests are counted by the web.

    sip: what the guard dropped or faulted, by reason. boards: each organization's line board now, by id. stuck:
    how much the watchdog found last, by organization. tasks: what runs in the background.
    """

    def __init__(
        self,
        *,
        calls: Calls,
        sip: Mapping[str, int],
        boards: Callable[[], Mapping[str, Board]],
        stuck: Mapping[str, int],
        writer: WriterStats,
        stalls: Watched,
        media: Workers,
        tasks: Sized,
    ) -> None:
        self._calls = calls
        self._sip = sip
        self._boards = boards
        self._stuck = stuck
        self._writer = writer
        self._stalls = stalls
        self._media = media
        self._tasks = tasks

    def collect(self) -> Iterable[Metric]:
        """Called by the registry at each scrape."""
        yield from self._of_calls()
        yield from self._of_lines()
        yield self._of_the_watchdog()
        yield from self._of_writing()
        yield from self._of_media()
        yield GaugeMetricFamily(
            "switchboard_loop_stall_longest_seconds",
            "The longest time that the main process's event loop was held",
            value=self._stalls.longest,
        )
        yield GaugeMetricFamily("switchboard_tasks", "Background tasks of the main process", value=len(self._tasks))

    def _of_calls(self) -> Iterator[Metric]:
        arrived = CounterMetricFamily(
            "switchboard_calls_arrived", "Calls that arrived, by what became of them", labels=("outcome",)
        )
        for outcome, count in sorted(self._calls.counts.items()):
            arrived.add_metric((outcome,), count)
        yield arrived
        yield GaugeMetricFamily("switchboard_calls", "Calls going on", value=self._calls.calls)
        dropped = CounterMetricFamily(
            "switchboard_sip_refused",
            "SIP messages dropped or held against their sender, by reason",
            labels=("reason",),
        )
        for reason, count in sorted(self._sip.items()):
            dropped.add_metric((reason,), count)
        yield dropped

    def _of_the_watchdog(self) -> Metric:
        stuck = GaugeMetricFamily(
            "switchboard_floor_stuck",
            "What nobody will ever end: always 0, an alarm if not",
            labels=["organization"],
        )
        for organization, count in sorted(self._stuck.items()):
            stuck.add_metric([organization], count)
        return stuck

    def _of_lines(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("switchboard_waiting", "Contacts in line", labels=("organization", "queue"))
        paused = GaugeMetricFamily(
            "switchboard_paused", "Contacts in line whose clock stands still", labels=("organization", "queue")
        )
        agents = GaugeMetricFamily("switchboard_agents", "Agents signed in, by state", labels=("organization", "state"))
        for organization, board in sorted(self._boards().items()):
            for queue in board.queues:
                waiting.add_metric((organization, queue.key), queue.waiting)
                paused.add_metric((organization, queue.key), queue.paused)
            states = Counter(agent.state.value for agent in board.agents)
            for state, count in sorted(states.items()):
                agents.add_metric((organization, state), count)
        yield waiting
        yield paused
        yield agents

    def _of_writing(self) -> Iterator[Metric]:
        stats = self._writer
        yield CounterMetricFamily("switchboard_commits", "Group commits", value=stats.commits)
        yield CounterMetricFamily("switchboard_batches", "Batches in those commits", value=stats.batches)
        yield CounterMetricFamily("switchboard_batches_failed", "Batches that were not saved", value=stats.failed)
        latency = GaugeMetricFamily(
            "switchboard_commit_seconds", "How long the newest 4,096 commits took", labels=("quantile",)
        )
        for quantile in QUANTILES:
            latency.add_metric((str(quantile),), stats.commit_p(quantile))
        yield latency

    def _of_media(self) -> Iterator[Metric]:
        legs = GaugeMetricFamily("switchboard_media_legs", "Legs of a media worker", labels=("worker",))
        late = GaugeMetricFamily(
            "switchboard_media_late_seconds",
            "How late a media worker's ticks began in its last second",
            labels=("worker", "quantile"),
        )
        busy = GaugeMetricFamily("switchboard_media_busy", "Share of its time in ticks, 0-1", labels=("worker",))
        skipped = CounterMetricFamily("switchboard_media_skipped_ticks", "Ticks left out", labels=("worker",))
        for worker in self._media.workers:
            name = str(worker.id)
            legs.add_metric((name,), worker.legs)
            if (beat := worker.last_beat) is None:
                continue
            for quantile, seconds in (("0.5", beat.late_p50), ("0.99", beat.late_p99), ("1", beat.late_worst)):
                late.add_metric((name, quantile), seconds)
            busy.add_metric((name,), beat.busy)
            skipped.add_metric((name,), beat.skipped)
        yield from (legs, late, busy, skipped)
