"""Phones register: digest, bindings, expiry, flows; and callers pass the gate or do not."""

import ipaddress
import random

import pytest

from support.clock import SetClock
from support.sip_net import Network
from switchboard.channels.voice.sip.authenticator import NONCE_LIFE, Authenticator, Secret, Verdict
from switchboard.channels.voice.sip.gate import Caller, Gate, Trunk
from switchboard.channels.voice.sip.guard import Guard
from switchboard.channels.voice.sip.inbound import InboundLeg
from switchboard.channels.voice.sip.limits import Limits
from switchboard.channels.voice.sip.refusals import Refusals
from switchboard.channels.voice.sip.registrar import Registrar
from switchboard.protocols.sip.digest import answer_value, ha1, parse_challenge
from switchboard.protocols.sip.message import Response, parse

PHONE = ("10.0.0.7", 5071)
SERVER = ("10.0.0.2", 5060)


class NetworkClock(SetClock):
    """The clock of a simulated network."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    def monotonic(self) -> float:
        return self._network.now


class House:
    """A server with a registrar and a gate, and a phone that speaks in raw datagrams."""

    def __init__(self) -> None:
        self.network = Network()
        clock = NetworkClock(self.network)
        self.secrets = {
            "anna": Secret(ha1("anna", "switchboard", "pass")),
            "otto": Secret(ha1("otto", "switchboard", "word", "SHA-256"), "SHA-256"),
            "trunk": Secret(ha1("trunk", "switchboard", "line")),
        }
        self.authenticator = Authenticator(clock=clock, entropy=random.Random(3), lookup=self.secrets.get)
        self.guard = Guard(clock.monotonic, Limits())
        self.agent = self.network.agent(*SERVER)
        self.refusals = Refusals(clock, lambda user: user in self.secrets)
        self.dismissed: set[str] = set()
        self.registrar = Registrar(
            self.network.timers, self.authenticator, self.guard, self.refusals, lambda user: user not in self.dismissed
        )
        self.changes: list[tuple[str, bool]] = []
        self.registrar.on_change = lambda user, here: self.changes.append((user, here))
        self.agent.on_register = self.registrar.receive
        self.gate = Gate(clock.monotonic, self.guard, self.authenticator, lambda user, _: user == "anna", self.refusals)
        self.callers: list[Caller] = []
        self.agent.on_invite = self._invite
        self.heard: list[bytes] = []
        self.network.listen(*PHONE, lambda data, _: self.heard.append(data))
        self._cseq = 0

    def _invite(self, leg: InboundLeg) -> None:
        caller = self.gate.admit(leg)
        if caller is not None:
            self.callers.append(caller)
            leg.reject(486)

    def ask(
        self,
        method: str = "REGISTER",
        *,
        user: str = "anna",
        authorization: str = "",
        contact: str = "<sip:anna@10.0.0.7:5071>",
        expires: str = "Expires: 600",
        source: tuple[str, int] = PHONE,
        cseq: int = 0,
        call_id: str = "reg@phone",
    ) -> Response:
        """Send a request and return the final response."""
        self._cseq = cseq or self._cseq + 1
        lines = [
            f"{method} sip:10.0.0.2 SIP/2.0",
            f"Via: SIP/2.0/UDP {source[0]}:{source[1]};branch=z9hG4bK{len(self.network.log)};rport",
            f"From: <sip:{user}@10.0.0.2>;tag=t{len(self.network.log)}",
            f"To: <sip:{user}@10.0.0.2>",
            f"Call-ID: {call_id}",
            f"CSeq: {self._cseq} {method}",
            f"Contact: {contact}" if contact else "X-No: contact",
            expires,
        ]
        if authorization:
            lines.append(f"Authorization: {authorization}")
        self.heard.clear()
        self.network.carry("\r\n".join([*lines, "", ""]).encode(), source, SERVER)
        self.network.deliver()
        answer = parse(self.heard[-1])
        assert isinstance(answer, Response)
        return answer

    def answer(
        self, challenge: Response, *, user: str = "anna", secret: str = "pass", method: str = "REGISTER", nc: int = 1
    ) -> str:
        asked = parse_challenge(challenge.headers["www-authenticate"][0])
        return answer_value(asked, user, secret, method, "sip:10.0.0.2", cnonce="c", nc=nc)

    def register(self, *, user: str = "anna", secret: str = "pass", **more: str) -> Response:
        challenge = self.ask(user=user, **more)  # type: ignore[arg-type]
        assert challenge.status == 401
        return self.ask(user=user, authorization=self.answer(challenge, user=user, secret=secret), **more)  # type: ignore[arg-type]


@pytest.fixture
def house() -> House:
    return House()


def test_phone_registers_and_is_called_over_its_flow(house: House) -> None:
    ok = house.register()
    assert (ok.status, ok.get("contact")) == (200, "<sip:anna@10.0.0.7:5071>;expires=600")
    (binding,) = house.registrar.bindings("anna")
    assert (binding.uri, binding.source) == ("sip:anna@10.0.0.7:5071", PHONE)
    assert house.changes == [("anna", True)]
    house.heard.clear()
    house.agent.dial(binding.uri, from_user="300", sdp=b"", via_flow=binding.flow)
    house.network.deliver()
    assert house.heard[0].startswith(b"INVITE sip:anna@10.0.0.7:5071 SIP/2.0")


def test_phone_behind_nat_is_reached_where_it_came_from(house: House) -> None:
    house.register(contact="<sip:anna@192.168.1.5:5060>")
    (binding,) = house.registrar.bindings("anna")
    assert (binding.uri, binding.source) == ("sip:anna@192.168.1.5:5060", PHONE)
    house.heard.clear()
    house.network.run(26)
    assert house.heard == [b"\r\n\r\n"]


def test_sha_256_account_gets_that_challenge_alone(house: House) -> None:
    challenge = house.ask(user="otto")
    assert len(challenge.values("www-authenticate")) == 1
    assert "algorithm=SHA-256" in challenge.headers["www-authenticate"][0]
    assert house.register(user="otto", secret="word", contact="<sip:otto@10.0.0.7>").status == 200


def test_binding_expires(house: House) -> None:
    house.register(expires="Expires: 60")
    house.network.run(61)
    assert not house.registrar.reachable("anna")
    assert (house.changes, len(house.registrar)) == ([("anna", True), ("anna", False)], 0)


def test_binding_is_refreshed_and_removed(house: House) -> None:
    house.register()
    house.network.run(300)
    assert house.register().status == 200
    house.network.run(500)
    assert house.registrar.reachable("anna")
    assert house.register(expires="Expires: 0").get("contact") is None
    assert house.changes == [("anna", True), ("anna", False)]


def test_all_bindings_are_removed(house: House) -> None:
    house.register()
    house.register(contact="<sip:anna@10.0.0.7:5999>")
    assert len(house.registrar.bindings("anna")) == 2
    assert house.register(contact="*", expires="Expires: 0").status == 200
    assert house.registrar.bindings("anna") == []


def test_short_interval_is_refused_with_the_shortest(house: House) -> None:
    refused = house.register(expires="Expires: 10")
    assert (refused.status, refused.get("min-expires")) == (423, "60")


def test_old_register_is_out_of_order(house: House) -> None:
    house.register()
    challenge = house.ask(cseq=1)
    late = house.ask(authorization=house.answer(challenge), cseq=1)
    assert late.status == 500


def test_wrong_secret_then_a_pause(house: House) -> None:
    for _ in range(5):
        assert house.register(secret="guess").status == 401
    assert house.guard.ignores(PHONE[0])
    assert house.guard.counts["wrong secret"] == 5
    house.network.run(61)
    assert not house.guard.ignores(PHONE[0])


def test_unknown_user_learns_nothing(house: House) -> None:
    assert house.register(user="nobody").status == 401


def test_nobody_registers_somebody_else(house: House) -> None:
    challenge = house.ask(user="anna")
    answer = house.answer(challenge, user="otto", secret="word")
    assert house.ask(user="anna", authorization=answer).status in (401, 403)
    challenge = house.ask(user="otto")
    stolen = house.answer(challenge, user="otto", secret="word")
    assert house.ask(user="anna", authorization=stolen).status == 403


def test_answer_is_good_once(house: House) -> None:
    challenge = house.ask()
    answer = house.answer(challenge)
    assert house.ask(authorization=answer).status == 200
    again = house.ask(authorization=answer)
    assert again.status == 401
    assert "stale=true" in again.headers["www-authenticate"][0]
    assert house.ask(authorization=house.answer(challenge, nc=2)).status == 200


def test_old_nonce_is_stale(house: House) -> None:
    challenge = house.ask()
    house.network.run(NONCE_LIFE + 1)
    assert "stale=true" in house.ask(authorization=house.answer(challenge)).headers["www-authenticate"][0]


def test_made_up_nonce_proves_nothing(house: House) -> None:
    value = 'Digest username="anna",realm="switchboard",nonce="x.y",uri="sip:a",response="0"'
    assert house.authenticator.verify("INVITE", [value]) == (Verdict.STALE, "anna")
    assert house.authenticator.verify("INVITE", ["Basic x", ""]) == (Verdict.MISSING, "")


# -- the gate --


def test_registered_phone_calls(house: House) -> None:
    challenge = house.ask("INVITE")
    assert challenge.status == 401
    assert house.ask("INVITE", authorization=house.answer(challenge, method="INVITE")).status == 486
    assert house.callers == [Caller(phone="anna")]


def test_account_that_may_not_call(house: House) -> None:
    challenge = house.ask("INVITE", user="otto")
    answer = house.answer(challenge, user="otto", secret="word", method="INVITE")
    assert house.ask("INVITE", user="otto", authorization=answer).status == 403
    assert house.callers == []


def test_trunk_calls_from_its_address(house: House) -> None:
    house.gate.configure([Trunk("line", (ipaddress.ip_network("10.0.0.0/29"),), calls_per_second=2)])
    assert [house.ask("INVITE", call_id=f"c{n}").status for n in range(3)] == [486, 486, 503]
    assert house.callers == [Caller(trunk="line")] * 2
    house.network.run(1)
    assert house.ask("INVITE").status == 486


def test_trunk_with_digest(house: House) -> None:
    house.gate.configure([Trunk("line", digest_user="trunk")])
    challenge = house.ask("INVITE", user="trunk")
    answer = house.answer(challenge, user="trunk", secret="line", method="INVITE")
    assert house.ask("INVITE", user="trunk", authorization=answer).status == 486
    assert house.callers == [Caller(trunk="line")]


def test_stranger_who_insists_is_ignored(house: House) -> None:
    for _ in range(60):
        assert house.ask("INVITE", user="scanner").status == 401
    assert not house.guard.admits(PHONE[0])
    assert house.guard.counts["call without credentials"] == 60


def test_made_up_nonces_are_not_free(house: House) -> None:
    value = 'Digest username="anna",realm="switchboard",nonce="x.y",uri="sip:a",response="0"'
    for method in ("INVITE", "REGISTER"):
        for _ in range(30):
            assert house.ask(method, authorization=value).status == 401
    assert house.guard.ignores(PHONE[0])


def test_house_of_a_registered_phone_is_not_ignored(house: House) -> None:
    house.register()
    for _ in range(100):
        house.guard.fault(PHONE[0], "garbage")
    assert house.guard.admits(PHONE[0])


# -- floods --


def test_flood_is_dropped_and_trusted_networks_are_not() -> None:
    now = [0.0]
    guard = Guard(lambda: now[0], Limits(rate=10, burst=20))
    assert sum(guard.admits("192.0.2.1") for _ in range(100)) == 20
    now[0] = 1.0
    assert sum(guard.admits("192.0.2.1") for _ in range(100)) == 10
    assert guard.counts["flood"] == 170
    guard.trust([ipaddress.ip_network("192.0.2.0/24")])
    assert all(guard.admits("192.0.2.1") for _ in range(100))
    assert guard.admits("not an address")


def test_memory_for_addresses_is_bounded() -> None:
    guard = Guard(lambda: 0.0, Limits())
    for number in range(30_000):
        guard.admits(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(guard._sources) <= 20_000


def test_what_was_refused_last_is_known_of_each_account_until_it_is_mended(house: House) -> None:
    house.register(secret="wrong")
    last = house.refusals.last("Anna")
    assert last is not None
    assert (last.host, last.why) == (PHONE[0], "wrong password")
    house.register(user="nobody", secret="wrong")
    assert house.refusals.last("nobody") is None
    assert house.register().status == 200
    assert house.refusals.last("anna") is None
    challenge = house.ask("INVITE", user="otto", expires="X-No: expires")
    proof = house.answer(challenge, user="otto", secret="word", method="INVITE")
    assert house.ask("INVITE", user="otto", authorization=proof, expires="X-No: expires").status == 403
    refused = house.refusals.last("otto")
    assert refused is not None
    assert refused.why == "may not call"


def test_an_account_whose_owner_left_is_refused_with_the_right_password_too(house: House) -> None:
    house.dismissed.add("anna")
    assert house.register().status == 403
    assert not house.registrar.reachable("anna")
    last = house.refusals.last("anna")
    assert last is not None
    assert last.why == "its owner works here no longer"


def test_a_device_that_refreshes_has_been_there_since_it_came(house: House) -> None:
    assert house.register().status == 200
    [first] = house.registrar.bindings("anna")
    house.network.run(100)
    assert house.register().status == 200
    [again] = house.registrar.bindings("anna")
    assert again.since == first.since
    assert again.expires_at > first.expires_at
