"""Which passwords may be chosen. Pure.

Length, and nothing that everybody tries first: NIST SP 800-63B section 3.1.1.2 asks for a comparison with what is
commonly used, expected or compromised, and advises against rules about kinds of characters and against expiry.
"""

import unicodedata
from typing import Final

from switchboard.kit.errors import Invalid

SHORTEST: Final = 10
"""Characters. The standard asks for 8 at least where nothing else protects the account; sign-in here is also slowed
down after a few wrong ones."""

LONGEST: Final = 256
"""Characters; bounds what one sign-in can make argon2 read."""

_COMMON: Final = """
    password12 password123 password1234 password12345 passwort123 passwort1234 mypassword mypassword1 passw0rd123
    p@ssword123 p@ssw0rd123 qwertyuiop qwerty12345 qwerty123456 qwertzuiop qwertz12345 1q2w3e4r5t 1q2w3e4r5t6y
    1qaz2wsx3edc qazwsxedcr asdfghjkl1 zxcvbnm123 abcd123456 abc1234567 a123456789 iloveyou12 iloveyou123 welcome123
    welcome1234 willkommen willkommen1 letmein123 letmein1234 changeme12 changeme123 administrator admin12345
    admin123456 superadmin switchboard switchboard1 callcenter callcenter1 contactcenter football12 baseball12
    sunshine12 princess12 monkey12345 dragon12345 trustno1trustno1 secret1234 secret12345 default123 computer12
"""

COMMON: Final = frozenset(_COMMON.split())
"""What is tried first among those that are long enough, in small letters."""

_RUNS: Final = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def check_password(password: str, *, user_name: str = "") -> str:
    """The password itself. user_name: of whom it is, so that it is not that. Raises Invalid(field="password")."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"a password has {SHORTEST} to {LONGEST} characters", field="password")
    plain = _plain(password)
    if user_name and plain in {_plain(user_name), _plain(user_name) * 2, _plain(user_name)[::-1]}:
        raise Invalid("the user name is no password; choose something that others cannot guess", field="password")
    if plain in COMMON or _simple(plain):
        raise Invalid("many people choose this password, so it is tried first; choose another", field="password")
    return password


def _simple(plain: str) -> bool:
    """Few different characters, or a run along the alphabet, the digits or the keyboard."""
    return len(set(plain)) <= 2 or any(plain in run or plain in run[::-1] for run in _RUNS)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
