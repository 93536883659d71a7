"""Law 17: small by rule."""

from pathlib import Path

import pytest

from support.house_rules.sizes import LONGEST, too_large
from support.house_rules.source import ROOT, report


@pytest.mark.parametrize("folder", ["src", "tests", "tools"])
def test_no_module_is_too_large_or_a_drawer(folder: str) -> None:
    found = too_large(ROOT / folder)
    assert not found, report(found)


# -- planted


def test_a_module_of_400_lines_passes_and_one_line_more_does_not(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("x = 1\n" * LONGEST)
    assert too_large(tmp_path) == []
    planted.write_text("x = 1\n" * (LONGEST + 1))
    [finding] = map(str, too_large(tmp_path))
    assert "401 lines" in finding
    assert "-> cut it in two" in finding


def test_a_migration_is_as_long_as_it_is(tmp_path: Path) -> None:
    planted = tmp_path / "storage" / "migrations" / "versions" / "first.py"
    planted.parent.mkdir(parents=True)
    planted.write_text("x = 1\n" * (LONGEST + 1))
    assert too_large(tmp_path) == []


@pytest.mark.parametrize("path", ["utils.py", "_helpers.py", "common/thing.py", "call_manager/manager.py"])
def test_a_drawer_is_found(tmp_path: Path, path: str) -> None:
    planted = tmp_path / path
    planted.parent.mkdir(exist_ok=True)
    planted.write_text("")
    [finding] = map(str, too_large(tmp_path))
    assert "-> name it after what it holds" in finding
