"""Emergency announcements on the real rooms."""

from collections.abc import Callable, Mapping, Sequence

from switchboard.flows.service import Emergencies, Emergency, Wanted
from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid
from switchboard.tenancy.service import Tenancy
from switchboard.web.doors.session import Who
from switchboard.web.messages.emergency import EmergencyAnnouncement, EmergencyAsked


class EmergencySwitch:
    """Satisfies `doors.EmergencyDoor`. configured: (organization, number as a person writes it) -> as it is configured,
    None for a number that there is not."""

    def __init__(
        self, emergencies: Emergencies, tenancy: Tenancy, clock: Clock, configured: Callable[[str, str], str | None]
    ) -> None:
        self._emergencies = emergencies
        self._tenancy = tenancy
        self._clock = clock
        self._configured = configured

    async def announcements(self, who: Who) -> Sequence[EmergencyAnnouncement]:
        names = await self._people(who)
        return [self._shown(one, names) for one in await self._emergencies.all(who.organization)]

    async def switch_on(self, who: Who, asked: EmergencyAsked) -> EmergencyAnnouncement:
        wanted = Wanted(
            minutes=asked.minutes,
            text=asked.text,
            sound=asked.sound,
            language=asked.language.lower(),
            numbers=None if asked.numbers is None else [self._number(who, number) for number in asked.numbers],
            ends=asked.ends,
        )
        one = await self._emergencies.switch_on(who.organization, wanted, by=who.id)
        return self._shown(one, await self._people(who))

    async def switch_off(self, who: Who, announcement: str) -> None:
        await self._emergencies.switch_off(who.organization, announcement, by=who.id)

    def _number(self, who: Who, number: str) -> str:
        found = self._configured(who.organization, number)
        if found is None:
            raise Invalid(f"{number} is not one of your numbers", field="numbers")
        return found

    async def _people(self, who: Who) -> dict[str, str]:
        return {person.id: person.name for person in await self._tenancy.people(who.organization)}

    def _shown(self, one: Emergency, names: Mapping[str, str]) -> EmergencyAnnouncement:
        return EmergencyAnnouncement(
            id=one.id,
            on=one.on(self._clock.now()),
            text=one.text,
            sound=one.sound,
            language=one.language,
            numbers=None if one.numbers is None else sorted(one.numbers),
            ends=one.ends,
            at=one.at,
            until=one.until,
            by=names.get(one.by),
            off_at=one.off_at,
            off_by=None if one.off_by is None else names.get(one.off_by),
        )
