"""A simulated trial of a change: one that is always running."""

import datetime as dt

from switchboard.kit.errors import Invalid, NotFound
from switchboard.web.doors.session import Who
from switchboard.web.messages.trials import ChangeTrial, TrialAsked, Trials


class SimulatedTrials:
    """One trial, which is running."""

    async def begin(self, who: Who, asked: TrialAsked) -> ChangeTrial:
        if not isinstance(asked.item.get("name"), str):
            raise Invalid("name: must be text", field="name", faults=[("name", "must be text")])
        return await self.look(who, "t1")

    async def begin_file(self, who: Who, content: bytes, *, prune: bool, date: dt.date | None) -> ChangeTrial:
        if not content.startswith(b"organization:"):
            raise Invalid("line 1: organization: is missing", field="organization")
        return await self.look(who, "t1")

    async def look(self, who: Who, trial: str) -> ChangeTrial:
        if trial != "t1":
            raise NotFound("there is no such trial")
        return ChangeTrial(
            id="t1",
            state="running",
            done=1,
            of=6,
            error=None,
            revision="r2",
            result=None,
            section="queues",
            key="support",
            by_name="Amy",
            again=False,
        )

    async def stop(self, who: Who, trial: str) -> None:
        await self.look(who, trial)

    async def kept(self, who: Who, section: str, key: str) -> Trials:
        return Trials(trials=[], running=await self.look(who, "t1"))
