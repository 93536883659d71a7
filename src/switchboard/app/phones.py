"""Phones as an administrator sees them: what is configured, and how they fare on the wire."""

from collections.abc import Callable
from typing import Any, Final

from switchboard.channels.voice.branches import Branch, Branches
from switchboard.channels.voice.lines import Device, Lines
from switchboard.channels.voice.model import Phone, SecretPlace
from switchboard.channels.voice.sip.refusals import Refusals
from switchboard.configuration.items import Edit, Items
from switchboard.configuration.service import Sources
from switchboard.kit.clock import Clock
from switchboard.kit.errors import NotFound
from switchboard.kit.ids import IdSource
from switchboard.tenancy.model import Person
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages import phones as messages
from switchboard.web.messages.phones import PhoneAsked, PhoneSecret, PhoneShown, PhonesShown, RefusedAttempt

SECTION: Final = "phones"
NOWHERE: Final = Sources({}, None)
SECRET: Final = 20
"""Characters of a phone's secret: 100 bits, as digests can be guessed at without asking us."""


class PhonesByWeb:
    """Satisfies `doors.PhonesDoor`. address: where a phone registers, host and port."""

    def __init__(
        self,
        tenancy: Tenancy,
        branches: Branches,
        lines: Lines,
        refusals: Refusals,
        items: Items,
        ids: IdSource,
        clock: Clock,
        address: Callable[[], str],
    ) -> None:
        self._tenancy = tenancy
        self._branches = branches
        self._lines = lines
        self._refusals = refusals
        self._items = items
        self._ids = ids
        self._clock = clock
        self._address = address

    async def phones(self, who: Who) -> PhonesShown:
        branch = self._branches.of(who.organization)
        if branch is None:
            return PhonesShown(phones=[], server_now=self._clock.now())
        people = await self._tenancy.named(who.organization, sorted({*branch.phones, *branch.left.values()}))
        devices = self._lines.devices(who.organization)
        found = sorted(branch.directory.phones.values(), key=lambda phone: phone.key)
        return PhonesShown(
            phones=[self._shown(phone, branch, people, devices.get(phone.id, [])) for phone in found],
            server_now=self._clock.now(),
        )

    async def make(self, who: Who, asked: PhoneAsked) -> PhoneSecret:
        written = {"user_name": asked.user_name or asked.key, "may_call": asked.may_call}
        return await self._secret(who, asked.key, written, None)

    async def renew(self, who: Who, key: str) -> PhoneSecret:
        for item in await self._items.section(who.organization, SECTION):
            if item.key == key:
                told = await self._secret(who, key, dict(item.written), item.revision)
                self._drop(who.organization, key)
                return told
        raise NotFound("there is no phone with this key")

    # -- inside

    async def _secret(self, who: Who, key: str, written: dict[str, Any], revision: str | None) -> PhoneSecret:
        secret = self._ids.secret()[:SECRET]
        wanted = {**written, "password": {"new": secret}}
        saved = await self._items.put(who.organization, SECTION, key, wanted, NOWHERE, Edit(who.id, revision))
        user_name = saved.item.written["user_name"] if saved.item is not None else key
        return PhoneSecret(key=key, user_name=user_name, secret=secret, address=self._address())

    def _drop(self, organization: str, key: str) -> None:
        """Whoever registered with the old secret has to show that he knows the new one."""
        branch = self._branches.of(organization)
        for phone in branch.directory.phones.values() if branch is not None else ():
            if phone.key == key:
                self._lines.drop(organization, phone.id)

    def _shown(self, phone: Phone, branch: Branch, people: dict[str, Person], devices: list[Device]) -> PhoneShown:
        refused = self._refusals.last(phone.user_name)
        left = branch.left.get(phone.id)
        return PhoneShown(
            key=phone.key,
            user_name=phone.user_name,
            may_call=phone.may_call,
            contact=phone.contact,
            has_secret=phone.digest is not None,
            from_file=_from_file(phone),
            people=sorted(
                people[agent].name for agent, one in branch.phones.items() if one.id == phone.id and agent in people
            ),
            left_with=people[left].name if left in people else None,
            devices=[
                messages.Device(
                    address=one.address,
                    transport=one.transport,
                    since=one.since,
                    expires_at=one.expires_at,
                    user_agent=one.user_agent,
                )
                for one in devices
            ],
            refused=None if refused is None else RefusedAttempt(at=refused.at, address=refused.host, why=refused.why),
        )


def _from_file(phone: Phone) -> bool:
    secret = phone.digest.secret if phone.digest is not None else None
    return secret is not None and secret.place is not SecretPlace.KEPT
