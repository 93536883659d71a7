"""What we send to providers: REGISTER and OPTIONS."""

from itertools import pairwise

from support.sip_net import Network
from switchboard.channels.voice.sip.node import Credentials
from switchboard.channels.voice.sip.trunk_health import TrunkHealth
from switchboard.channels.voice.sip.trunk_registration import RegistrationState, TrunkRegistration
from switchboard.protocols.sip.digest import ha1, matches, parse_answer
from switchboard.protocols.sip.message import Request, Response, parse

PROVIDER = ("10.0.0.9", 5060)
OWN = ("10.0.0.1", 5060)


class Provider:
    """Answers each request by what the test put up, the last answer for ever."""

    def __init__(self, network: Network, *answers: Response | str | int) -> None:
        self._network = network
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.at: list[float] = []
        network.listen(*PROVIDER, self._heard)

    def _heard(self, data: bytes, source: tuple[str, int]) -> None:
        request = parse(data)
        assert isinstance(request, Request)
        self.requests.append(request)
        self.at.append(self._network.now)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "silence":
            return
        status, _, extra = str(answer).partition(" ")
        response = Response.to(request, int(status), tag="p")
        if extra:
            name, _, value = extra.partition(": ")
            response.add([(name, value)])
        self._network.carry(response.encode(), PROVIDER, source)


CHALLENGE = '401 WWW-Authenticate: Digest realm="p",nonce="n",qop="auth"'


def _registration(network: Network) -> tuple[TrunkRegistration, list[RegistrationState]]:
    trunk = TrunkRegistration(
        network.agent(*OWN), registrar_uri="sip:10.0.0.9", credentials=Credentials("4930", "secret")
    )
    states: list[RegistrationState] = []
    trunk.on_change = states.append
    return trunk, states


def test_registers_with_digest_and_refreshes_in_time() -> None:
    network = Network()
    provider = Provider(network, CHALLENGE, "200 Expires: 120")
    trunk, states = _registration(network)
    trunk.start()
    network.run(1)
    assert (trunk.state, trunk.last_error) == (RegistrationState.REGISTERED, "")
    first, second = provider.requests
    answer = parse_answer(second.headers["authorization"][0])
    assert matches(ha1("4930", "p", "secret"), "REGISTER", answer)
    assert second.cseq == first.cseq + 1
    assert second.headers["contact"] == ["<sip:4930@10.0.0.1:5060>"]
    assert str(second.to_address.uri) == "sip:4930@10.0.0.9"
    network.run(120)
    assert [round(moment) for moment in provider.at] == [0, 0, 108]
    assert provider.requests[2].call_id == first.call_id
    assert provider.requests[2].cseq > second.cseq
    trunk.stop()
    network.run(1)
    assert provider.requests[-1].get("expires") == "0"
    assert states == [RegistrationState.TRYING, RegistrationState.REGISTERED, RegistrationState.STOPPED]


def test_is_patient_when_refused() -> None:
    network = Network()
    provider = Provider(network, 403)
    trunk, states = _registration(network)
    trunk.start()
    network.run(600)
    assert (trunk.state, trunk.last_error) == (RegistrationState.FAILED, "403 Forbidden")
    gaps = [later - earlier for earlier, later in pairwise(provider.at)]
    assert all(later > earlier for earlier, later in pairwise(gaps))
    assert 4 <= len(provider.requests) <= 7
    provider.answers = [200]
    network.run(1_200)
    assert states[-1] is RegistrationState.REGISTERED


def test_wrong_secret_is_not_tried_twice_in_a_row() -> None:
    network = Network()
    provider = Provider(network, CHALLENGE)
    trunk, _ = _registration(network)
    trunk.start()
    network.run(5)
    assert (len(provider.requests), trunk.last_error) == (2, "401 Unauthorized")


def test_asks_for_longer_when_told_to() -> None:
    network = Network()
    provider = Provider(network, "423 Min-Expires: 900", "200 Expires: 900")
    trunk, _ = _registration(network)
    trunk.start()
    network.run(1)
    assert (provider.requests[-1].get("expires"), trunk.state) == ("900", RegistrationState.REGISTERED)


def test_silent_provider() -> None:
    network = Network()
    Provider(network, "silence")
    trunk, _ = _registration(network)
    trunk.start()
    network.run(33)
    assert (trunk.state, trunk.last_error) == (RegistrationState.FAILED, "Request Timeout")


def test_health_of_a_trunk() -> None:
    network = Network()
    provider = Provider(network, 405)
    health = TrunkHealth(network.agent(*OWN), "sip:10.0.0.9")
    told: list[bool] = []
    health.on_change = told.append
    health.start()
    network.run(65)
    assert (health.answers, [r.method for r in provider.requests]) == (True, ["OPTIONS"] * 3)
    provider.answers = ["silence"]
    network.run(70)
    assert health.answers is False
    provider.answers = [200]
    network.run(60)
    assert told == [True, False, True]
    health.stop()
    count = len(provider.requests)
    network.run(100)
    assert len(provider.requests) == count
