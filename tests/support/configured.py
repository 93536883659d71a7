"""Every room that configuration fills, on one database, for tests."""

import math
import random
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.tenancy import JumpingClock, tenancy_on
from switchboard.agents.service import Agents
from switchboard.channels.voice.directory import Codes, Numbers, Phones, Trunks
from switchboard.configuration.parts import Rooms
from switchboard.configuration.service import Configuration
from switchboard.configuration.sources import Sources
from switchboard.configuration.yaml_text import Text, read_yaml, write_yaml
from switchboard.flows.library import SoundLibrary
from switchboard.flows.service import Flows
from switchboard.flows.speech import Speech, Voice
from switchboard.kit.errors import Invalid
from switchboard.kit.ids import IdSource
from switchboard.routing.service import Queues, Skills
from switchboard.storage.database import Database

DEMO = Path(__file__).parents[2] / "src/switchboard/configuration/demo.yaml"
SECRETS = {
    f"SWITCHBOARD_DEMO_{who}_PASSWORD": f"secret-of-{who.lower()}"
    for who in ("PHONE", "ANNA_PHONE", "BORIS_PHONE", "ADMIN", "SUPERVISOR", "ANNA", "BORIS")
}


class TestVoice(Voice):
    """Speaks at once: a tone as long as the text. Remembers what it said."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    async def say(self, text: str, language: str) -> Speech:
        if language == "xx":
            raise Invalid("there is no voice for the language 'xx'", field="language")
        self.said.append(text)
        return Speech(tone(0.01 * len(text), 22_050), 22_050)


def tone(seconds: float, rate: int, hertz: float = 440) -> bytes:
    """Signed 16-bit mono samples of a sine."""
    return b"".join(
        struct.pack("<h", round(12_000 * math.sin(2 * math.pi * hertz * n / rate))) for n in range(int(seconds * rate))
    )


def wav(samples: bytes, rate: int) -> bytes:
    """A WAV file of signed 16-bit mono samples."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def rooms_on(database: Database, folder: Path, *, key: bytes | None = b"0123456789abcdef") -> Rooms:
    """The rooms, with a voice that needs no program, sounds in `folder`."""
    clock = JumpingClock()
    ids = IdSource(clock, random.Random(7))
    tenancy = tenancy_on(database, clock, key=key)
    parts = (database, clock, ids, tenancy.audit)
    return Rooms(
        tenancy=tenancy,
        agents=Agents(*parts),
        skills=Skills(*parts),
        queues=Queues(*parts),
        flows=Flows(*parts, SoundLibrary(folder / "sounds"), TestVoice()),
        numbers=Numbers(*parts),
        trunks=Trunks(*parts),
        phones=Phones(*parts),
        codes=Codes(*parts),
    )


def sources(folder: Path, environment: Mapping[str, str] = SECRETS) -> Sources:
    return Sources(environment, folder)


async def read_here(content: bytes) -> Text:
    """YAML in this process: starting another for each of many files would take most of a test's time."""
    return read_yaml(content)


async def write_here(data: Any, comment: str) -> str:
    return write_yaml(data, comment)


def configuration_on(database: Database, folder: Path, rooms: Rooms | None = None) -> Configuration:
    return Configuration(
        database, rooms or rooms_on(database, folder), JumpingClock(), read=read_here, write=write_here
    )
