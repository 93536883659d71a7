"""Skills and queues as configuration sees them: by stable key, whole lists at a time, each change audited."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from switchboard.agents.model import Capacity, Profile, Team
from switchboard.agents.service import Agents, ConfiguredList
from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Invalid
from switchboard.kit.ids import IdSource
from switchboard.measures.answering import SERVICE_LEVELS
from switchboard.routing import store
from switchboard.routing.delays import DelaySetting
from switchboard.routing.model import (
    LONGEST_PAUSE,
    AgentSettings,
    Announcements,
    CallbackRule,
    Delays,
    Disposition,
    HandOver,
    QueueItem,
    QueueSettings,
    Ranking,
    RecordingRule,
    Requirement,
    SkillItem,
    Targets,
    Wanted,
    WhenNobody,
)
from switchboard.routing.outcomes import OutcomeRule
from switchboard.routing.overflow import LONGEST_LINE, Overflow
from switchboard.routing.pauses import PauseLimit, limits_of
from switchboard.routing.relief import Relief, ReliefGroup, ReliefRule
from switchboard.routing.requirement_text import with_ids
from switchboard.routing.strategies import STRATEGIES
from switchboard.storage.database import Database
from switchboard.tenancy.model import Role
from switchboard.tenancy.service import Audit, Tenancy

LONGEST_RING: Final = 180 * MICROSECONDS
"""SIP gives up on an INVITE after three minutes without a final answer (RFC 3261 section 16.6, timer C)."""


LONGEST_RETENTION: Final = 3_650
"""Days that a recording may be kept."""


class Skills(ConfiguredList[SkillItem]):
    """What agents can be good at."""

    table = store.skill
    noun = "skill"

    def read(self, row: Mapping[str, Any]) -> SkillItem:
        return SkillItem(row["key"], row["name"])

    def write(self, item: SkillItem) -> dict[str, Any]:
        return {"key": item.key, "name": item.name}


class Queues(ConfiguredList[QueueItem]):
    """Where contacts wait. Items name their client and skills by id."""

    table = store.queue
    noun = "queue"

    def __init__(self, database: Database, clock: Clock, ids: IdSource, audit: Audit) -> None:
        super().__init__(database, clock, ids, audit)
        self.delays = DelaySetting(database, clock, ids, audit)

    def read(self, row: Mapping[str, Any]) -> QueueItem:
        return QueueItem(
            key=row["key"],
            name=row["name"],
            client=row["brand"],
            ring_time=row["ring_time"],
            max_wait=row["max_wait"],
            wrap_up=row["wrap_up"],
            service_level=row["service_level"],
            strategy=row["strategy"],
            when_nobody=WhenNobody(row["when_nobody"]),
            music=row["music"],
            requires=row["requires"],
            dispositions=tuple(Disposition(*known) for known in row["dispositions"]),
            announcements=msgspec.convert(row["announcements"], Announcements | None),
            recording=msgspec.convert(row["recording"], RecordingRule | None),
            callback=msgspec.convert(row["callback"], CallbackRule | None),
            targets=msgspec.convert(row["targets"] or {}, Targets),
            wanted=msgspec.convert(row["wanted"], Wanted | None),
            ranking=msgspec.convert(row["ranking"] or {}, Ranking),
            outcome=msgspec.convert(row["outcome"] or {}, OutcomeRule),
            max_length=row["max_length"],
            overflow=msgspec.convert(row["overflow"] or [], tuple[Overflow, ...]),
            relief=msgspec.convert(row["relief"] or [], tuple[ReliefRule, ...]),
            hand_over=msgspec.convert(row["hand_over"], HandOver | None),
            longest_pause=LONGEST_PAUSE if row["longest_pause"] is None else row["longest_pause"],
        )

    def write(self, item: QueueItem) -> dict[str, Any]:
        return {
            "key": item.key,
            "brand": item.client,
            "name": item.name,
            "ring_time": item.ring_time,
            "max_wait": item.max_wait,
            "wrap_up": item.wrap_up,
            "service_level": item.service_level,
            "strategy": item.strategy,
            "when_nobody": item.when_nobody.value,
            "music": item.music,
            "requires": dict(item.requires),
            "dispositions": [_disposition(one) for one in item.dispositions],
            "announcements": msgspec.to_builtins(item.announcements),
            "recording": msgspec.to_builtins(item.recording),
            "callback": msgspec.to_builtins(item.callback),
            "targets": msgspec.to_builtins(item.targets) or None,
            "wanted": msgspec.to_builtins(item.wanted),
            "ranking": msgspec.to_builtins(item.ranking) or None,
            "outcome": msgspec.to_builtins(item.outcome) or None,
            "max_length": item.max_length,
            "overflow": msgspec.to_builtins(item.overflow) or None,
            "relief": msgspec.to_builtins(item.relief) or None,
            "hand_over": msgspec.to_builtins(item.hand_over),
            "longest_pause": item.longest_pause,
        }

    def check(self, item: QueueItem) -> QueueItem:
        if not 0 < item.ring_time <= LONGEST_RING:
            raise Invalid("the ring time is more than 0 and at most 180 seconds", field="ring_time")
        if item.max_wait is not None and item.max_wait <= 0:
            raise Invalid("the maximum wait is more than 0 seconds", field="max_wait")
        if item.wrap_up < 0:
            raise Invalid("the wrap-up time is 0 seconds or more", field="wrap_up")
        if item.service_level <= 0:
            raise Invalid("the service level is more than 0 seconds", field="service_level")
        if item.strategy not in STRATEGIES:
            known = ", ".join(STRATEGIES)
            raise Invalid(f"there is no strategy {item.strategy!r}; there are: {known}", field="strategy")
        if item.targets.formula not in SERVICE_LEVELS:
            raise Invalid(f"the formula is one of {', '.join(SERVICE_LEVELS)}", field="targets.formula")
        if any(level < 1 for level in item.requires.values()):
            raise Invalid("a required level is 1 or more", field="requires")
        _check_recording(item.recording)
        _check_length(item.max_length)
        _check_pause(item.longest_pause)
        _check_named_queues(item)
        return item


def _disposition(one: Disposition) -> list[Any]:
    """As the table has it; a disposition that says nothing about the resolution looks as it always did."""
    return [one.key, one.name] if one.resolved is None else [one.key, one.name, one.resolved]


def _check_named_queues(item: QueueItem) -> None:
    """Raises Invalid when it names itself."""
    if any(rule.group.queue == item.key for rule in item.relief):
        raise Invalid("a queue's own agents cannot help in it: name another queue, or a team", field="relief")
    if item.hand_over is not None and item.key in item.hand_over.to:
        raise Invalid("customers are handed over to other queues than their own", field="hand_over")


def _check_recording(rule: RecordingRule | None) -> None:
    """Raises Invalid."""
    if rule is not None and not 1 <= rule.share <= 100:
        raise Invalid("the share of calls to record is 1 to 100 per cent", field="recording")
    if rule is not None and not 1 <= rule.retention <= LONGEST_RETENTION:
        raise Invalid(f"recordings are kept for 1 to {LONGEST_RETENTION} days", field="recording")


def _check_length(most: int | None) -> None:
    """Raises Invalid."""
    if most is not None and not 0 <= most <= LONGEST_LINE:
        raise Invalid(f"the longest line is 0 to {LONGEST_LINE} contacts", field="max_length")


def _check_pause(longest: int) -> None:
    """Raises Invalid."""
    if longest <= 0:
        raise Invalid("the longest pause is more than 0 seconds", field="longest_pause")


def settings_of(
    id_: str, item: QueueItem, people: Mapping[str, str], queues: Mapping[str, str] | None = None, zone: str = "UTC"
) -> QueueSettings:
    """What the Floor needs of a queue. people, queues: id by key, for agents and queues that it names. zone: its
    client's."""
    ids = queues or {}
    return QueueSettings(
        id=id_,
        key=item.key,
        name=item.name,
        client=item.client,
        ring_time=item.ring_time,
        max_wait=item.max_wait,
        wrap_up=item.wrap_up,
        strategy=item.strategy,
        requires=tuple(Requirement(skill, level) for skill, level in sorted(item.requires.items())),
        when_nobody=item.when_nobody,
        wanted=with_ids(item.wanted, lambda kind, name: people.get(name, name) if kind == "agent" else name),
        ranking=item.ranking,
        outcome=item.outcome,
        max_length=item.max_length,
        overflow=tuple([Overflow(ids.get(one.queue, one.queue), one.when) for one in item.overflow]),
        relief=_relief_of(item, ids, zone),
        hand_over=_hand_over_of(item, ids),
        longest_pause=item.longest_pause,
    )


