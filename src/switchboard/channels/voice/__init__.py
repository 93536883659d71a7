"""Calls by SIP trunk, SIP phone and browser; owns the media workers."""
