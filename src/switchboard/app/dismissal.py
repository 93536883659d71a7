"""What somebody who works here no longer still holds is taken from him: calls, offers, wrap-up, registrations.

His sessions and their feeds end with the commit that retires him (`tenancy`). The rest follows every change of the
configuration, so that it is the same whether an administrator dismissed him, or a file that was applied.
"""

from dataclasses import dataclass

from switchboard.channels.voice.lines import Lines
from switchboard.conversations.model import TalkEnd
from switchboard.routing.commands import WorkReturned
from switchboard.routing.service import Floors
from switchboard.tenancy.service import Tenancy


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds just now: offers that ring at him, customers he talks to, devices of his phone."""

    offers: int
    calls: int
    devices: int


class Dismissal:
    """Enforces on the Floor what tenancy has decided."""

    def __init__(self, tenancy: Tenancy, floors: Floors, lines: Lines) -> None:
        self._tenancy = tenancy
        self._floors = floors
        self._lines = lines

    def held(self, organization: str, person: str, phone: str | None) -> Held:
        """phone: the id of his phone, None for none."""
        desk = self._floors.of(organization).desk(person)
        talks = 0 if desk is None else sum(one.state != "wrap-up" for one in desk.work)
        devices = self._lines.devices(organization).get(phone, []) if phone is not None else []
        return Held(int(desk is not None and desk.offer is not None), talks, len(devices))

    async def enforce(self, organization: str) -> None:
        """Sign out whoever is on the Floor and works here no longer; his customer goes to the head of the line."""
        routing = self._floors.of(organization)
        here = {person.id for person in await self._tenancy.people(organization)}
        gone = [agent.id for agent in routing.board().agents if agent.id not in here]
        if gone:
            await routing.command(*(WorkReturned(agent, TalkEnd.DISMISSED, sign_out=True) for agent in gone))
