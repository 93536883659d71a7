"""How the web meets the network: what the composition root may choose about cookies, hosts and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

COOKIE: Final = "switchboard_session"
CSRF_HEADER: Final = "X-CSRF"

BUILT_UI: Final = Path(__file__).parent.parent / "_web"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    body: int = 256 * 1024
    bodies: Mapping[str, int] = field(
        default_factory=lambda: {
            "/api/configuration": 8 * 1024 * 1024,
            "/api/sounds": 64 * 1024 * 1024,
            "/api/reconciliations": 32 * 1024 * 1024,
            "/api/reconciliations/preview": 32 * 1024 * 1024,
        }
    )
    """Paths whose requests may be larger."""
    body_time: float = 60.0
    """How long a request's body may take to arrive."""
    feeds_per_person: int = 16
    frames_waiting: int = 64
    """Frames of a topic that may wait for a slow page before they are dropped for a fresh snapshot."""


@dataclass(frozen=True, slots=True)
class FeedTimes:
    """Seconds."""

    beat: float = 5.0
    """Between two beats to one page."""
    lost: float = 15.0
    """Without an answer the page counts as lost."""
    grace: float = 5.0
    """A closed page may come back within this, so that a reload is no absence."""
    board: float = 0.1
    """Between two frames of a board, at least."""
    board_page: float = 0.0005
    """And so much for each open board: a frame costs at most 20 us a page, so that all boards take 4 % of a core."""
    why: float = 0.4
    """Between two frames of an explanation, at least."""
    tick: float = 0.25
    """How exactly all this is kept."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What surrounds the web."""

    secure: bool = False
    """Whether we are reached by HTTPS: cookies are then marked Secure."""
    hosts: frozenset[str] | None = None
    """Host names (without port) a request may ask for; None allows all. Naming them on loopback keeps
    a foreign site from reaching us under its own name (DNS rebinding)."""
    origins: frozenset[str] = frozenset()
    """Further origins (`https://desk.example.com`) besides the one a request came to."""
    ui: Path = BUILT_UI
    """The folder of the built user interface."""
    metrics_open: bool = False
    """Whether anyone may read `/metrics`; otherwise this machine and signed-in administrators only."""
    limits: Limits = Limits()
    times: FeedTimes = FeedTimes()


LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
