"""Keys by SIP INFO: `application/dtmf-relay` (Cisco's, with lines such as `Signal=5`) and `application/dtmf`."""

import re
from typing import Final

RELAY: Final = "application/dtmf-relay"
PLAIN: Final = "application/dtmf"

_SIGNAL: Final = re.compile(rb"^\s*signal\s*=\s*([0-9A-Da-d*#]{1,2})\s*$", re.IGNORECASE | re.MULTILINE)
_KEYS: Final = "0123456789*#ABCD"
"""By event code (RFC 4733, 3.2): some phones send `Signal=10` for the star."""


def key_in_info(content_type: str, body: bytes) -> str | None:
    """The key that an INFO reports, None when it reports something else, whatever the bytes."""
    if content_type == RELAY:
        found = _SIGNAL.search(body.replace(b"\r", b""))
        return _key(found[1].decode()) if found else None
    if content_type == PLAIN:
        found = _SIGNAL.search(body)
        return _key(found[1].decode() if found else body.strip().decode("ascii", "replace"))
    return None


def _key(text: str) -> str | None:
    if len(text) == 1 and text.upper() in _KEYS:
        return text.upper()
    return _KEYS[int(text)] if text.isdecimal() and len(text) == 2 and int(text) < len(_KEYS) else None
