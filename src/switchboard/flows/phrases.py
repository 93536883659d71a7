"""Texts that belong to no flow document, spoken once and kept: what callers in line are told.

    phrases = Phrases(folder, voice)
    paths = await phrases.kept(texts)          # those there are already
    await phrases.speak(missing, into=paths)   # renders; takes long

The folder is a cache. A file is named after its text and language, so that a changed wording is simply another
file; deleting the folder costs the time to speak everything again.
"""

import asyncio
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import structlog

from switchboard.flows import convert
from switchboard.flows.model import Spoken
from switchboard.flows.speech import Voice
from switchboard.kit.errors import Invalid, SwitchboardError, Unavailable

_log = structlog.get_logger(__name__)

VOICE: Final = "espeak-ng 1"
"""Part of every name: raised when the voice or the conversion changes, so that all is spoken anew."""


class Phrases:
    """folder: is made when the first phrase is kept."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        self._folder = folder.absolute()
        self._voice = voice

    async def kept(self, texts: Iterable[Spoken]) -> dict[Spoken, str]:
        """The paths of those that were spoken before."""
        wanted = list(texts)
        return await asyncio.to_thread(lambda: {text: str(at) for text in wanted if (at := self.path(text)).exists()})

    async def speak(self, texts: Iterable[Spoken], into: dict[Spoken, str]) -> None:
        """Speak these and put their paths into `into`, each as soon as it is there.

        What cannot be spoken is left out: a language without a voice, everything once the disk is full; logged.
        """
        for text in dict.fromkeys(texts):
            try:
                speech = await self._voice.say(text.text, text.language)
                into[text] = await asyncio.to_thread(self._keep, text, speech.samples, speech.rate)
            except Invalid:
                _log.warning("phrase_without_voice", language=text.language)
            except SwitchboardError as error:
                _log.warning("phrase_not_spoken", why=error.code)
                return

    def path(self, text: Spoken) -> Path:
        """Where its sound is or will be."""
        name = hashlib.sha256(f"{VOICE}\n{text.language}\n{text.text}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.ul"

    def _keep(self, text: Spoken, samples: bytes, rate: int) -> str:
        target = self.path(text)
        draft = target.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(convert.from_samples(samples, rate))
            # All or nothing; not synchronised: a file lost with the power is spoken again.
            draft.replace(target)
        except OSError as error:
            raise Unavailable(f"the folder of phrases cannot be written: {error.strerror}") from error
        return str(target)
