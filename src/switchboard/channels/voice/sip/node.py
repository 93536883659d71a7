"""What every leg of this node shares: transactions, timers, routes, and the table of live dialogs."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.layer import ServerTransaction, TransactionLayer
from switchboard.protocols.sip.message import Headers, Request, Response
from switchboard.protocols.sip.timers import Timers

ALLOW: Final = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE, REFER, NOTIFY"
SUPPORTED: Final = "replaces"
EXTENSIONS: Final = frozenset({"replaces"})
"""Option tags we understand in a Require."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and secret for challenges that others send us (401, 407)."""

    user: str
    secret: str = field(repr=False)


class DialogOwner(Protocol):
    """Who gets what arrives inside a dialog."""

    @property
    def call_id(self) -> str: ...

    def receive(self, transaction: ServerTransaction) -> None:
        """A request inside the dialog; answer it."""
        ...

    def acknowledged(self, request: Request) -> None:
        """An ACK for a 2xx of ours."""
        ...


class Node:
    """Shared by the legs; made once by `UserAgent`.

    layer: transactions. route: finds the flow to a URI, raises UriError when there is none. dialogs: by local tag.
    """

    def __init__(
        self,
        timers: Timers,
        entropy: random.Random,
        layer: TransactionLayer,
        user_agent: str,
        route: Callable[[str], Flow],
    ) -> None:
        self.timers = timers
        self.entropy = entropy
        self.layer = layer
        self.route = route
        self.user_agent = user_agent
        self.dialogs: dict[str, DialogOwner] = {}
        self.on_idle: Callable[[], None] = _nothing

    def leave(self, tag: str) -> None:
        """A dialog is over; when it was the last one, `on_idle` is called."""
        if self.dialogs.pop(tag, None) is not None and not self.dialogs:
            self.on_idle()

    def contact(self, flow: Flow) -> list[str]:
        """Our Contact as this peer must see it."""
        suffix = "" if flow.transport == "UDP" else f";transport={flow.transport.lower()}"
        return [f"<sip:{flow.sent_by}{suffix}>"]

    def reply(
        self,
        transaction: ServerTransaction,
        status: int,
        reason: str = "",
        *,
        tag: str = "",
        headers: Headers | None = None,
        body: bytes = b"",
    ) -> Response:
        """Send a response of ours; To gets `tag`, or a new one when it needs one. Returns what was sent."""
        response = self.response(transaction.request, status, reason, tag=tag, headers=headers, body=body)
        transaction.respond(response)
        return response

    def response(
        self,
        request: Request,
        status: int,
        reason: str = "",
        *,
        tag: str = "",
        headers: Headers | None = None,
        body: bytes = b"",
    ) -> Response:
        """A response that names us as the server."""
        response = Response.to(request, status, reason, tag=tag or self.layer.token())
        if headers:
            response.headers.update(headers)
        if status != 100:
            response.headers["server"] = [self.user_agent]
        response.body = body
        return response


def _nothing() -> None:
    """Nobody waits for the last call to end."""
