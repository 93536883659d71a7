"""What the administrator's page asks of trunks, answered by the lines."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final, Literal, cast

from switchboard.channels.voice.branches import Branches
from switchboard.channels.voice.diagnosis import Diagnosis
from switchboard.channels.voice.lines import Lines
from switchboard.channels.voice.model import Trunk
from switchboard.channels.voice.sip.stack import Credentials
from switchboard.channels.voice.trial import TrialCall
from switchboard.kit.clock import Clock
from switchboard.kit.errors import NotFound, TooMany
from switchboard.storage.database import Database
from switchboard.tenancy.service import Audit, Change
from switchboard.web.doors.session import Who
from switchboard.web.messages.trunks import Trial, TrunkStatus

Registered = Literal["stopped", "trying", "registered", "failed"]

MOST: Final = 10
PERIOD: Final = 600.0
"""At most so many trial calls in so many seconds: each may cost money and rings somebody's phone."""


class TrunksOfLines:
    """Satisfies `doors.TrunksDoor`."""

    def __init__(
        self, lines: Lines, branches: Branches, trial: TrialCall, *, clock: Clock, database: Database, audit: Audit
    ) -> None:
        self._lines = lines
        self._branches = branches
        self._trial = trial
        self._clock = clock
        self._database = database
        self._audit = audit
        self._turns: dict[str, asyncio.Lock] = {}
        self._made: dict[str, deque[float]] = {}

    async def trunks(self, who: Who) -> Sequence[TrunkStatus]:
        found = []
        for trunk in self._configured(who.organization):
            state = self._lines.trunk_state(who.organization, trunk.key)
            registration = cast(Registered | None, state.registration and state.registration.value)
            found.append(
                TrunkStatus(key=trunk.key, registration=registration, error=state.error, answers=state.answers)
            )
        return found

    async def trial(self, who: Who, trunk: str, number: str) -> Trial:
        found = next((one for one in self._configured(who.organization) if one.key == trunk), None)
        if found is None:
            raise NotFound("there is no trunk with this key")
        turn = self._turns.setdefault(who.organization, asyncio.Lock())
        if turn.locked():
            raise TooMany("a trial call is being made; wait until it has ended", retry_after=10)
        self._limit(who.organization)
        async with turn:
            diagnosis = await self._trial.made(found, number, await self._credentials(found))
        await self._record(who, found, diagnosis)
        return Trial(good=diagnosis.good, finding=diagnosis.finding.value, said=diagnosis.said, next=diagnosis.next)

    def _configured(self, organization: str) -> list[Trunk]:
        branch = self._branches.of(organization)
        return sorted(branch.directory.trunks.values(), key=lambda trunk: trunk.key) if branch is not None else []

    def _limit(self, organization: str) -> None:
        made, now = self._made.setdefault(organization, deque()), self._clock.monotonic()
        while made and made[0] <= now - PERIOD:
            made.popleft()
        if len(made) >= MOST:
            wait = int(made[0] + PERIOD - now) + 1
            raise TooMany(f"{MOST} trial calls were made; the next one in {wait} seconds", retry_after=wait)
        made.append(now)

    async def _credentials(self, trunk: Trunk) -> Credentials | None:
        """What we show the carrier; none when there is none or it cannot be read, which the trial then finds."""
        if trunk.register is None:
            return None
        secret = await self._lines.secret(trunk.register.secret)
        return None if secret is None else Credentials(trunk.register.user_name, secret)

    async def _record(self, who: Who, trunk: Trunk, diagnosis: Diagnosis) -> None:
        """Who tested what; the number dialled may be somebody's own and is not written down."""
        change = Change("tested", "trunk", trunk.id, {"finding": [None, diagnosis.finding.value]})
        async with self._database.transaction() as connection:
            await self._audit.record(connection, who.organization, who.id, [change])
