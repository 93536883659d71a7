"""The rules of recognising, without input or output."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import phonenumbers

from switchboard.kit.errors import Invalid

MOST_NUMBERS: Final = 20_000
"""Numbers whose E.164 form stays in memory."""

_POSSIBLE: Final = phonenumbers.ValidationResult.IS_POSSIBLE

NAME_LENGTH: Final = 200
NOTE_LENGTH: Final = 10_000

_NUMBER: Final = re.compile(r"\+?[0-9(][0-9 ()./\u2010-\u2015-]{0,38}")
"""What a telephone number may look like. Letters are names of phones, not the keys of "0800-FLOWERS"."""


@lru_cache(maxsize=MOST_NUMBERS)
def e164(number: str, region: str) -> str | None:
    """A number as a trunk or a person gives it, in E.164 with the plus: "030 123456" in DE is "+4930123456".

    region: ISO 3166 alpha-2 of the client, for numbers without a country code. None for what is no public
    number: anonymous callers, extensions, names. With a country code it is kept when its length is possible
    there (new ranges appear before any list knows them), without one only when its range is known: 1001 is
    somebody's extension. Source: ITU-T E.164; libphonenumber.
    """
    number = number.strip().removeprefix("tel:").partition(";")[0]
    if not _NUMBER.fullmatch(number):
        return None
    try:
        parsed = phonenumbers.parse(number, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    national = parsed.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
    # "Possible, but only locally" is a number without its area code: it names nobody in particular.
    possible = phonenumbers.is_possible_number_with_reason(parsed) == _POSSIBLE
    if not possible or (national and not phonenumbers.is_valid_number(parsed)):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


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
