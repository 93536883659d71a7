"""Where phones are: the registrar (RFC 3261 section 10.3), with the flow each phone registered on (RFC 5626)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from switchboard.channels.voice.sip.authenticator import Authenticator, Verdict
from switchboard.channels.voice.sip.guard import Guard
from switchboard.channels.voice.sip.refusals import Refusals
from switchboard.channels.voice.sip.register_request import ContactWish, RegisterRequest
from switchboard.protocols.sip.flow import Address, Flow
from switchboard.protocols.sip.timers import Timer, Timers
from switchboard.protocols.sip.uri import UriError

SHORTEST: Final = 60
LONGEST: Final = 3_600
USUAL: Final = 600
"""Seconds a binding lasts: least, most, and when nothing is asked."""
MOST_BINDINGS: Final = 8
"""Devices per account."""
KEEP_ALIVE: Final = 25.0
"""Seconds between keep-alives that hold a NAT's door open (RFC 5626 section 4.4.1 recommends 24 to 29 over UDP)."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One device of an account. Call it with `stack.dial(binding.uri, via_flow=binding.flow)`.

    since, expires_at: monotonic seconds. call_id, cseq: of the REGISTER that made it, which orders later ones.
    """

    user: str
    uri: str
    flow: Flow
    since: float
    expires_at: float
    call_id: str
    cseq: int
    instance: str
    user_agent: str

    @property
    def source(self) -> Address:
        return self.flow.remote


class Registrar:
    """Bindings of every account that the authenticator knows.

    Bindings are of the running process: after a restart phones register again on their own. on_change: told the user
    whenever he gets his first binding (True) or loses his last one (False). refusals: where what is refused is
    remembered. permitted: whether an account that has proved itself may be reached here.
    """

    def __init__(
        self,
        timers: Timers,
        authenticator: Authenticator,
        guard: Guard,
        refusals: Refusals | None = None,
        permitted: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._timers = timers
        self._authenticator = authenticator
        self._guard = guard
        self._refusals = refusals
        self._permitted = permitted
        self._bindings: dict[str, list[Binding]] = {}
        self._expiry: dict[str, Timer] = {}
        self.on_change: Callable[[str, bool], None] = _nobody_asks
        timers.after(KEEP_ALIVE, self._keep_alive)

    def bindings(self, user: str) -> list[Binding]:
        """Devices in force, the latest first."""
        now = self._timers.now()
        return [
            binding for binding in self._bindings.get(user, ()) if binding.expires_at > now and not binding.flow.closed
        ]

    def users(self) -> list[str]:
        """Accounts with a device."""
        return list(self._bindings)

    def reachable(self, user: str) -> bool:
        return bool(self.bindings(user))

    def __len__(self) -> int:
        """Accounts with a device."""
        return len(self._bindings)

    def user_at(self, source: Address, transport: str) -> str | None:
        """Whose device is at this address, if exactly one account's is."""
        users = {
            binding.user
            for bindings in self._bindings.values()
            for binding in bindings
            if binding.source == source and binding.flow.transport == transport
        }
        return users.pop() if len(users) == 1 else None

    # -- REGISTER --

    def receive(self, request: RegisterRequest) -> None:
        """Answer a REGISTER: set it as `SipStack.on_register`."""
        if not self._allowed(request):
            return
        try:
            wishes = request.contacts(USUAL)
        except UriError:
            request.refuse(400, "Contact Cannot Be Called")
            return
        if any(0 < wish.expires < SHORTEST for wish in wishes):
            request.refuse(423, headers={"min-expires": [str(SHORTEST)]})
        elif self._out_of_order(request):
            request.refuse(500, "Out Of Order")
        elif len(wishes) > MOST_BINDINGS:
            request.refuse(403, "Too Many Devices")
        else:
            self._apply(request, wishes)
            now = self._timers.now()
            request.accept([(b.uri, max(1, round(b.expires_at - now))) for b in self.bindings(request.user)])

    def _allowed(self, request: RegisterRequest) -> bool:
        values = request.request.values("authorization")
        verdict, user = self._authenticator.verify("REGISTER", values, request.request.body)
        host = request.source[0]
        if verdict is Verdict.VERIFIED:
            return self._may_register(request, user)
        if verdict is Verdict.WRONG:
            self._guard.wrong_secret(host)
            self._refused(user, host, "wrong password")
        else:
            # A made-up nonce looks stale: it counts, too, or guessing with it would be free.
            self._guard.fault(host, "no credentials")
        request.challenge(self._authenticator.challenge(request.user, stale=verdict is Verdict.STALE))
        return False

    def _may_register(self, request: RegisterRequest, user: str) -> bool:
        host = request.source[0]
        if user != request.user:
            # Nobody may say where somebody else is.
            self._guard.wrong_secret(host)
            self._refused(request.user, host, "another account's password")
        elif not self._permitted(user):
            self._refused(user, host, "its owner works here no longer")
        else:
            if self._refusals is not None:
                self._refusals.settled(user, host)
            return True
        request.refuse(403)
        return False

    def _refused(self, user: str, host: str, why: str) -> None:
        if self._refusals is not None:
            self._refusals.note(user, host, why)

    def _out_of_order(self, request: RegisterRequest) -> bool:
        return any(
            binding.call_id == request.call_id and request.cseq <= binding.cseq
            for binding in self._bindings.get(request.user, ())
        )

    def _apply(self, request: RegisterRequest, wishes: list[ContactWish]) -> None:
        if request.removes_all:
            self.forget(request.user)
            return
        bindings = list(self._bindings.get(request.user, ()))
        for wish in wishes:
            known = next((b for b in bindings if _same_device(b, wish)), None)
            bindings = [b for b in bindings if not _same_device(b, wish)]
            if wish.expires:
                bindings.insert(0, self._binding(request, wish, known))
        self._set(request.user, bindings[:MOST_BINDINGS])

    def _binding(self, request: RegisterRequest, wish: ContactWish, known: Binding | None) -> Binding:
        return Binding(
            user=request.user,
            uri=wish.uri,
            flow=request.flow,
            since=self._timers.now() if known is None else known.since,
            expires_at=self._timers.now() + min(wish.expires, LONGEST),
            call_id=request.call_id,
            cseq=request.cseq,
            instance=wish.instance,
            user_agent=request.request.get("user-agent") or "",
        )

    # -- ends --

    def forget(self, user: str) -> None:
        """Drop every binding of an account (it was retired, or asked for it)."""
        self._set(user, [])

    def flow_lost(self, flow: Flow) -> None:
        """A connection has closed: phones on it cannot be reached until they register again."""
        if not flow.reliable:
            return
        for user, bindings in list(self._bindings.items()):
            left = [binding for binding in bindings if binding.flow is not flow]
            if len(left) != len(bindings):
                self._set(user, left)

    def _expire(self, user: str) -> None:
        self._expiry.pop(user, None)
        self._set(user, self.bindings(user))

    def _set(self, user: str, bindings: list[Binding]) -> None:
        before = self._bindings.get(user, [])
        for binding in bindings:
            self._guard.vouch(binding.source[0])
        for binding in before:
            self._guard.withdraw(binding.source[0])
        timer = self._expiry.pop(user, None)
        if timer is not None:
            timer.cancel()
        if bindings:
            self._bindings[user] = bindings
            soonest = min(binding.expires_at for binding in bindings)
            self._expiry[user] = self._timers.after(max(0.0, soonest - self._timers.now()), self._expire, user)
        else:
            self._bindings.pop(user, None)
        if bool(bindings) != bool(before):
            self.on_change(user, bool(bindings))

    def _keep_alive(self) -> None:
        """Two line ends open the way through NAT for the next INVITE; phones ignore them."""
        for bindings in self._bindings.values():
            for binding in bindings:
                if not binding.flow.closed:
                    binding.flow.send(b"\r\n\r\n")
        self._timers.after(KEEP_ALIVE, self._keep_alive)


def _same_device(binding: Binding, wish: ContactWish) -> bool:
    if wish.instance:
        return binding.instance == wish.instance
    return binding.uri == wish.uri


def _nobody_asks(_user: str, _reachable: bool) -> None:
    """Nobody wants to know."""
