"""Secrets that were typed: readable by nobody else, named by their organization, forgotten when unused."""

from pathlib import Path

import pytest

from switchboard.channels.voice.directory import read_secret
from switchboard.channels.voice.model import SecretPlace, SecretReference
from switchboard.channels.voice.vault import Vault
from switchboard.kit.errors import Unavailable


def test_a_secret_is_kept_for_us_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "secrets")
    name = Vault.name("acme", "01")
    vault.keep(name, "hunter2 ü")
    assert vault.read(name) == "hunter2 ü"
    assert read_secret(SecretReference(SecretPlace.KEPT, name), {}, vault) == "hunter2 ü"
    assert (tmp_path / "secrets" / name).stat().st_mode & 0o077 == 0
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_what_is_not_used_is_forgotten_of_this_organization_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "secrets")
    for name in ("acme-1", "acme-2", "other-1"):
        vault.keep(name, "x")
    vault.sweep("acme", {"acme-2"})
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == ["acme-2", "other-1"]


@pytest.mark.parametrize("name", ["../x", "acme-1/../../etc", "acme", "", "acme-ü"])
def test_a_name_that_is_none_reads_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unavailable):
        Vault(tmp_path).read(name)


def test_a_secret_of_another_machine_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="type it again"):
        Vault(tmp_path).read("acme-1")
    with pytest.raises(Unavailable, match="type it again"):
        read_secret(SecretReference(SecretPlace.KEPT, "acme-1"), {})