def _relief_of(item: QueueItem, queues: Mapping[str, str], zone: str) -> Relief | None:
    """Its rules and how the service level is counted; a queue that is gone helps nowhere."""
    named = [
        rule
        if rule.group.queue is None
        else msgspec.structs.replace(rule, group=ReliefGroup(queue=queues.get(rule.group.queue, rule.group.queue)))
        for rule in item.relief
    ]
    if not named:
        return None
    return Relief(tuple(named), zone, item.targets.formula, item.service_level, item.targets.short_call)


def _hand_over_of(item: QueueItem, queues: Mapping[str, str]) -> HandOver | None:
    if item.hand_over is None:
        return None
    to = tuple([queues[key] for key in item.hand_over.to if key in queues])
    return HandOver(to, item.hand_over.priority)


class Configured(NamedTuple):
    """What is configured, as read from the rooms' tables. names: agent id -> display name. pauses: those that end by
    themselves."""

    queues: Sequence[QueueSettings]
    agents: Sequence[AgentSettings]
    names: Mapping[str, str]
    pauses: tuple[PauseLimit, ...] = ()
    delays: Delays = Delays()


def _capacity(profile: Profile, teams: Mapping[str, Team]) -> Capacity | None:
    """His own, else his team's."""
    team = None if profile.team is None else teams.get(profile.team)
    return profile.capacity if profile.capacity is not None or team is None else team.capacity


async def load_configured(
    database: Database, organization: str, *, queues: Queues, agents: Agents, tenancy: Tenancy
) -> Configured:
    """Queues, agents and their names as they stand in the tables, for `Routing(load=..)`.

    Who is no agent by role, or no longer works here, is none for the Floor either.
    """
    staff = [person for person in await tenancy.people(organization) if Role.AGENT in person.roles]
    people = {person.id: person.name for person in staff}
    by_key = {person.key: person.id for person in staff}
    async with database.reading() as connection:
        ids = await queues.ids(connection, organization)
        items = await queues.configured(connection, organization)
        profiles = await agents.profiles.configured(connection, organization)
        reasons = await agents.reasons.configured(connection, organization)
        teams = await agents.teams.by_id(connection, organization)
        delays = await queues.delays.of(connection, organization)
    zones = {client.id: client.time_zone for client in await tenancy.clients(organization)}
    return Configured(
        [settings_of(ids[key], item, by_key, ids, zones.get(item.client, "UTC")) for key, item in items.items()],
        [
            AgentSettings(
                profile.person,
                profile.queues,
                profile.skills,
                profile.reach,
                profile.team,
                profile.tiers,
                profile.cost,
                _capacity(profile, teams),
            )
            for profile in profiles.values()
            if profile.person in people
        ],
        people,
        limits_of(reasons.values()),
        delays,
    )
