"""Runs the tables of `transaction`: matches messages to transactions, repeats, gives up, forgets.

Never blocks and holds no socket: flows send, `Timers` wait. One layer serves a whole node.
"""

from collections.abc import Callable
from typing import Final, Protocol

from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.header import COOKIE, branch_of
from switchboard.protocols.sip.message import Headers, Request, Response
from switchboard.protocols.sip.timers import Timer, Timers
from switchboard.protocols.sip.transaction import (
    CLIENT,
    CLIENT_TIMING,
    INVITE_CLIENT,
    INVITE_CLIENT_TIMING,
    INVITE_SERVER,
    INVITE_SERVER_TIMING,
    SERVER,
    SERVER_TIMING,
    Do,
    Happening,
    State,
    Table,
    Timing,
)

Key = tuple[str, ...]
_TOKENS: Final = 64
OnResponse = Callable[[Response], None]
OnFailure = Callable[[int], None]


class Entropy(Protocol):
    """Where branches and tags come from; `random.Random` fits."""

    def getrandbits(self, bits: int, /) -> int: ...


class Transaction:
    """One request and what becomes of it. See `ClientTransaction`, `ServerTransaction`."""

    __slots__ = ("_gap", "_last", "_layer", "_request", "_table", "_timer", "_timing", "_until", "flow", "key", "state")

    def __init__(
        self,
        layer: "TransactionLayer",
        request: Request,
        flow: Flow,
        key: Key,
        rules: tuple[Table, dict[State, Timing], State],
    ) -> None:
        self._layer = layer
        self._request: Request | None = request
        self.flow = flow
        self.key = key
        self._table, self._timing, self.state = rules
        self._last = b""
        self._timer: Timer | None = None
        """Until the next repetition, or until the limit where that comes first."""
        self._gap = 0.0
        self._until = 0.0

    @property
    def request(self) -> Request:
        """The request, for as long as there is no final response: what lingers after that keeps only bytes."""
        assert self._request is not None, "the transaction has its final response"
        return self._request

    def _happen(self, happening: Happening, message: Request | Response | None = None) -> None:
        """Take the step the table names; what it does not name is ignored (section 17: absorbed)."""
        step = self._table[self.state].get(happening)
        if step is None:
            return
        before = self.state
        if step.next is not before:
            self.state = step.next
            self._enter(step.next)
        for action in step.do:
            self._perform(action, message)

    def _perform(self, action: Do, message: Request | Response | None) -> None:
        raise NotImplementedError

    def _enter(self, state: State) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if state is State.TERMINATED:
            self._forget()
            return
        timing = self._timing[state]
        timers = self._layer.timers
        reliable = self.flow.reliable
        if timing.keep_limit:
            limit = self._until - timers.now()
        else:
            limit = timing.limit_reliable if reliable else timing.limit
            self._until = timers.now() + limit
        if timing.repeat and not reliable:
            self._gap = timing.repeat
            self._repeat_before(limit)
        elif limit:
            self._timer = timers.after(limit, self._time_over)
        elif timing.ends_at_once:
            self.state = State.TERMINATED
            self._forget()

    def _repeat_before(self, limit: float) -> None:
        """Wait for the next repetition, or for the limit, `limit` seconds from now, when that comes first."""
        timers = self._layer.timers
        if self._gap < limit:
            self._timer = timers.after(self._gap, self._repeat)
        else:
            self._timer = timers.after(max(0.0, limit), self._time_over)

    def _repeat(self) -> None:
        self._gap = min(self._gap * 2, self._timing[self.state].cap)
        self._repeat_before(self._until - self._layer.timers.now())
        self._happen(Happening.REPEAT)

    def _time_over(self) -> None:
        self._happen(Happening.LIMIT)

    def _forget(self) -> None:
        self._layer.forget(self)

    def broken(self) -> None:
        """The connection it used is gone."""
        self._happen(Happening.BROKEN)

    def abandon(self) -> None:
        """Its user expects nothing more of it and wants nothing sent."""
        self._happen(Happening.ABANDONED)


