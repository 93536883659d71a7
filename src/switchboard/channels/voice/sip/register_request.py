"""A REGISTER that came in (RFC 3261 section 10.3), as the registrar sees it."""

from dataclasses import dataclass

from switchboard.channels.voice.sip.node import Node
from switchboard.protocols.sip.flow import Address, Flow
from switchboard.protocols.sip.header import items, seconds
from switchboard.protocols.sip.layer import ServerTransaction
from switchboard.protocols.sip.message import Headers, Request
from switchboard.protocols.sip.uri import Uri, UriError, name_address


@dataclass(frozen=True, slots=True)
class ContactWish:
    """One address to bind. uri: as written. expires: seconds, 0 to remove. instance: its +sip.instance, or empty."""

    uri: str
    expires: int
    instance: str = ""


class RegisterRequest:
    """Answer it with `accept`, `challenge` or `refuse`, exactly once.

    user: user part of the address to register (To). source: where the packet came from. flow: the way back.
    """

    def __init__(self, node: Node, transaction: ServerTransaction) -> None:
        self._node = node
        self._transaction = transaction
        self.request: Request = transaction.request
        self.flow: Flow = transaction.flow
        self.source: Address = transaction.flow.remote
        self.call_id = self.request.call_id
        self.cseq = self.request.cseq
        try:
            self.user = self.request.to_address.parsed().user
        except UriError:
            self.user = ""

    @property
    def removes_all(self) -> bool:
        """`Contact: *` with an Expires of 0."""
        return [value.strip() for value in self.request.values("contact")] == ["*"] and self._expires() == 0

    def contacts(self, default_expires: int) -> list[ContactWish]:
        """The addresses asked for, empty for a mere query. Raises UriError for one that cannot be called."""
        wishes: list[ContactWish] = []
        if self.removes_all:
            return wishes
        common = self._expires()
        for value in items(self.request.values("contact")):
            address = name_address(value)
            Uri.parse(address.uri)
            own = seconds(address.parameters.get("expires"))
            expires = own if own is not None else common if common is not None else default_expires
            wishes.append(ContactWish(address.uri, expires, address.parameters.get("+sip.instance", "")))
        return wishes

    def _expires(self) -> int | None:
        return seconds(self.request.get("expires"))

    def accept(self, bindings: list[tuple[str, int]]) -> None:
        """200 with every binding in force: (URI, seconds left)."""
        headers: Headers = {"contact": [f"<{uri}>;expires={left}" for uri, left in bindings]} if bindings else {}
        self._node.reply(self._transaction, 200, headers=headers)

    def challenge(self, value: str) -> None:
        """401 with this WWW-Authenticate value."""
        self._node.reply(self._transaction, 401, headers={"www-authenticate": [value]})

    def refuse(self, status: int, reason: str = "", headers: Headers | None = None) -> None:
        """A final response from 300 to 699."""
        self._node.reply(self._transaction, status, reason, headers=headers)

    def ignore(self) -> None:
        """Say nothing: for senders who insist on wrong answers."""
        self._transaction.abandon()
