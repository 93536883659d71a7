"""Secrets that an administrator typed and that we must be able to say again: those of our registrations.

Each is a file of its own in the data folder, readable by nobody else, never in the database, its backup, an export
or the audit. A secret's name begins with its organization's id. Everything here touches the disk: call it in a thread.
"""

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from switchboard.kit.errors import Unavailable

_NAME: Final = re.compile(r"[0-9A-Za-z_]{1,64}-[0-9A-Za-z_]{1,64}")


class Vault:
    """folder: is made when the first secret is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def name(organization: str, id_: str) -> str:
        """What the secret with this id is called in a reference."""
        return f"{organization}-{id_}"

    def keep(self, name: str, secret: str) -> None:
        """Write a secret down. Raises Unavailable when the disk refuses."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            written = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(written, "w", encoding="utf-8") as file:
                file.write(secret)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unavailable(f"the secret cannot be kept: {error.strerror}") from error

    def read(self, name: str) -> str:
        """Raises Unavailable for one that is not there."""
        try:
            return self._path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise Unavailable("the secret is not on this machine; an administrator must type it again") from None

    def sweep(self, organization: str, used: Collection[str]) -> None:
        """Forget the organization's secrets that nothing names any more."""
        for path in self._folder.glob(f"{organization}-*"):
            if path.name not in used:
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise Unavailable("the secret's name is none of ours")
        return self._folder / name
