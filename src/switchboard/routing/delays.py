"""The rests after an offer that did not become a talk, as an organization sets them.

set_ = DelaySetting(database, clock, ids, audit)
await set_.of(connection, organization)      # what was set, else the defaults of `Delays`
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.agents.service import ConfiguredList
from switchboard.kit.clock import MICROSECONDS
from switchboard.kit.errors import Invalid
from switchboard.routing import store
from switchboard.routing.model import Delays

KEY: Final = "delays"
"""Of the one row that an organization has; also what the setting is called in a file."""

RESTS: Final = ("rejected", "no_answer", "busy", "unreachable", "set_up_failed")
"""The ends of an offer after which an agent rests: those fields of `Delays` that are microseconds."""

LONGEST_REST: Final = 3600
"""Seconds."""

MOST_MISSES: Final = 20


class DelaySetting(ConfiguredList[Delays]):
    """A list of at most one: nothing is stored while nobody has changed the defaults."""

    table = store.delays
    noun = "delays"

    def read(self, row: Mapping[str, Any]) -> Delays:
        return Delays(**{name: row[name] for name in (*RESTS, "misses")})

    def write(self, item: Delays) -> dict[str, Any]:
        return {"key": KEY, **msgspec.structs.asdict(item)}

    def check(self, item: Delays) -> Delays:
        for name in RESTS:
            if not 0 <= getattr(item, name) <= LONGEST_REST * MICROSECONDS:
                raise Invalid(f"a rest is 0 to {LONGEST_REST} seconds", field=name)
        if not 1 <= item.misses <= MOST_MISSES:
            raise Invalid(f"the unanswered offers in a row are 1 to {MOST_MISSES}", field="misses")
        return item

    async def of(self, connection: AsyncConnection, organization: str) -> Delays:
        """What is in force."""
        return (await self.configured(connection, organization)).get(KEY, Delays())
