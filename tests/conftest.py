"""Fixtures every test may ask for."""

from hypothesis import settings

pytest_plugins = ["support.databases"]

# A busy machine is not a slow example: no test is judged by the clock.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
