"""Structured logs: one JSON line per event, or readable lines on a terminal. Never personal data."""

import logging
import sys
from typing import Any

import orjson
import structlog


def _orjson_line(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def configure(*, level: str = "info", json: bool | None = None) -> None:
    """Send logs to standard error. json: None means JSON unless standard error is a terminal."""
    as_json = json if json is not None else not sys.stderr.isatty()
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = (
        structlog.processors.JSONRenderer(serializer=_orjson_line)
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if as_json else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(name)s %(message)s")