class ClientTransaction(Transaction):
    """A request of ours. on_response: every response its user must see. on_failure: 408 or 503 in place of one."""

    __slots__ = ("_on_failure", "_on_response", "_settled")

    def __init__(
        self,
        layer: "TransactionLayer",
        request: Request,
        flow: Flow,
        key: Key,
        on_response: OnResponse,
        on_failure: OnFailure,
    ) -> None:
        invite = request.method == "INVITE"
        super().__init__(layer, request, flow, key, _INVITE_CLIENT if invite else _CLIENT)
        self._on_response = on_response
        self._on_failure = on_failure
        self._settled = False

    def _enter(self, state: State) -> None:
        super()._enter(state)
        if not self._settled and state in _SETTLED:
            self._settled = True
            self._layer.settled()
            if state is not State.COMPLETED or self._table is not INVITE_CLIENT:
                self._request = None

    def start(self) -> None:
        self._last = self.request.encode()
        self._enter(self.state)
        self.flow.send(self._last)

    def receive(self, response: Response) -> None:
        status = response.status
        if status < 200:
            self._happen(Happening.PROVISIONAL, response)
        else:
            self._happen(Happening.SUCCESS if status < 300 else Happening.FAILURE, response)

    def _perform(self, action: Do, message: Request | Response | None) -> None:
        if action is Do.TELL:
            if isinstance(message, Response):
                self._on_response(message)
        elif action is Do.RESEND:
            self.flow.send(self._last)
        elif action is Do.ACKNOWLEDGE:
            if self._request is not None and isinstance(message, Response):
                self._last = _ack_of_failure(self._request, message).encode()
                self._request = None
            self.flow.send(self._last)
        elif action is Do.TIMED_OUT:
            self._on_failure(408)
        elif action is Do.UNREACHABLE:
            self._on_failure(503)


class ServerTransaction(Transaction):
    """A request that came in; answer it with `respond`.

    on_ack: an ACK for a 2xx that used the INVITE's branch. on_broken: the peer's connection is gone.
    on_cancel: called by whoever gets the CANCEL for it; None once nobody cares.
    """

    __slots__ = ("merge_key", "on_ack", "on_broken", "on_cancel")

    def __init__(self, layer: "TransactionLayer", request: Request, flow: Flow, key: Key) -> None:
        invite = request.method == "INVITE"
        super().__init__(layer, request, flow, key, _INVITE_SERVER if invite else _SERVER)
        self.merge_key = (request.call_id, request.headers["from"][0], request.headers["cseq"][0])
        self.on_ack: Callable[[Request], None] | None = None
        self.on_broken: Callable[[], None] | None = None
        self.on_cancel: Callable[[Request], None] | None = None

    def respond(self, response: Response) -> None:
        """Send a response. Once final, later ones are ignored (a 2xx of an INVITE may be sent again)."""
        status = response.status
        if status < 200:
            self._happen(Happening.PROVISIONAL, response)
        else:
            self._happen(Happening.SUCCESS if status < 300 else Happening.FAILURE, response)

    @property
    def answered(self) -> bool:
        """Whether a final response has been sent."""
        return self.state not in (State.TRYING, State.PROCEEDING)

    def receive(self, request: Request) -> None:
        self._happen(Happening.ACK if request.method == "ACK" else Happening.REQUEST, request)

    def _perform(self, action: Do, message: Request | Response | None) -> None:
        if isinstance(message, Response):
            # SEND is the only thing done with a response.
            self._last = message.encode()
            self.flow.send(self._last)
            if message.status >= 200:
                self._request = None
        elif action is Do.RESEND:
            if self._last:
                self.flow.send(self._last)
        elif action is Do.TELL:
            if self.on_ack is not None and message is not None:
                self.on_ack(message)
        elif self.on_broken is not None:
            self.on_broken()

    def _forget(self) -> None:
        super()._forget()
        self.on_ack = self.on_broken = self.on_cancel = None


_SETTLED: Final = frozenset({State.COMPLETED, State.ACCEPTED, State.TERMINATED})
_INVITE_CLIENT: Final = (INVITE_CLIENT, INVITE_CLIENT_TIMING, State.CALLING)
_CLIENT: Final = (CLIENT, CLIENT_TIMING, State.TRYING)
_INVITE_SERVER: Final = (INVITE_SERVER, INVITE_SERVER_TIMING, State.PROCEEDING)
_SERVER: Final = (SERVER, SERVER_TIMING, State.TRYING)


def _ack_of_failure(invite: Request, response: Response) -> Request:
    """The ACK of a 300-699 belongs to the INVITE's transaction (section 17.1.1.3)."""
    source = invite.headers
    headers: Headers = {
        "via": source["via"][:1],
        "max-forwards": ["70"],
        "from": source["from"],
        "to": response.headers["to"],
        "call-id": source["call-id"],
        "cseq": [f"{invite.cseq} ACK"],
    }
    if "route" in source:
        headers["route"] = source["route"]
    return Request("ACK", invite.uri, headers, cseq=invite.cseq)


def server_key(request: Request, method: str) -> Key:
    """What makes requests the same (section 17.2.3): branch, sent-by and method; ACK counts as its INVITE."""
    via = request.top_via
    branch = branch_of(via)
    if branch.startswith(COOKIE) and len(branch) > len(COOKIE):
        return (branch, via.partition(";")[0], method)
    # RFC 2543 peers: no unique branch, so what their retransmissions have in common.
    return (via, request.call_id, request.from_tag, str(request.cseq), method)


