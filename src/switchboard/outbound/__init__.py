"""Campaigns, pacing, do-not-call, call-backs. Empty until the company calls out."""
