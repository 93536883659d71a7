"""Fixtures every test may ask for."""

import os
import sys

from hypothesis import settings

pytest_plugins = ["support.databases"]

# Every center is a process of its own, and so is each worker of pytest: where bytecode is not kept, each compiles all
# modules anew, which doubles what a start costs.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A busy machine is not a slow example: no test is judged by the clock.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