class TransactionLayer:
    """All transactions of a node.

    waiting: requests of ours without a final response; on_quiet: called when there is none left.
    on_request: a new request, with the transaction to answer it by (never ACK). on_ack: an ACK of its own, that is
    for a 2xx. on_stray: a response that belongs to no transaction.
    """

    def __init__(
        self,
        timers: Timers,
        entropy: Entropy,
        *,
        on_request: Callable[[ServerTransaction], None],
        on_ack: Callable[[Request], None],
        on_stray: Callable[[Response, Flow], None],
    ) -> None:
        self.timers = timers
        self._entropy = entropy
        self._on_request = on_request
        self._on_ack = on_ack
        self._on_stray = on_stray
        self._clients: dict[Key, ClientTransaction] = {}
        self._servers: dict[Key, ServerTransaction] = {}
        self._on_connection: dict[Flow, set[Transaction]] = {}
        self._first_seen: dict[Key, Key] = {}
        self._tokens: list[str] = []
        self.waiting = 0
        self.on_quiet: Callable[[], None] | None = None

    def __len__(self) -> int:
        """Transactions not yet forgotten."""
        return len(self._clients) + len(self._servers)

    def token(self) -> str:
        """A new tag or branch ending: 64 random bits."""
        if not self._tokens:
            # The system's source costs a call into the kernel: ask for many at once.
            text = f"{self._entropy.getrandbits(64 * _TOKENS):0{16 * _TOKENS}x}"
            self._tokens = [text[start : start + 16] for start in range(0, len(text), 16)]
        return self._tokens.pop()

    def send(self, request: Request, flow: Flow, on_response: OnResponse, on_failure: OnFailure) -> ClientTransaction:
        """Start a client transaction. A Via is put on top unless the request has one (CANCEL has its INVITE's)."""
        if "via" not in request.headers:
            self.put_via(request, flow)
        key = (branch_of(request.top_via), request.method)
        transaction = ClientTransaction(self, request, flow, key, on_response, on_failure)
        self._clients[key] = transaction
        self.waiting += 1
        self._remember(transaction)
        transaction.start()
        return transaction

    def put_via(self, request: Request, flow: Flow) -> None:
        """Give a request its top Via with a new branch; rport is asked for (RFC 3581)."""
        via = f"SIP/2.0/{flow.transport} {flow.sent_by};branch={COOKIE}{self.token()};rport"
        request.headers = {"via": [via], **request.headers}

    def receive(self, message: Request | Response, flow: Flow) -> None:
        """Take a message from the network. flow: where responses to it go."""
        if isinstance(message, Response):
            client = self._clients.get((branch_of(message.top_via), message.cseq_method))
            if client is not None:
                client.receive(message)
            else:
                self._on_stray(message, flow)
            return
        method = message.method
        key = server_key(message, "INVITE" if method == "ACK" else method)
        server = self._servers.get(key)
        if server is not None:
            server.receive(message)
        elif method == "ACK":
            self._on_ack(message)
        else:
            server = self._servers[key] = ServerTransaction(self, message, flow, key)
            self._remember(server)
            # A request that reached us twice by different ways is merged by the user (section 8.2.2.2).
            self._first_seen.setdefault(server.merge_key, key)
            self._on_request(server)

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        """The INVITE that a CANCEL means (section 9.2)."""
        return self._servers.get(server_key(cancel, "INVITE"))

    def merged(self, transaction: ServerTransaction) -> bool:
        """Whether the same request is already here under another branch: a fork of it came by another way (482)."""
        return self._first_seen.get(transaction.merge_key) != transaction.key

    def settled(self) -> None:
        """Called by a client transaction that has its final response, or never will."""
        self.waiting -= 1
        if not self.waiting and self.on_quiet is not None:
            self.on_quiet()

    def flow_lost(self, flow: Flow) -> None:
        """A connection has closed: everything on it that still waits is told."""
        for transaction in self._on_connection.pop(flow, ()):
            transaction.broken()

    def forget(self, transaction: Transaction) -> None:
        """Called by a transaction that has terminated."""
        if isinstance(transaction, ClientTransaction):
            self._clients.pop(transaction.key, None)
        elif isinstance(transaction, ServerTransaction):
            self._servers.pop(transaction.key, None)
            if self._first_seen.get(transaction.merge_key) == transaction.key:
                del self._first_seen[transaction.merge_key]
        if transaction.flow.breakable:
            others = self._on_connection.get(transaction.flow)
            if others is not None:
                others.discard(transaction)
                if not others:
                    del self._on_connection[transaction.flow]

    def _remember(self, transaction: Transaction) -> None:
        if transaction.flow.breakable:
            self._on_connection.setdefault(transaction.flow, set()).add(transaction)
