"""The rules of recognising, without input or output."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from switchboard.customers.model import Needs
from switchboard.kit.errors import Invalid

NAME_LENGTH: Final = 200
NOTE_LENGTH: Final = 10_000
HIGHEST_LEVEL: Final = 10
MOST_NEEDS: Final = 20
HIGHEST_PRIORITY: Final = 100


def check_name(name: str) -> str | None:
    """A customer's name without surrounding white space, None for an empty one. Raises Invalid."""
    name = name.strip()
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise Invalid(f"a name has at most {NAME_LENGTH} printable characters", field="name")
    return name or None


def check_note(note: str) -> str:
    """A note as written. Raises Invalid when it is too long or has characters that cannot be stored."""
    if len(note) > NOTE_LENGTH or "\x00" in note:
        raise Invalid(f"a note has at most {NOTE_LENGTH} characters, none of them NUL", field="note")
    return note


def check_needs(needs: Mapping[str, int]) -> Needs:
    """Skills with least levels in the order of their keys. Raises Invalid."""
    if len(needs) > MOST_NEEDS:
        raise Invalid(f"a customer needs at most {MOST_NEEDS} skills", field="needs")
    if any(not 1 <= level <= HIGHEST_LEVEL for level in needs.values()):
        raise Invalid(f"the level of a skill is 1 to {HIGHEST_LEVEL}", field="needs")
    return tuple(sorted(needs.items()))


def check_priority(priority: int) -> int:
    """Of a customer's contacts. Raises Invalid."""
    if not -HIGHEST_PRIORITY <= priority <= HIGHEST_PRIORITY:
        raise Invalid(f"a priority is -{HIGHEST_PRIORITY} to {HIGHEST_PRIORITY}", field="priority")
    return priority


MOST_WORDS: Final = 8
"""Words of a name that it is found by."""

_SPELT: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"}
)
"""Letters that no decomposition takes apart."""

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""How those write these letters who have no key for them."""

_WORD: Final = re.compile(r"[^\W_]+")


def words_asked(text: str) -> tuple[str, ...]:
    """The words of what somebody typed to look for a name, folded as those of `words_known`."""
    return _words(unicodedata.normalize("NFC", text.casefold()))


def words_known(name: str) -> frozenset[str]:
    """The words that a name is found by: in small letters, without accents, and umlauts both ways.

    "Jörg Müller-Weiß" gives jorg, joerg, muller, mueller, weiss. Databases fold in their own different
    ways, so this is done here.
    """
    small = unicodedata.normalize("NFC", name.casefold())
    return frozenset(word for form in (small, small.translate(_UMLAUTS)) for word in _words(form))


def _words(small: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_WORD.findall(_folded(small))))[:MOST_WORDS]


def _folded(small: str) -> str:
    apart = unicodedata.normalize("NFKD", small.translate(_SPELT))
    return "".join(character for character in apart if not unicodedata.combining(character))
