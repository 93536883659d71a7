"""Every setting of a node, typed, in one place.

Read from `SWITCHBOARD_...` environment variables, over which command-line options win. What an
organization configures (queues, people, flows) is not here: that lives in its database.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from switchboard.kit.errors import Invalid

PREFIX: Final = "SWITCHBOARD_"
DEMO_PREFIX: Final = "SWITCHBOARD_DEMO_"
"""Secrets of the demo's file, which are no settings."""
OF_THE_BUILD: Final = frozenset({"SWITCHBOARD_SKIP_WEB", "SWITCHBOARD_BUNDLED_NODE"})
"""What `hatch_build.py` reads: whoever sets these may still start a center."""

DATABASE_FILE: Final = "switchboard.db"

LOG_LEVELS: Final = ("debug", "info", "warning", "error")


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
    bad_sound_loss: float = 0.05
    """Share of packets lost, from 0.001 to 1, from which on a talk's sound is shown as bad."""
    bad_sound_jitter: float = 0.06
    """Seconds by which packets come unevenly, from 0.001 to 10, from which on sound is shown as bad."""

    recording_free_gb: float = 1.0
    """Free space of the data folder's disk, in gigabytes, below which nothing is recorded any more."""

    log_level: str = "info"
    drain_seconds: float = 5.0
    """How long calls may go on after a request to stop."""

    try_it: bool = False
    """Whether the page that calls from the browser without signing in is open."""
    example: bool = False
    """Whether this is an example center: its pages offer a tour to whoever sees them first."""

    administrator: str = ""
    """User name of the first administrator, when the database has nobody."""
    administrator_password: str = field(default="", repr=False)

    def database_url(self) -> str:
        """The database's address, SQLite in the data folder unless one was given."""
        return self.database or f"sqlite:///{self.data / DATABASE_FILE}"


def load(environment: Mapping[str, str] | None = None, **chosen: object) -> Settings:
    """Settings from the environment, over which `chosen` (those not None) win.

    A variable that is empty counts as not set. Raises Invalid naming the variable when a value cannot be read
    or is out of its range, and when no setting has that name.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable.startswith(DEMO_PREFIX) or variable in OF_THE_BUILD:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in _DEFAULTS:
            raise Invalid(f"{variable} is not a setting; known are {', '.join(sorted(_DEFAULTS))}", field=name)
        if text:
            values[name] = _parse(variable, text, _DEFAULTS[name])
    values.update({name: value for name, value in chosen.items() if value is not None})
    settings = Settings(**values)  # type: ignore[arg-type]  # each has the type of its field's default
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """Raises Invalid naming the first setting whose value is out of its range."""
    for name, (least, most) in _RANGES.items():
        value = getattr(settings, name)
        if not math.isfinite(value) or not least <= value <= most:
            raise Invalid(f"{PREFIX}{name.upper()} must be from {least} to {most}, not {value}", field=name)
    if settings.media_port_last <= settings.media_port_first:
        raise Invalid(
            f"{PREFIX}MEDIA_PORT_LAST must be above {PREFIX}MEDIA_PORT_FIRST ({settings.media_port_first}), "
            f"not {settings.media_port_last}",
            field="media_port_last",
        )
    if settings.log_level not in LOG_LEVELS:
        raise Invalid(
            f"{PREFIX}LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {settings.log_level!r}", field="log_level"
        )


_RANGES: Final = {
    "web_port": (0, 65_535),
    "sip_port": (0, 65_535),
    "media_port_first": (1_024, 65_535),
    "media_port_last": (1_024, 65_535),
    "media_workers": (0, 1_024),
    "bad_sound_loss": (0.001, 1),
    "bad_sound_jitter": (0.001, 10),
    "recording_free_gb": (0, 1_000_000),
    "drain_seconds": (0, 86_400),
}
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
