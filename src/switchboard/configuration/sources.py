"""Where a configuration file's secrets and sound files come from.

On the command line they are on the machine: environment variables, and files beside the configuration
file. A file that arrives over the web may name neither, or an administrator of one organization could read
what belongs to the machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from switchboard.channels.voice.directory import read_secret
from switchboard.channels.voice.model import Code, SecretPlace, SecretReference
from switchboard.configuration.model import Document, Entry, PersonEntry, PhoneEntry, TrunkEntry
from switchboard.flows.service import LARGEST_SOUND
from switchboard.kit.errors import Invalid, SwitchboardError

LONGEST_SECRET: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sources:
    """environment: variables that may be named. folder: what paths are relative to, None for no files.

    typed: secrets that an administrator has just typed, by the name they will be kept under.
    """

    environment: Mapping[str, str]
    folder: Path | None
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)

    def may_name(self, reference: SecretReference) -> bool:
        """Whether whoever gives these sources may newly refer to this secret, which is read only later."""
        if reference.place is SecretPlace.KEPT:
            return reference.name in self.typed
        return self.folder is not None or reference.name in self.environment

    def located(self, document: Document) -> Document:
        """The document with the paths of secrets made absolute."""
        sections = {
            name: {key: self._located_entry(entry) for key, entry in entries.items()}
            for name, entries in document.sections.items()
        }
        return replace(document, sections=sections)

    def secret(self, reference: SecretReference) -> str:
        """The secret itself. Raises Invalid. Blocks on the disk."""
        if reference.place is SecretPlace.FILE and self.folder is None:
            raise Invalid("a file on the server can only be named when the file is applied there")
        try:
            typed = self.typed.get(reference.name) if reference.place is SecretPlace.KEPT else None
            secret = read_secret(reference, self.environment) if typed is None else typed
        except SwitchboardError as error:
            raise Invalid(error.text) from error
        if not secret or len(secret) > LONGEST_SECRET:
            raise Invalid(f"the secret in {reference.name} is empty or longer than {LONGEST_SECRET} characters")
        return secret

    def sound(self, file: str) -> bytes:
        """The content of a sound file. Raises Invalid. Blocks on the disk."""
        if self.folder is None:
            raise Invalid("a file on the server can only be named when the file is applied there; upload it")
        path = self.folder / file
        try:
            if path.stat().st_size > LARGEST_SOUND:
                raise Invalid(f"the file {file} is larger than {LARGEST_SOUND // 1024 // 1024} MB")
            return path.read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no such path"
            raise Invalid(f"the file {file} cannot be read: {reason}") from error

    def _located_entry(self, entry: Entry) -> Entry:
        if isinstance(entry, PersonEntry | PhoneEntry) and entry.password is not None:
            return replace(entry, password=self._absolute(entry.password))
        if isinstance(entry, Code):
            return replace(entry, pin=self._absolute(entry.pin))
        if isinstance(entry, TrunkEntry):
            register = entry.trunk.register
            if register is not None:
                register = replace(register, secret=self._absolute(register.secret))
            password = entry.password and self._absolute(entry.password)
            return replace(entry, trunk=replace(entry.trunk, register=register), password=password)
        return entry

    def _absolute(self, reference: SecretReference) -> SecretReference:
        if reference.place is not SecretPlace.FILE or self.folder is None:
            return reference
        return replace(reference, name=str((self.folder / reference.name).absolute()))
