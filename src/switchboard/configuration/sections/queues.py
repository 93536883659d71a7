"""`queues`."""

from collections.abc import Iterator
from typing import Any

import msgspec

from switchboard.configuration.model import MUSIC, SILENCE, QueueEntry
from switchboard.configuration.sections.announcements import read_announcements, write_announcements
from switchboard.configuration.sections.callbacks import read_callback, write_callback
from switchboard.configuration.sections.contract import Reference
from switchboard.configuration.sections.outcomes import (
    read_disposition,
    read_outcome,
    write_disposition,
    write_outcome,
)
from switchboard.configuration.sections.overflow import read_max_length, read_overflow, write_overflow
from switchboard.configuration.sections.recordings import read_recording, write_recording
from switchboard.configuration.sections.relief import (
    read_hand_over,
    read_relief,
    relief_references,
    write_relief_and_hand_over,
)
from switchboard.configuration.sections.targets import read_targets, write_targets
from switchboard.flows.model import Reading, duration_text
from switchboard.flows.service import WANTED_FIELDS, names_in, read_wanted, write_wanted
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import LONGEST_PAUSE, PLAIN_RANKING, Disposition, Ranking, Scheme

_HOUR = 3600
_LONGEST_DUE = 90 * 24 * _HOUR
_USUAL_PAUSE = LONGEST_PAUSE // MICROSECONDS
_SECTIONS = {"skill": "skills", "team": "teams", "person": "people"}


def read_queue(reading: Reading) -> QueueEntry:
    fields = reading.fields(
        ("key", "client"),
        (
            "name",
            "ring_time",
            "max_wait",
            "max_length",
            "overflow",
            "wrap_up",
            "service_level",
            "strategy",
            "music",
            "when_nobody",
            "requires",
            *WANTED_FIELDS,
            "ranking",
            "outcome",
            "dispositions",
            "announcements",
            "recording",
            "callback",
            "targets",
            "relief",
            "hand_over",
            "longest_pause",
        ),
    )
    key = fields.key("key")
    if fields.has("ring_time") and fields.at("ring_time").value in {0, "0s"}:
        fields.at("ring_time").problem("must be at least 1s")
    if fields.has("longest_pause") and fields.at("longest_pause").value in {0, "0s"}:
        fields.at("longest_pause").problem("must be at least 1s; leave it out for the usual 7 days")
    return QueueEntry(
        key=key,
        name=fields.text("name", key, most=200).strip(),
        client=fields.key("client"),
        ring_time=fields.duration("ring_time", 20, most=180),
        max_wait=fields.duration("max_wait", 0, most=24 * _HOUR) or None,
        wrap_up=fields.duration("wrap_up", 0, most=4 * _HOUR),
        service_level=fields.duration("service_level", 20, most=_HOUR),
        strategy=fields.text("strategy", "longest idle", most=64),
        music=fields.key("music", "music"),
        when_nobody=fields.choice("when_nobody", ("leave", "stay"), "leave"),
        requires=tuple(sorted(fields.levels("requires").items())),
        dispositions=_distinct([(one, read_disposition(one)) for one in fields.items("dispositions")]),
        announcements=read_announcements(fields.at("announcements")) if fields.has("announcements") else None,
        recording=read_recording(fields.at("recording")) if fields.has("recording") else None,
        callback=read_callback(fields.at("callback")) if fields.has("callback") else None,
        targets=read_targets(fields),
        wanted=read_wanted(fields),
        ranking=_read_ranking(fields.at("ranking")) if fields.has("ranking") else PLAIN_RANKING,
        outcome=read_outcome(fields),
        max_length=read_max_length(fields),
        overflow=read_overflow(fields),
        relief=read_relief(fields),
        hand_over=read_hand_over(fields),
        longest_pause=fields.duration("longest_pause", _USUAL_PAUSE, most=_LONGEST_DUE),
    )


