"""Flows as an administrator writes them."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.web.doors.session import Who
from switchboard.web.messages.flows import FlowChecked, FlowVersion


class FlowsDoor(Protocol):
    async def check(self, who: Who, text: bytes) -> FlowChecked:
        """What is wrong with a flow's YAML, and what it would do. Changes nothing."""
        ...

    async def versions(self, who: Who, flow: str) -> Sequence[FlowVersion]:
        """The latest versions of a flow (its key), newest first. Raises NotFound."""
        ...

    async def speech(self, who: Who, text: str, language: str) -> bytes:
        """A text as the caller hears it, as WAV. Raises Invalid for a language without a voice, Unavailable."""
        ...
