"""Why, from the Floor, with the names that people know."""

from typing import Final

from switchboard.kit.clock import Clock
from switchboard.kit.errors import NotFound
from switchboard.routing.service import Floors, Needs, Routing, Skills, write_needs
from switchboard.storage.database import Database
from switchboard.web.messages.explaining import InLine, StuckThing, StuckThings, WaitingContact, WhyAgent
from switchboard.web.rooms.names import Names
from switchboard.web.rooms.sentences import Text, in_names, of_agent, of_contact

MOST: Final = 50
"""Contacts that one look shows."""


class FloorExplained:
    """Satisfies `doors.ExplainingDoor`."""

    def __init__(self, floors: Floors, database: Database, skills: Skills, names: Names, clock: Clock) -> None:
        self._floors = floors
        self._database = database
        self._skills = skills
        self._names = names
        self._clock = clock

    async def in_line(self, organization: str, queue: str) -> InLine:
        routing = self._floors.of(organization)
        row = next((one for one in routing.board().queues if one.id == queue), None)
        if row is None:
            raise NotFound("There is no such queue")
        text, people = await self._text(organization), routing.names()
        now = self._clock.now()
        contacts = [
            WaitingContact(
                contact=why.contact,
                since=why.since,
                place=why.position + 1,
                offered_to=None if why.offered_to is None else people.get(why.offered_to, ""),
                sentences=of_contact(why, people, text, now),
            )
            for why in routing.floor.in_line(queue, MOST)
        ]
        return InLine(queue=queue, name=row.name, waiting=row.waiting, contacts=contacts)

    async def agent(self, organization: str, agent: str) -> WhyAgent:
        routing = self._floors.of(organization)
        text = await self._text(organization)
        why = routing.floor.why_idle(agent)
        if why is None:
            raise NotFound("There is no such agent")
        queues = {one.id: one.name for one in routing.board().queues}
        said = of_agent(why, lambda queue: queues.get(queue, ""), text, self._clock.now())
        return WhyAgent(agent=agent, name=routing.names().get(agent, ""), sentences=said)

    async def stuck(self, organization: str) -> StuckThings:
        found = self._floors.of(organization).floor.stuck(self._clock.now())
        return StuckThings(stuck=[StuckThing(kind=one.kind, id=one.id, why=one.why, since=one.since) for one in found])

    async def _text(self, organization: str) -> Text:
        """What is needed, in the words of the configuration."""
        routing: Routing = self._floors.of(organization)
        named = await self._names.of(organization)
        async with self._database.reading() as connection:
            skills = {id_: key for key, id_ in (await self._skills.ids(connection, organization)).items()}
        call = in_names(skills, named.teams, routing.names())

        def text(needs: Needs) -> str:
            return write_needs(needs, call)

        return text
