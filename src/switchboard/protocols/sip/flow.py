"""Where a peer is reached: what the state machines need to know of a transport."""

from typing import Protocol

Address = tuple[str, int]


class Flow(Protocol):
    """A UDP address or one TCP connection (RFC 5626). Equal flows reach the same place."""

    @property
    def transport(self) -> str:
        """`UDP`, `TCP` or `TLS`, as Via writes it."""
        ...

    @property
    def reliable(self) -> bool:
        """Whether nothing needs to be sent twice."""
        ...

    @property
    def breakable(self) -> bool:
        """Whether it can be lost, as connections can; then `TransactionLayer.flow_lost` is told."""
        ...

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        ...

    @property
    def remote(self) -> Address:
        """Where what we send arrives."""
        ...

    @property
    def sent_by(self) -> str:
        """Our own `host:port` as Via and Contact show it to this peer."""
        ...

    def send(self, data: bytes) -> None:
        """Send, or queue while connecting; never raises."""
        ...

    def with_port(self, port: int) -> "Flow":
        """The same host by another port where that makes sense (UDP), else itself."""
        ...
