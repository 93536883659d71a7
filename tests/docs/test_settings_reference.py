"""The reference of settings names each of them, and no other."""

import dataclasses
import re
from pathlib import Path

from switchboard.settings import PREFIX, Settings

PAGE = Path(__file__).parents[2] / "docs/reference/settings.md"


def test_every_setting_is_there() -> None:
    named = re.findall(rf"`{PREFIX}([A-Z_]+)`", PAGE.read_text(encoding="utf-8"))
    assert sorted(named) == sorted(field.name.upper() for field in dataclasses.fields(Settings))
