"""Simulated people, phones, accounts and audit: one of each, which can be changed and refuses what forms get wrong."""

from typing import Any

from switchboard.kit.errors import Conflict, Invalid, NotFound, Refused
from switchboard.tenancy.model import Role
from switchboard.web.doors.session import SessionHeld, Who
from switchboard.web.messages.account import Account, AccountChange, PasswordChange, SessionShown, SignInShown
from switchboard.web.messages.audit import AuditRow, AuditRows
from switchboard.web.messages.outcomes import Estimated, LearnedQueue, LearnedVersion, LearnedVersions
from switchboard.web.messages.people import Dismissed, Member, MemberRecord, Members, PasswordMade, PasswordSet
from switchboard.web.messages.phones import PhoneAsked, PhoneSecret, PhonesShown
from switchboard.web.messages.skills import AgentSkills, SkillOfAgent, SkillsAsked

SESSION = SessionShown(id="s1", began_at=1, seen_at=2, expires_at=3, address="192.0.2.7", device="Firefox", own=True)
SIGN_IN = SignInShown(at=1, right=True, address="192.0.2.7", device="Firefox")
ADA = Member(
    id="p1",
    key="ada",
    user_name="ada",
    name="Ada",
    roles=[Role.AGENT],
    team=None,
    phone=None,
    state=None,
    sessions=1,
    seen_at=2,
    has_password=True,
    password_temporary=False,
    dismissed_at=None,
)


class SimulatedPeople:
    """Stands behind the doors account, people, phones and audit; `asked` holds what was changed."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    # -- account

    async def account(self, held: SessionHeld) -> Account:
        who = held.person
        return Account(
            id=who.id,
            key=who.id,
            user_name=who.name.lower(),
            name=who.name,
            language="en",
            roles=[Role(role) for role in who.roles],
            sessions=[SESSION],
            sign_ins=[SIGN_IN],
        )

    async def change_password(self, held: SessionHeld, change: PasswordChange) -> None:
        if change.current != "correct horse":
            raise Invalid("this is not your present password", field="current")
        self.asked.append(("password", held.person.id))

    async def change(self, held: SessionHeld, change: AccountChange) -> None:
        self.asked.append(("language", held.person.id, change.language))

    # -- people

    async def members(self, who: Who, *, search: str, role: str | None, dismissed: bool) -> Members:
        return Members(members=[ADA] if search in ADA.name.lower() and not dismissed else [])

    async def member(self, who: Who, person: str) -> MemberRecord:
        if person != ADA.id:
            raise NotFound("there is nobody like that here")
        return MemberRecord(member=ADA, sessions=[SESSION], sign_ins=[SIGN_IN])

    async def set_password(self, who: Who, person: str, asked: PasswordSet) -> PasswordMade:
        await self.member(who, person)
        if asked.password is not None and len(asked.password) < 10:
            raise Invalid("a password has 10 to 256 characters", field="password")
        return PasswordMade(password=asked.password or "made by us")

    async def end_session(self, of: Who | SessionHeld, *named: str) -> None:
        if named[-1] != SESSION.id:
            raise NotFound("this session has ended already")
        self.asked.append(("end session", *named))

    async def dismiss(self, who: Who, person: str) -> Dismissed:
        if person == who.id:
            raise Refused("You cannot dismiss yourself; another administrator can")
        await self.member(who, person)
        self.asked.append(("dismiss", person))
        return Dismissed(sessions=1, offers=0, calls=1, phones=0, microseconds=1_000)

    async def reinstate(self, who: Who, person: str) -> None:
        await self.member(who, person)
        self.asked.append(("reinstate", person))

    # -- phones

    async def phones(self, who: Who) -> PhonesShown:
        return PhonesShown(phones=[], server_now=1)

    async def make(self, who: Who, asked: PhoneAsked) -> PhoneSecret:
        return PhoneSecret(key=asked.key, user_name=asked.user_name or asked.key, secret="s", address="192.0.2.1:5060")

    async def renew(self, who: Who, key: str) -> PhoneSecret:
        if key != "desk":
            raise NotFound("there is no phone with this key")
        return PhoneSecret(key=key, user_name=key, secret="s", address="192.0.2.1:5060")

    # -- audit

    async def rows(
        self, who: Who, *, after: str | None, limit: int, by: str | None, kind: str | None, subject: str | None
    ) -> AuditRows:
        if after not in (None, "a1"):
            raise Invalid("This cursor is not one of ours", field="after")
        row = AuditRow(
            id="a1",
            at=1,
            by="p4",
            by_name="Amy",
            action="changed",
            kind="person",
            subject="p1",
            subject_name="Ada",
            changes={"name": ["Aida", "Ada"]},
        )
        return AuditRows(rows=[] if after else [row], after=None, kinds=["person"])


class SimulatedOutcomes:
    """One version, that has brought a little."""

    async def versions(self, who: Who) -> LearnedVersions:
        support = LearnedQueue(
            queue="q1",
            name="Support",
            expected=21.0,
            compared=800,
            held_out=90,
            compared_hours=40,
            held_out_hours=4,
            cost=Estimated(mean=-18.0, half=9.0),
            handling=Estimated(mean=-12.0, half=5.0),
            resolution=None,
            satisfaction=Estimated(mean=0.04, half=0.03),
            answers=143,
        )
        version = LearnedVersion(
            number=1, made_at=2, by=None, since=1, until=2, contacts=900, in_force=True, queues=[support]
        )
        return LearnedVersions(versions=[version])

    async def learn(self, who: Who) -> LearnedVersions:
        return await self.versions(who)

    async def take(self, who: Who, number: int) -> LearnedVersions:
        if number != 1:
            raise NotFound("There is no version of this number")
        raise Conflict("This version is in force already")


class SimulatedSkills:
    """Everybody speaks German."""

    async def skills(self, who: Who, agent: str) -> AgentSkills:
        german = SkillOfAgent(key="german", name="German", level=3)
        return AgentSkills(agent=agent, name="Anna", revision="1", skills=[german])

    async def change(self, who: Who, agent: str, asked: SkillsAsked) -> AgentSkills:
        return await self.skills(who, agent)