def _read_ranking(reading: Reading) -> Ranking:
    fields = reading.fields((), ("scheme", "rank", "weight", "short_first", "due_in", "offer_paused"))
    read = Ranking(
        Scheme(fields.choice("scheme", [*Scheme], Scheme.CLASSES)),
        fields.whole("rank", 0, least=-100, most=100),
        fields.whole("weight", 1, least=1, most=1_000),
        fields.flag("short_first", default=False),
        fields.duration("due_in", 0, most=_LONGEST_DUE) * MICROSECONDS,
        fields.flag("offer_paused", default=False),
    )
    return PLAIN_RANKING if read == PLAIN_RANKING else read


def _distinct(named: list[tuple[Reading, Disposition]]) -> tuple[Disposition, ...]:
    found: dict[str, Disposition] = {}
    for at, item in named:
        if item.key in found:
            at.problem(f"the key {item.key!r} stands here twice")
        found[item.key] = item
    return tuple(found.values())


def write_queue(item: QueueEntry) -> dict[str, Any]:
    written: dict[str, Any] = {
        "key": item.key,
        "client": item.client,
        "name": item.name,
        "ring_time": duration_text(item.ring_time),
    }
    if item.max_wait is not None:
        written["max_wait"] = duration_text(item.max_wait)
    if item.max_length is not None:
        written["max_length"] = item.max_length
    written |= {
        "wrap_up": duration_text(item.wrap_up),
        "service_level": duration_text(item.service_level),
        "strategy": item.strategy,
        "music": item.music,
        "when_nobody": item.when_nobody,
    }
    if item.requires:
        written["requires"] = dict(item.requires)
    written |= write_wanted(item.wanted)
    if item.ranking != PLAIN_RANKING:
        written["ranking"] = _written_ranking(item.ranking)
    if item.dispositions:
        written["dispositions"] = [write_disposition(one) for one in item.dispositions]
    return written | _written_parts(item)


def _written_ranking(ranking: Ranking) -> dict[str, Any]:
    written: dict[str, Any] = msgspec.to_builtins(ranking)
    if ranking.due_in:
        written["due_in"] = duration_text(ranking.due_in // MICROSECONDS)
    return written


def _written_parts(item: QueueEntry) -> dict[str, Any]:
    """What a queue may do without, each a mapping of its own."""
    written: dict[str, Any] = {}
    if item.longest_pause != _USUAL_PAUSE:
        written["longest_pause"] = duration_text(item.longest_pause)
    if item.overflow:
        written["overflow"] = write_overflow(item.overflow)
    if item.announcements is not None:
        written["announcements"] = write_announcements(item.announcements)
    if item.recording is not None:
        written["recording"] = write_recording(item.recording)
    if item.callback is not None:
        written["callback"] = write_callback(item.callback)
    if outcome := write_outcome(item.outcome):
        written["outcome"] = outcome
    if targets := write_targets(item.targets):
        written["targets"] = targets
    return written | write_relief_and_hand_over(item.relief, item.hand_over)


def queue_references(item: QueueEntry) -> Iterator[Reference]:
    yield Reference("clients", item.client, ("client",))
    if item.music not in {MUSIC, SILENCE}:
        yield Reference("sounds", item.music, ("music",))
    for skill, _ in item.requires:
        yield Reference("skills", skill, ("requires", skill))
    for number, rule in enumerate(item.overflow):
        yield Reference("queues", rule.queue, ("overflow", number, "queue"))
    for kind, key, field in names_in(item.wanted):
        yield Reference(_SECTIONS[kind], key, (field,))
    yield from _said(item)
    if item.callback is not None and item.callback.trunk is not None:
        yield Reference("trunks", item.callback.trunk, ("callback", "trunk"))


def _said(item: QueueEntry) -> Iterator[Reference]:
    """The sounds that its callers may hear beside the music."""
    said = [
        ("announcements", "comfort", item.announcements.comfort if item.announcements is not None else ()),
        ("recording", "announce", item.recording.announce if item.recording is not None else ()),
    ]
    for group, name, notices in said:
        for number, notice in enumerate(notices):
            if notice.sound is not None and notice.sound != MUSIC:
                yield Reference("sounds", notice.sound, (group, name, number))
    yield from relief_references(item.relief, item.hand_over)
