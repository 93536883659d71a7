"""Floods and insisting strangers: who is listened to at all, decided before a message is read."""

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from switchboard.channels.voice.sip.limits import Limits

MOST_SOURCES: Final = 20_000
"""Addresses remembered; the longest unseen is forgotten first."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class _Source:
    __slots__ = ("allowance", "faults", "ignored_until", "seen", "window_ends")

    def __init__(self, now: float, burst: float) -> None:
        self.allowance = burst
        self.seen = now
        self.faults = 0
        self.window_ends = 0.0
        self.ignored_until = 0.0


class Guard:
    """Counts what each address does. clock: monotonic seconds.

    trusted: networks that no limit holds for (trunks have rates of their own). counts: dropped messages and faults by
    reason, for metrics.
    """

    def __init__(self, clock: Callable[[], float], limits: Limits, trusted: Iterable[Network] = ()) -> None:
        self._clock = clock
        self._limits = limits
        self._trusted: tuple[Network, ...] = tuple(trusted)
        self._vouched: Counter[str] = Counter()
        self._sources: dict[str, _Source | None] = {}
        self.counts: Counter[str] = Counter()

    def trust(self, networks: Iterable[Network]) -> None:
        """Replace the trusted networks."""
        self._trusted = tuple(networks)
        self._sources.clear()

    def vouch(self, host: str) -> None:
        """Somebody behind this address has proved who he is: no limit holds while that lasts. Counted."""
        self._vouched[host] += 1
        self._sources.pop(host, None)

    def withdraw(self, host: str) -> None:
        """Take back one `vouch`."""
        self._vouched[host] -= 1
        if self._vouched[host] <= 0:
            del self._vouched[host]
            self._sources.pop(host, None)

    def admits(self, host: str) -> bool:
        """Whether the next message from this address is read."""
        try:
            source = self._sources[host]
        except KeyError:
            source = self._remember(host)
        if source is None:
            return True
        now = self._clock()
        if now < source.ignored_until:
            self.counts["ignored"] += 1
            return False
        limits = self._limits
        source.allowance = min(limits.burst, source.allowance + (now - source.seen) * limits.rate)
        source.seen = now
        if source.allowance < 1.0:
            self.counts["flood"] += 1
            return False
        source.allowance -= 1.0
        return True

    def wrong_secret(self, host: str) -> None:
        """Somebody there tried a wrong password."""
        self.fault(host, "wrong secret", self._limits.wrong_secret)

    def fault(self, host: str, kind: str, weight: int = 1) -> None:
        """Something from this address was refused. kind: a fixed word for the metrics, for example `garbage`."""
        self.counts[kind] += 1
        source = self._sources.get(host) if host in self._sources else self._remember(host)
        if source is None:
            return
        now = self._clock()
        limits = self._limits
        if now >= source.window_ends:
            source.faults = 0
            source.window_ends = now + limits.fault_window
        source.faults += weight
        if source.faults >= limits.faults:
            source.ignored_until = now + limits.ignore_for
            source.window_ends = 0.0

    def ignores(self, host: str) -> bool:
        """Whether this address is being ignored just now."""
        source = self._sources.get(host)
        return source is not None and self._clock() < source.ignored_until

    def _remember(self, host: str) -> _Source | None:
        if len(self._sources) >= MOST_SOURCES:
            del self._sources[next(iter(self._sources))]
        source = None if self._exempt(host) else _Source(self._clock(), self._limits.burst)
        self._sources[host] = source
        return source

    def _exempt(self, host: str) -> bool:
        return host in self._vouched or self.within(host, self._trusted)

    @staticmethod
    def within(host: str, networks: Iterable[Network]) -> bool:
        """Whether an address belongs to one of the networks; a v4 address mapped into v6 counts as v4."""
        address = _address(host)
        return address is not None and any(address in network for network in networks)


@lru_cache(maxsize=4_096)
def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
