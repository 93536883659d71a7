"""Every setting of a node, typed, in one place.

Read from `SWITCHBOARD_...` environment variables, over which command-line options win. What an
organization configures (queues, people, flows) is not here: that lives in its database.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from switchboard.kit.errors import Invalid

PREFIX: Final = "SWITCHBOARD_"
DEMO_PREFIX: Final = "SWITCHBOARD_DEMO_"
"""Secrets of the demo's file, which are no settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one node needs to know before it opens its database.

    Times are seconds. A host of 127.0.0.1 keeps everything on this machine.
    """

    data: Path = Path("data")
    """The folder of the embedded database, sounds and recordings."""

    database: str = ""
    """`postgresql://user:password@host/name`; empty means SQLite in the data folder."""

    web_host: str = "127.0.0.1"
    web_port: int = 8080
    tls_certificate: str = ""
    """Path of a PEM certificate chain; with `tls_key` the web is served by HTTPS."""
    tls_key: str = ""

    sip_host: str = "127.0.0.1"
    sip_port: int = 5060
    public_address: str = ""
    """The address that phones and trunks outside see; empty means the one we listen on."""

    media_host: str = "127.0.0.1"
    media_port_first: int = 20_000
    media_port_last: int = 29_999
    media_workers: int = 0
    """Processes that carry sound; 0 means one per core."""

    voice: str = "en"
    """Language of the built-in voice when a flow names none."""

    log_level: str = "info"
    drain_seconds: float = 5.0
    """How long calls may go on after a request to stop."""

    try_it: bool = False
    """Whether the page that calls from the browser without signing in is open."""

    administrator: str = ""
    """User name of the first administrator, when the database has nobody."""
    administrator_password: str = field(default="", repr=False)

    def database_url(self) -> str:
        """The database's address, SQLite in the data folder unless one was given."""
        return self.database or f"sqlite:///{self.data / 'switchboard.db'}"


def load(environment: Mapping[str, str] | None = None, **chosen: object) -> Settings:
    """Settings from the environment, over which `chosen` (those not None) win.

    Raises Invalid naming the variable when a value cannot be read or no setting has that name.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable.startswith(DEMO_PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in _DEFAULTS:
            raise Invalid(f"{variable} is not a setting; known are {', '.join(sorted(_DEFAULTS))}", field=name)
        values[name] = _parse(variable, text, _DEFAULTS[name])
    values.update({name: value for name, value in chosen.items() if value is not None})
    return Settings(**values)  # type: ignore[arg-type]


_DEFAULTS: Final = {f.name: f.default for f in fields(Settings)}


def _parse(variable: str, text: str, default: object) -> object:
    """The text of an environment variable as the type of its default."""
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]
        if isinstance(default, int | float):
            return type(default)(text)
    except (KeyError, ValueError):
        kind = "yes or no" if isinstance(default, bool) else "a number"
        raise Invalid(f"{variable} must be {kind}, not {text!r}", field=variable) from None
    return Path(text) if isinstance(default, Path) else text
