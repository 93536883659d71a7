"""What a configuration file says, as typed values. Things refer to each other by key, never by id.

`Entry` is one thing of a section: a client, a queue, a person. Secrets are references: what stands here is
where a secret is kept, never the secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from switchboard.agents.model import Capacity
from switchboard.channels.voice.model import Code, Number, Phone, SecretReference, Trunk
from switchboard.flows.model import FlowDocument, Path
from switchboard.flows.service import OpeningHours
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import (
    LONGEST_PAUSE,
    PLAIN_OUTCOME,
    PLAIN_RANKING,
    PLAIN_TARGETS,
    Announcements,
    CallbackRule,
    Delays,
    Disposition,
    HandOver,
    OutcomeRule,
    Overflow,
    Ranking,
    RecordingRule,
    ReliefRule,
    Targets,
    Wanted,
)
from switchboard.tenancy.model import ClientItem, Role

MUSIC: Final = "music"
"""Key of the music that comes with Switchboard."""
SILENCE: Final = "silence"
"""In the place of a sound's key: a queue without music."""


@dataclass(frozen=True, slots=True)
class OrganizationEntry:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that has nothing but its name: a skill."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """A reason for a pause. longest: seconds that such a pause should last at most, None for no limit. then: the state
    that comes when that time is over; None: nothing but a mark."""

    key: str
    name: str
    longest: int | None = None
    then: str | None = None


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A queue. Times are seconds; max_wait None waits for ever; wrap_up 0 has no work after the talk.

    client: key of the brand. music: key of a sound, or `silence`. requires: least level per skill. wanted: by keys.
    when_nobody: `leave` or `stay`, see `routing.model.WhenNobody`. announcements: None tells those who wait nothing.
    recording: None records nothing. callback: None calls nobody back. max_length: None lets any number wait.
    overflow, relief, hand_over: by keys. longest_pause: after it a clock that stands still goes on by itself.
    """

    key: str
    name: str
    client: str
    ring_time: int = 20
    max_wait: int | None = None
    wrap_up: int = 0
    service_level: int = 20
    strategy: str = "longest idle"
    music: str = MUSIC
    when_nobody: str = "leave"
    requires: tuple[tuple[str, int], ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    announcements: Announcements | None = None
    recording: RecordingRule | None = None
    callback: CallbackRule | None = None
    targets: Targets = PLAIN_TARGETS
    wanted: Wanted | None = None
    ranking: Ranking = PLAIN_RANKING
    outcome: OutcomeRule = PLAIN_OUTCOME
    max_length: int | None = None
    overflow: tuple[Overflow, ...] = ()
    relief: tuple[ReliefRule, ...] = ()
    hand_over: HandOver | None = None
    longest_pause: int = LONGEST_PAUSE // MICROSECONDS


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """Agents who belong together. client: key of the brand they work for, None for several. capacity: of those who have
    none of their own. hours: key of those in which they are preferred as a customer's branch, None for always."""

    key: str
    name: str
    client: str | None = None
    capacity: Capacity | None = None
    hours: str | None = None


@dataclass(frozen=True, slots=True)
class AgentEntry:
    """What makes a person an agent. reach None leaves what the agent has chosen himself; capacity None is that of
    his team."""

    queues: tuple[str, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    reach: str | None = None
    phone: str | None = None
    team: str | None = None
    tiers: tuple[tuple[str, int], ...] = ()
    cost: int = 0
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody who works here. password None leaves the stored one."""

    key: str
    user_name: str
    name: str
    roles: frozenset[Role]
    language: str = "en"
    password: SecretReference | None = None
    agent: AgentEntry | None = None


@dataclass(frozen=True, slots=True)
class SoundEntry:
    """A sound: a file to convert, or (as an export says it) the name it has in the library already."""

    key: str
    name: str
    file: str | None = None
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class TrunkEntry:
    """A trunk and where its digest's secret is. trunk.digest stays None until that has been read."""

    trunk: Trunk
    digest_user: str | None = None
    password: SecretReference | None = None

    @property
    def key(self) -> str:
        return self.trunk.key


@dataclass(frozen=True, slots=True)
class PhoneEntry:
    """A phone and where its secret is. phone.digest stays None until that has been read."""

    phone: Phone
    password: SecretReference | None = None

    @property
    def key(self) -> str:
        return self.phone.key


@dataclass(frozen=True, slots=True)
class DelaysEntry:
    """The rests after an offer that did not become a talk: a setting, of which there is one."""

    delays: Delays

    @property
    def key(self) -> str:
        return "delays"


Entry = (
    ClientItem
    | Named
    | ReasonEntry
    | TeamEntry
    | QueueEntry
    | PersonEntry
    | SoundEntry
    | FlowDocument
    | OpeningHours
    | Code
    | Number
    | TrunkEntry
    | PhoneEntry
    | DelaysEntry
)


def user_name_of(entry: Entry) -> str:
    """Under which name a person or a phone signs in; empty for anything else."""
    if isinstance(entry, PersonEntry):
        return entry.user_name
    return entry.phone.user_name if isinstance(entry, PhoneEntry) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the file."""

    path: Path
    shown: str


Entries = Mapping[str, Entry]
"""The entries of a section, by key, in the order of the file."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file. sections: those that it has, by name; an absent one says nothing about its things.

    retired: (section, key) of what is taken out of use by name; a file does that by leaving things out.
    """

    organization: OrganizationEntry
    sections: Mapping[str, Entries]
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, repr=False)
    retired: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs, with its values as a file would say them; secrets only say that they changed."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one thing. what: `created`, `changed` or `retired`."""

    section: str
    kind: str
    key: str
    what: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying a file changes. unmentioned: (kind, key) of what it does not name and that stays."""

    changes: tuple[Change, ...]
    unmentioned: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)
