"""Session descriptions (RFC 8866) and the offer/answer choice (RFC 3264) for audio."""
