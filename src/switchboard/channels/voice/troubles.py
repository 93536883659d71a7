"""What is wrong with agents' lines just now: told by calls, shown on desk and board."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from switchboard.channels.voice.condition import Heard, Trouble
from switchboard.kit.clock import Clock


class Side(StrEnum):
    """Whose leg of a call."""

    AGENT = "agent"
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class TroubleNow:
    """kind, on whose side, since when (UTC epoch microseconds). loss (0-1), jitter (seconds): the worst so far, only
    of bad sound."""

    kind: Trouble
    side: Side
    since: int
    loss: float | None = None
    jitter: float | None = None


def _nobody(_organization: str, _agent: str) -> None:
    """What is told before anyone listens."""


class Troubles:
    """By agent. on_changed: called with (organization, agent) when what is shown of him has changed."""

    def __init__(self, clock: Clock) -> None:
        self._clock: Final = clock
        self._now: dict[str, dict[str, dict[tuple[Trouble, Side], TroubleNow]]] = {}
        self.on_changed: Callable[[str, str], None] = _nobody

    def of(self, organization: str, agent: str) -> list[TroubleNow]:
        """In the order in which they began."""
        return list(self._now.get(organization, {}).get(agent, {}).values())

    def all(self, organization: str) -> dict[str, list[TroubleNow]]:
        """Of each agent with whom something is wrong."""
        return {agent: list(mine.values()) for agent, mine in self._now.get(organization, {}).items()}

    def set(
        self, organization: str, agent: str, kind: Trouble, side: Side, *, on: bool, heard: Heard | None = None
    ) -> None:
        """This is (still) so, or no longer."""
        before = self._now.get(organization, {}).get(agent, {}).get((kind, side))
        if before is None and not on:
            return
        agents = self._now.setdefault(organization, {})
        mine = agents.setdefault(agent, {})
        now = None
        if on:
            now = mine[kind, side] = _worse(before, heard) if before else self._begun(kind, side, heard)
        else:
            mine.pop((kind, side), None)
        if not mine:
            del agents[agent]
        if now != before:
            self.on_changed(organization, agent)

    def over(self, organization: str, agent: str) -> None:
        """His talk has ended, and all that was wrong with it."""
        if self._now.get(organization, {}).pop(agent, None) is not None:
            self.on_changed(organization, agent)

    def _begun(self, kind: Trouble, side: Side, heard: Heard | None) -> TroubleNow:
        loss, jitter = (None, None) if heard is None else (heard.loss, heard.jitter)
        return TroubleNow(kind, side, self._clock.now(), loss, jitter)


def _worse(before: TroubleNow, heard: Heard | None) -> TroubleNow:
    if heard is None:
        return before
    loss, jitter = max(before.loss or 0.0, heard.loss), max(before.jitter or 0.0, heard.jitter)
    return TroubleNow(before.kind, before.side, before.since, loss, jitter)
