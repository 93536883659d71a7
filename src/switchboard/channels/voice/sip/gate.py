"""Who may call: configured trunks and known phones. Everybody else is refused, counted, at last ignored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from switchboard.channels.voice.sip.authenticator import Authenticator, Verdict
from switchboard.channels.voice.sip.guard import Guard, Network
from switchboard.channels.voice.sip.inbound import InboundLeg
from switchboard.channels.voice.sip.rate import Rate
from switchboard.channels.voice.sip.refusals import Refusals
from switchboard.channels.voice.sip.trunk_registration import TrunkRegistration


@dataclass(frozen=True, slots=True)
class Trunk:
    """What the gate needs to know of a trunk.

    key: its stable key. networks: where its calls come from. digest_user: the account it must prove to be, instead of
    or beside its address; empty when the address is enough. registration: ours with it; calls from that address are
    its. calls_per_second: what it may bring, 0 for no limit.
    """

    key: str
    networks: tuple[Network, ...] = ()
    digest_user: str = ""
    registration: TrunkRegistration | None = None
    calls_per_second: float = 0.0


class Caller(NamedTuple):
    """Who a call is from: exactly one of trunk (key) and phone (user name) is set."""

    trunk: str = ""
    phone: str = ""


class Gate:
    """Decides on each INVITE. may_call: whether a phone's account may place calls. refusals: where what is refused is
    remembered."""

    def __init__(
        self,
        clock: Callable[[], float],
        guard: Guard,
        authenticator: Authenticator,
        may_call: Callable[[str, str], bool],
        refusals: Refusals | None = None,
    ) -> None:
        self._clock = clock
        self._guard = guard
        self._authenticator = authenticator
        self._may_call = may_call
        self._refusals = refusals
        self._trunks: tuple[Trunk, ...] = ()
        self._rates: dict[str, Rate] = {}
        self._digest_trunks: dict[str, Trunk] = {}
        self.on_over_rate: Callable[[InboundLeg, str], None] = _refuse_over_rate
        """Told of a call beyond its trunk's rate (by key); must answer it."""

    def configure(self, trunks: Iterable[Trunk]) -> None:
        """Replace the trunks. Their networks are exempt from the limits for strangers."""
        self._trunks = tuple(trunks)
        self._digest_trunks = {trunk.digest_user: trunk for trunk in self._trunks if trunk.digest_user}
        self._rates = {
            trunk.key: self._rates.get(trunk.key) or Rate(trunk.calls_per_second, self._clock())
            for trunk in self._trunks
            if trunk.calls_per_second
        }
        for trunk in self._trunks:
            if trunk.key in self._rates:
                self._rates[trunk.key].per_second = trunk.calls_per_second
        self._guard.trust(network for trunk in self._trunks for network in trunk.networks)

    def admit(self, leg: InboundLeg) -> Caller | None:
        """Who calls; None when the call has been answered here (401, 403, 503) and is over."""
        trunk = self._trunk_at(leg)
        if trunk is not None and not trunk.digest_user:
            return self._within_rate(trunk, leg)
        verdict, user = self._authenticator.verify("INVITE", leg.headers("authorization"), leg.request.body)
        if verdict is not Verdict.VERIFIED:
            self._challenge(leg, verdict, user or leg.from_user)
            return None
        proved = self._digest_trunks.get(user)
        if proved is not None:
            if not proved.networks or proved is trunk:
                return self._within_rate(proved, leg)
        elif self._may_call(user, leg.dialled):
            return Caller(phone=user)
        self._guard.fault(leg.source[0], "call not allowed")
        self._refused(user, leg.source[0], "may not call")
        leg.reject(403)
        return None

    def _trunk_at(self, leg: InboundLeg) -> Trunk | None:
        host = leg.source[0]
        for trunk in self._trunks:
            if self._guard.within(host, trunk.networks):
                return trunk
            registered = trunk.registration
            if registered is not None and registered.flow is not None and registered.flow.remote[0] == host:
                return trunk
        return None

    def _within_rate(self, trunk: Trunk, leg: InboundLeg) -> Caller | None:
        rate = self._rates.get(trunk.key)
        if rate is None or rate.take(self._clock()):
            return Caller(trunk=trunk.key)
        self._guard.counts["trunk over its rate"] += 1
        self.on_over_rate(leg, trunk.key)
        return None

    def _challenge(self, leg: InboundLeg, verdict: Verdict, user: str) -> None:
        host = leg.source[0]
        if verdict is Verdict.WRONG:
            self._guard.wrong_secret(host)
            self._refused(user, host, "wrong password")
        else:
            # A made-up nonce looks stale: it counts, too, or guessing with it would be free.
            self._guard.fault(host, "call without credentials")
        value = self._authenticator.challenge(user, stale=verdict is Verdict.STALE)
        leg.reject(401, headers=(("WWW-Authenticate", value),))

    def _refused(self, user: str, host: str, why: str) -> None:
        if self._refusals is not None:
            self._refusals.note(user, host, why)


def _refuse_over_rate(leg: InboundLeg, _trunk: str) -> None:
    leg.reject(503, headers=(("Retry-After", "1"),))
