"""Why, from the Floor, with the names that people know."""

import asyncio
from collections.abc import Callable
from typing import Final

from switchboard.kit.clock import Clock
from switchboard.kit.errors import NotFound
from switchboard.routing.service import Floors, Needs, ReliefEnd, ReliefGroup, ReliefHistory, Relieved, write_needs
from switchboard.web.doors.watch import Stop
from switchboard.web.messages.explaining import (
    Explanation,
    InLine,
    LeftContact,
    Question,
    QueueRelief,
    ReliefTime,
    StuckThings,
    WaitingContact,
    WhyAgent,
)
from switchboard.web.rooms.alarms import stuck_shown
from switchboard.web.rooms.departures import Departures
from switchboard.web.rooms.hub import Hub
from switchboard.web.rooms.names import Names
from switchboard.web.rooms.sentences import (
    Text,
    group_named,
    in_names,
    of_agent,
    of_contact,
    of_departure,
    of_relief,
)

MOST: Final = 50
"""Contacts that one look shows."""


class FloorExplained:
    """Satisfies `doors.ExplainingDoor`."""

    def __init__(self, floors: Floors, hub: Hub, names: Names, clock: Clock, history: ReliefHistory) -> None:
        self._history = history
        self._floors = floors
        self._hub = hub
        self._names = names
        self._clock = clock
        self._departures = Departures()

    async def in_line(self, organization: str, queue: str) -> InLine:
        routing = self._floors.of(organization)
        rows = {one.id: one for one in routing.board().queues}
        row = rows.get(queue)
        if row is None:
            raise NotFound("There is no such queue")
        text, people = await self._text(organization), routing.names()
        skills, now = (await self._names.of(organization)).skills, self._clock.now()
        contacts = []
        for why in routing.floor.in_line(queue, MOST):
            contacts.append(
                WaitingContact(
                    contact=why.contact,
                    since=why.since,
                    place=why.position + 1,
                    offered_to=people.get(why.offered_to[0], "") if why.offered_to else None,
                    ringing=len(why.offered_to),
                    due=None if why.clock is None else why.clock.due_at(now),
                    paused_since=None if why.clock is None else why.clock.since,
                    paused_until=why.goes_on_at,
                    sentences=of_contact(
                        why, people, text, now, lambda one: rows[one].name if one in rows else "", skills
                    ),
                )
            )
            # With a thousand agents the sentences of one contact take a millisecond.
            await asyncio.sleep(0)
        left = [
            LeftContact(
                contact=one.contact,
                at=one.at,
                sentence=of_departure(one.how, None if one.agent is None else people.get(one.agent), one.waited),
            )
            for one in self._departures.of(organization, queue, now)
        ]
        return InLine(queue=queue, name=row.name, waiting=row.waiting, paused=row.paused, contacts=contacts, left=left)

    async def agent(self, organization: str, agent: str) -> WhyAgent:
        routing = self._floors.of(organization)
        text = await self._text(organization)
        why = routing.floor.why_idle(agent)
        if why is None:
            raise NotFound("There is no such agent")
        queues = {one.id: one.name for one in routing.board().queues}
        name = routing.names().get(agent, "")
        said = of_agent(why, name, lambda queue: queues.get(queue, ""), text, self._clock.now())
        return WhyAgent(agent=agent, name=name, idle=why.stopped is None, sentences=said)

    async def explanation(self, organization: str, asked: Question) -> Explanation:
        line = agent = None
        try:
            if asked.kind == "queue":
                line = await self.in_line(organization, asked.id)
            else:
                agent = await self.agent(organization, asked.id)
        except NotFound:
            # It was retired while the page was open, which is an answer too.
            pass
        return Explanation(asked=asked, line=line, agent=agent, server_now=self._clock.now())

    def watch(self, organization: str, asked: Question, changed: Callable[[], None]) -> Stop:
        stops = [self._hub.board(organization, changed)]
        if asked.kind == "queue":
            stops.append(self._departures.watch(self._floors.of(organization), asked.id))

        def stop() -> None:
            for one in stops:
                one()

        return stop

    async def relief(self, organization: str, queue: str) -> QueueRelief:
        row = next((one for one in self._floors.of(organization).board().queues if one.id == queue), None)
        if row is None:
            raise NotFound("There is no such queue")
        named = await self._names.of(organization)
        times = [
            ReliefTime(
                name=group_named(_group(one), named.teams, named.queue),
                since=one.began_at,
                until=one.ended_at,
                because=of_relief(one.because, one.waiting, one.longest_wait, one.service_level),
                why_ended=None if one.why_ended is None else ReliefEnd(one.why_ended),
            )
            for one in await self._history.of(organization, queue, most=MOST)
        ]
        return QueueRelief(queue=queue, name=row.name, times=times)

    async def stuck(self, organization: str) -> StuckThings:
        routing = self._floors.of(organization)
        found = routing.floor.stuck(self._clock.now())
        return StuckThings(stuck=[stuck_shown(one, routing.names()) for one in found])

    async def _text(self, organization: str) -> Text:
        """What is needed, in the words of the configuration."""
        named = await self._names.of(organization)
        call = in_names(named.skills, named.teams, self._floors.of(organization).names())

        def text(needs: Needs) -> str:
            return write_needs(needs, call)

        return text


def _group(one: Relieved) -> ReliefGroup:
    return ReliefGroup(team=one.who) if one.kind == "team" else ReliefGroup(queue=one.who)
