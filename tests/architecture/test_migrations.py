"""The product's own migrations are one line: each follows one other, and what they make is what the code describes."""

from pathlib import Path

from switchboard.storage import migrate


def test_the_migrations_are_one_line_to_what_the_code_describes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'switchboard.db'}"
    migrate.upgrade(url)
    assert migrate.check(url) == []
