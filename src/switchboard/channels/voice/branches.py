"""What telephony must know of every organization during a call, in memory and read anew after each change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from switchboard.agents.service import Agents
from switchboard.channels.voice import code_call
from switchboard.channels.voice.directory import load_codes, load_directory
from switchboard.channels.voice.model import Code, Directory, Number, Phone, Trunk, plain_number
from switchboard.channels.voice.sip.authenticator import Secret
from switchboard.channels.voice.waiting import Plan, texts
from switchboard.flows.model import FlowDocument, Published, Spoken
from switchboard.flows.service import Catalogue, Emergency, Flows, OpeningHours, needs, opening
from switchboard.kit.errors import NotFound
from switchboard.routing.model import Announcements, RecordingRule
from switchboard.routing.service import Queues, Skills
from switchboard.storage.database import Database
from switchboard.tenancy.model import Client
from switchboard.tenancy.service import Tenancy


@dataclass(frozen=True, slots=True)
class Branch:
    """One organization. clients, music, recording: by id (of a queue); phones: by agent."""

    organization: str
    directory: Directory
    catalogue: Catalogue
    clients: Mapping[str, Client]
    music: Mapping[str, str | None]
    recording: Mapping[str, RecordingRule]
    phones: Mapping[str, Phone]
    agents: Mapping[str, str]
    """The agent of a phone, by the phone's id."""
    hours: Mapping[str, OpeningHours] = field(default_factory=dict)
    """Opening hours by key, each with its own client's time zone."""
    announcements: Mapping[str, Announcements] = field(default_factory=dict)
    """What those who wait are told, by the queue's id; only of queues that tell something."""
    phrases: dict[Spoken, str] = field(default_factory=dict)
    """Path of each spoken text of these and of key codes; filled up while the center runs (`Branches.speak`)."""

    codes: Mapping[str, Code] = field(default_factory=dict)
    """Key codes by what is dialled."""
    named: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Ids by key, by what it is that a flow names: `skill`, `team`, `agent`."""
    skills: frozenset[str] = frozenset()
    """Keys of the skills there are, without those that were taken away."""
    team_hours: Mapping[str, str] = field(default_factory=dict)
    """Key of the opening hours of a team that has some, by its id."""
    asking: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What a flow wants to know of a customer, by its key: words of `Preference`, and `returning`."""
    left: Mapping[str, str] = field(default_factory=dict)
    """The dismissed person who knows a phone's secret, by the phone's id."""

    def id_of(self, kind: str, key: str) -> str:
        """The id of what a flow names by its key; a key that nothing has stands for itself, which is nobody's id."""
        return self.named.get(kind, {}).get(key, key)

    def is_there(self, team: str, now: int, time_zone: str) -> bool:
        """Whether this team has opening hours now, or none at all. time_zone: of the client who was called."""
        hours = self.hours.get(self.team_hours.get(team, ""))
        return hours is None or opening(hours, now, time_zone).open

    def plan(self, queue: str, language: str) -> Plan:
        """What callers of a flow in this language are told in this queue."""
        rule = self.recording.get(queue)
        notices = rule.announce if rule is not None else ()
        return Plan(self.announcements.get(queue), language, self.phrases, self.catalogue.paths, notices)

    def music_of(self, queue: str, chosen: str | None) -> str | None:
        """The path of what those who wait hear. chosen: the key that their flow names instead of the queue's own."""
        if chosen is not None:
            return self.catalogue.music(chosen)
        return self.music.get(queue, self.catalogue.music(None))

    def texts(self) -> list[Spoken]:
        """Everything that those who wait may be told before and meanwhile, in the language of every flow."""
        languages = {flow.document.language for flow in self.catalogue.flows.values()}
        plans = [self.announcements[queue] for queue in sorted(self.announcements)]
        notices = [self.recording[queue].announce for queue in sorted(self.recording)]
        told = [text for language in sorted(languages) for text in texts(language, iter(plans), notices)]
        return [*told, *code_call.texts()] if self.codes else told

    def code(self, phone: Phone | None, dialled: str) -> Code | None:
        """The key code that this phone has dialled, if it may use it."""
        if phone is None:
            return None
        code = self.codes.get(plain_number(dialled))
        return code if code is not None and phone.key in code.phones else None

    def blocked(self, phone: Phone) -> bool:
        """Whether this phone is only in the hands of somebody who works here no longer."""
        return phone.id in self.left and phone.id not in self.agents


class Origin(NamedTuple):
    """Who sends an INVITE: a trunk or a phone of an organization."""

    branch: Branch
    trunk: Trunk | None = None
    phone: Phone | None = None


