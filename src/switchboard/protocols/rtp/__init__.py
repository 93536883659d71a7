"""RTP and RTCP packets (RFC 3550) and telephone events (RFC 4733)."""
