"""Law 14: no personal data in logs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from support.house_rules.logs import personal
from support.house_rules.source import modules, report


def test_no_log_carries_anything_personal_or_secret() -> None:
    found = [finding for module in modules() for finding in personal(module)]
    assert not found, report(found)


# -- planted

Plant = Callable[[str], list[str]]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    def planted(code: str) -> list[str]:
        (tmp_path / "planted.py").write_text(f"def work(self):\n    {code}\n")
        [module] = modules(tmp_path)
        return [str(finding) for finding in personal(module)]

    return planted


@pytest.mark.parametrize(
    "call",
    [
        "_log.info('call_arrived', number=number)",
        "_log.info('call_arrived', caller_number=number)",
        "log.warning('sign_in_failed', user_name=name)",
        "logger.error('mail_failed', email=address)",
        "self._log.debug('seen', phone=1)",
        "_log.info('said', text=1)",
        "_log.info('x', name=1)",
        "_log.info('x', from_uri=1)",
        "_log.info('x', password=1)",
        "_log.info('x', session_token=1)",
        "_log.info('x', token_used=1)",
        "_log.bind(number=1)",
        "_log.bind(contact=1).info('x', number=1)",
        "structlog.get_logger().info('x', number=1)",
        "structlog.contextvars.bind_contextvars(email=1)",
        "bind_contextvars(email=1)",
        "_log.info(f'call from {number}')",
        "_log.info('call from %s', number)",
        "_log.info('call from ' + number)",
        "_log.info('x', **values)",
        "_log.exception('failed', address=1)",
    ],
)
def test_a_personal_log_is_found_and_the_message_says_what_to_do(plant: Plant, call: str) -> None:
    finding = plant(call)[0]
    assert "planted:work (line 2)" in finding
    assert "\n    -> " in finding


@pytest.mark.parametrize(
    "call",
    [
        "_log.info('call_arrived', contact=contact, queue=queue)",
        "_log.info('started')",
        "_log.error('task_failed', task=task.get_name(), exc_info=error)",
        "_log.warning('port_taken', listen_address=address)",
        "_log.info('numbered', sequence=number)",
        "catalog.info('x', number=1)",
        "math.log(number)",
        "people.add(name=1, number=2)",
        "new(name=1)",
    ],
)
def test_a_harmless_call_passes(plant: Plant, call: str) -> None:
    assert plant(call) == []
