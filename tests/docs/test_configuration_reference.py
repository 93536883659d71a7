"""The reference of the configuration file: its examples apply, and no field goes unmentioned."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.configured import configuration_on, tone, wav
from switchboard.configuration.document import read_document
from switchboard.configuration.sections import SECTIONS
from switchboard.configuration.service import Sources
from switchboard.configuration.yaml_text import read_yaml
from switchboard.flows.model import Reading
from switchboard.flows.service import KINDS
from switchboard.storage.database import Database

PAGE = (Path(__file__).parents[2] / "docs/reference/configuration.md").read_text(encoding="utf-8")
EXAMPLE = "".join(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
"""The examples of all sections are one file."""
SECRETS = {"ANN_PHONE": "a-phones-secret", "ANN_PASSWORD": "correct horse battery", "PROVIDER": "p", "BRANCH": "b"}


def test_every_section_and_field_is_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    known: set[str] = {section.name for section in SECTIONS} | set(KINDS)
    fields = Reading.fields

    def noted(self: Reading, required: Sequence[str] = (), optional: Sequence[str] = ()) -> Any:
        known.update(required, optional)
        return fields(self, required, optional)

    monkeypatch.setattr(Reading, "fields", noted)
    document, problems = read_document(read_yaml(EXAMPLE.encode()))
    assert [str(problem) for problem in problems] == []
    assert set(document.sections) == {section.name for section in SECTIONS}
    mentioned = {part for span in re.findall(r"`([^`\n]+)`", PAGE) for part in re.findall(r"[a-z_]+", span)}
    assert known - mentioned == set()


async def test_the_examples_apply(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/sue").write_text("another horse battery")
    (tmp_path / "opening.wav").write_bytes(wav(tone(0.1, 8_000), 8_000))
    configuration = configuration_on(sqlite_database, tmp_path)
    applied = await configuration.apply(EXAMPLE.encode(), Sources(SECRETS, tmp_path))
    assert applied.applied
