"""The phones of the end-to-end tests' organization, and what its people do in one step."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from support.baresip import Baresip, phone
from support.center import PASSWORD, Center

CALLER_TONE, AGENT_TONE = 440, 1000
"""Hz that customers and agents speak."""


def account(running: Center, user: str, *, register: bool, codecs: str = "PCMU", transport: str = "udp") -> str:
    """A baresip account line for one of the organization's phones."""
    sip = running.ready["sip"]
    return (
        f"<sip:{user}@{sip};transport={transport}>;auth_user={user};auth_pass={PASSWORD};"
        f"regint={600 if register else 0};audio_codecs={codecs};answermode=manual"
    )


@contextlib.asynccontextmanager
async def customer(running: Center, folder: Path, *, codecs: str = "PCMU") -> AsyncIterator[Baresip]:
    """A customer's registered softphone."""
    line = account(running, "caller", register=True, codecs=codecs)
    async with phone(folder, tone=CALLER_TONE, account=line) as it:
        await it.registered()
        yield it


@contextlib.asynccontextmanager
async def anns_phone(
    running: Center, folder: Path, *, codecs: str = "PCMU", transport: str = "udp"
) -> AsyncIterator[Baresip]:
    """Ann's registered desk phone."""
    line = account(running, "desk-ann", register=True, codecs=codecs, transport=transport)
    async with phone(folder, tone=AGENT_TONE, account=line) as it:
        await it.registered()
        yield it
