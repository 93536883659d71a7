"""Wire formats without sockets: bytes in, events out. Imports nothing of ours."""
