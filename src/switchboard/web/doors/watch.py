"""Ends of watches."""

from collections.abc import Callable

Stop = Callable[[], None]
"""Ends a watch; may be called more than once."""
