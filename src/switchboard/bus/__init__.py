"""Telling other processes that something is worth re-reading: one small contract."""
