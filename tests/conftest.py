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
# What `make quick` takes: a first look, for properties that do not say themselves how many examples they need.
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("untimed")
