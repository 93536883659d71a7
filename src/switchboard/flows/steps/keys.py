"""Keys of a telephone in a document."""

from collections.abc import Mapping
from typing import Final

from switchboard.flows.model import Fields, Reading

KEYS: Final = "0123456789*#"


def by_key(fields: Fields, name: str) -> list[tuple[str, Reading]]:
    """The entries of the field, a mapping of telephone keys; `1` and `"1"` are the same key."""
    if not fields.has(name):
        return []
    reading = fields.at(name)
    if not isinstance(reading.value, Mapping):
        reading.problem('must be a mapping of keys, such as "1": [...]')
        return []
    found: dict[str, Reading] = {}
    for written, value in reading.value.items():
        inside = reading.inside(str(written), value)
        key = telephone_key(reading.inside(str(written), written))
        if key in found:
            inside.problem(f"the key {key} stands here twice")
        elif key:
            found[key] = inside
    return list(found.items())


def telephone_key(reading: Reading) -> str:
    """One key of a telephone; a problem and nothing for anything else."""
    value = reading.value
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and len(text) == 1 and text in KEYS:
        return text
    reading.problem("is not a key of a telephone: 0 to 9, * or # (in quotes)")
    return ""