class Branches:
    """All organizations of this node. Look-ups are in memory; `load` reads one of them anew."""

    def __init__(
        self,
        database: Database,
        *,
        tenancy: Tenancy,
        agents: Agents,
        flows: Flows,
        queues: Queues,
        skills: Skills,
    ) -> None:
        self._database: Final = database
        self._tenancy: Final = tenancy
        self._agents: Final = agents
        self._flows: Final = flows
        self._queues: Final = queues
        self._skills: Final = skills
        self._known: dict[str, Branch] = {}

    async def load(self, organization: str) -> Branch:
        """Read an organization's telephony as it is configured now."""
        clients = await self._tenancy.clients(organization)
        people = await self._tenancy.people(organization)
        here = {person.id for person in people}
        catalogue = await self._flows.catalogue(organization)
        await self._flows.emergencies.load(organization)
        async with self._database.reading() as connection:
            directory = await load_directory(connection, organization)
            codes = await load_codes(connection, organization)
            profiles = await self._agents.profiles.configured(connection, organization)
            former = await self._agents.profiles.former(connection, organization)
            queues = await self._queues.by_id(connection, organization)
            skills = await self._skills.ids(connection, organization)
            present = await self._skills.configured(connection, organization)
            teams = await self._agents.teams.by_id(connection, organization)
        phones = {
            profile.person: directory.phones[profile.phone]
            for profile in profiles.values()
            if profile.phone is not None and profile.phone in directory.phones
        }
        branch = self._known[organization] = Branch(
            organization=organization,
            directory=directory,
            catalogue=catalogue,
            clients={client.id: client for client in clients},
            music={id_: None if queue.music is None else catalogue.music(queue.music) for id_, queue in queues.items()},
            recording={id_: queue.recording for id_, queue in queues.items() if queue.recording is not None},
            phones=phones,
            agents={phone.id: agent for agent, phone in phones.items()},
            hours={key: _in_its_zone(one, clients) for key, one in catalogue.hours.items()},
            announcements={id_: told for id_, queue in queues.items() if (told := queue.announcements) is not None},
            phrases={},
            codes={code.dial: code for code in codes},
            named={
                "skill": skills,
                "team": {team.key: id_ for id_, team in teams.items()},
                "agent": {person.key: person.id for person in people},
            },
            skills=frozenset(present),
            team_hours={id_: team.hours for id_, team in teams.items() if team.hours is not None},
            asking={key: _asked(one.document) for key, one in catalogue.flows.items()},
            left={one.phone: one.person for one in former.values() if one.phone is not None and one.person not in here},
        )
        branch.phrases.update(await self._flows.phrases.kept(branch.texts()))
        return branch

    async def speak(self, branch: Branch) -> None:
        """Speak what those who wait may be told and what was never spoken before. Takes seconds at first."""
        missing = [text for text in branch.texts() if text not in branch.phrases]
        await self._flows.phrases.speak(missing, into=branch.phrases)

    async def phrase(self, branch: Branch, text: Spoken) -> str | None:
        """The path of a spoken text, spoken now if it never was, which takes about a second; None when no voice can."""
        if text not in branch.phrases:
            branch.phrases.update(await self._flows.phrases.kept([text]))
        if text not in branch.phrases:
            await self._flows.phrases.speak([text], into=branch.phrases)
        return branch.phrases.get(text)

    def flow(self, branch: Branch, number: Number) -> Published | None:
        """What answers this number now: its flow, and before or instead of it an emergency announcement."""
        flow = branch.catalogue.flows.get(number.flow)
        emergency = self.emergency(branch.organization, number.number)
        return flow if flow is None or emergency is None else emergency.before(flow)

    def recording_rule(self, organization: str, queue: str) -> RecordingRule | None:
        """Of a queue, by its id, as it is configured now."""
        branch = self._known.get(organization)
        return None if branch is None else branch.recording.get(queue)

    def emergency(self, organization: str, number: str) -> Emergency | None:
        """The announcement that callers of this number hear now."""
        return self._flows.emergencies.at(organization, number)

    def __iter__(self) -> Iterator[Branch]:
        return iter(self._known.values())

    def of(self, organization: str) -> Branch | None:
        return self._known.get(organization)

    def dialled(self, number: str) -> tuple[Branch, Number]:
        """Whose number this is, as anybody may dial it. Raises NotFound(field="number")."""
        for branch in self._known.values():
            if (found := branch.directory.number(number)) is not None:
                return branch, found
        raise NotFound("there is no such number", field="number")

    def numbers(self) -> list[tuple[str, str]]:
        """What anybody may dial: (number, name of its flow)."""
        return [
            (number.number, branch.catalogue.flows[number.flow].document.name)
            for branch in self._known.values()
            for number in branch.directory.numbers.values()
            if number.flow in branch.catalogue.flows
        ]

    def number_configured(self, organization: str, number: str) -> str | None:
        """A number as it is configured, from one as it is written or dialled; None when there is none like it."""
        branch = self._known.get(organization)
        found = None if branch is None else branch.directory.number(number)
        return None if found is None else found.number

    def trunk_at(self, address: str) -> Origin | None:
        """The trunk that sends from this IP address."""
        for branch in self._known.values():
            if (trunk := branch.directory.trunk_at(address)) is not None:
                return Origin(branch, trunk=trunk)
        return None

    def account(self, user_name: str) -> Origin | None:
        """The phone or trunk that proves itself under this name."""
        for branch in self._known.values():
            if (phone := branch.directory.phone_named(user_name)) is not None:
                return Origin(branch, phone=phone)
            if (trunk := branch.directory.trunk_named(user_name)) is not None:
                return Origin(branch, trunk=trunk)
        return None

    def secret(self, user: str) -> Secret | None:
        """What is known of an account, for the authenticator."""
        origin = self.account(user)
        if origin is None:
            return None
        digest = origin.phone.digest if origin.phone is not None else origin.trunk and origin.trunk.digest
        return Secret(digest.ha1) if digest else None

    def may_call(self, user: str, dialled: str = "") -> bool:
        """Whether a phone's calls are taken: as customers' calls, or because it dials a key code that it may use."""
        origin = self.account(user)
        if origin is None or origin.phone is None or not self.may_register(user):
            return False
        return origin.phone.may_call or origin.branch.code(origin.phone, dialled) is not None

    def may_register(self, user: str) -> bool:
        """Whether an account that has proved itself is let in: not a phone whose owner was dismissed."""
        origin = self.account(user)
        return origin is not None and not (origin.phone is not None and origin.branch.blocked(origin.phone))


def _asked(document: FlowDocument) -> frozenset[str]:
    return frozenset(need.name for _, need in needs(document) if need.kind == "customer")


def _in_its_zone(hours: OpeningHours, clients: Iterable[Client]) -> OpeningHours:
    zone = next((client.time_zone for client in clients if client.id == hours.client), "")
    return replace(hours, time_zone=zone)
