"""How the node is seen, and what is known to go wrong before anything starts."""

import dataclasses
import socket
import ssl
from pathlib import Path

import pytest

from switchboard.app.network import Network, check, network
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import SwitchboardError
from switchboard.settings import Settings

CLOCK = SystemClock()


def refused(settings: Settings, seen: Network | None = None) -> str:
    with pytest.raises(SwitchboardError) as error:
        check(settings, seen or Network())
    assert "\n" not in error.value.text
    return error.value.text


def test_alone_on_this_machine_there_is_no_certificate(settings: Settings) -> None:
    seen = network(settings, CLOCK, lan=False)
    assert seen == Network(("127.0.0.1",), "")


def test_the_lan_gets_a_self_made_certificate_that_names_every_address(settings: Settings) -> None:
    settings = dataclasses.replace(settings, public_address="198.51.100.7:5060")
    seen = network(settings, CLOCK, lan=True)
    assert seen.addresses[0] == "198.51.100.7"
    assert "127.0.0.1" in seen.addresses
    assert seen.public_host == "198.51.100.7:5060"
    assert seen.fingerprint.count(":") == 31
    assert seen.certificate is not None
    check(settings, seen)
    again = network(settings, CLOCK, lan=True)
    assert again.fingerprint == seen.fingerprint


def test_a_given_certificate_is_used_as_it_is(settings: Settings) -> None:
    made = network(settings, CLOCK, lan=True)
    given = dataclasses.replace(settings, tls_certificate=str(made.certificate), tls_key=str(made.key))
    for lan in (True, False):
        seen = network(given, CLOCK, lan=lan)
        assert (seen.certificate, seen.key, seen.fingerprint) == (made.certificate, made.key, "")


@pytest.mark.parametrize("only", ["tls_certificate", "tls_key"])
def test_half_a_certificate_is_refused(settings: Settings, only: str) -> None:
    with pytest.raises(SwitchboardError, match="give both"):
        network(dataclasses.replace(settings, **{only: "half.pem"}), CLOCK, lan=False)


def test_everything_free_is_no_complaint(settings: Settings) -> None:
    check(settings, Network())


@pytest.mark.parametrize(
    ("field", "kind", "what"),
    [
        ("web_port", socket.SOCK_STREAM, "the web"),
        ("sip_port", socket.SOCK_STREAM, "SIP"),
        ("sip_port", socket.SOCK_DGRAM, "SIP"),
    ],
)
def test_a_port_in_use_is_named(settings: Settings, field: str, kind: socket.SocketKind, what: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        says = refused(dataclasses.replace(settings, **{field: port}))
    assert says == (
        f"{what} cannot listen on 127.0.0.1:{port}: another program uses this port; stop it or choose another port"
    )


@pytest.mark.parametrize("field", ["web_host", "sip_host", "media_host"])
def test_an_address_that_is_not_ours_is_named(settings: Settings, field: str) -> None:
    assert "192.0.2.1:0: this machine does not have this address" in refused(
        dataclasses.replace(settings, **{field: "192.0.2.1"})
    )
    assert "no address 'nowhere.invalid'" in refused(dataclasses.replace(settings, **{field: "nowhere.invalid"}))


def test_a_certificate_that_is_not_there_or_no_certificate_is_named(settings: Settings, tmp_path: Path) -> None:
    made = network(settings, CLOCK, lan=True)
    assert made.key is not None
    missing = Network(certificate=tmp_path / "none.pem", key=made.key)
    assert f"there is no file {tmp_path / 'none.pem'}" in refused(settings, missing)
    garbage = tmp_path / "garbage.pem"
    garbage.write_text("no certificate")
    says = refused(settings, Network(certificate=garbage, key=made.key))
    assert says.endswith("cannot be used: they must be PEM, and a pair")
    assert "_ssl.c" not in says


def test_the_self_made_certificate_is_one_that_openssl_takes(settings: Settings) -> None:
    made = network(settings, CLOCK, lan=True)
    assert made.certificate is not None
    ssl.create_default_context(cafile=str(made.certificate))
