"""Recordings, surveys, scorecards, monitoring, coaching. Empty until calls are recorded."""
