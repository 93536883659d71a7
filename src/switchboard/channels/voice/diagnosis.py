"""What a trial call over a trunk shows, as a table: what was seen, what it means, what to do next. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Finding(StrEnum):
    """How far a trial call came."""

    NO_WAY = "no way to call"
    UNKNOWN_HOST = "unknown host"
    NO_ANSWER = "no answer from the host"
    WRONG_CREDENTIALS = "wrong credentials"
    FORBIDDEN = "forbidden"
    UNKNOWN_NUMBER = "unknown number"
    BUSY = "busy"
    NO_CODEC = "no common codec"
    UNAVAILABLE = "unavailable"
    REDIRECTED = "redirected"
    REFUSED = "refused"
    NOT_PICKED_UP = "not picked up"
    CUT_SHORT = "hung up at once"
    NO_SOUND = "no sound"
    SOUND_ARRIVES = "sound arrives"
    SOUND_BOTH_WAYS = "sound both ways"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a trial call, as far as it came.

    way: whether the trunk has an address to call. host: whether its name has one. options, status: the final SIP
    status of OPTIONS and of INVITE, None when none came. reason: the carrier's own words with it. rang: a sign of
    life after the INVITE. credentials: whether we had some to show. answered: the call was picked up; codec: and
    described sound that we speak. received: sound packets that came. reported: the far end says (RTCP) that it hears.
    cut_short: it hung up before sound could be counted.
    """

    way: bool = True
    host: bool = True
    options: int | None = None
    status: int | None = None
    reason: str = ""
    rang: bool = False
    credentials: bool = False
    answered: bool = False
    codec: bool = True
    received: int = 0
    reported: bool = False
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """finding: for programs. good: the trunk works. said: what happened. next: what to do now."""

    finding: Finding
    good: bool
    said: str
    next: str


def diagnose(seen: Seen) -> Diagnosis:
    """The first line of the table that fits."""
    for fits, finding, good, said, then in TABLE:
        if fits(seen):
            carrier = f"{seen.status} {seen.reason}".strip() if seen.status is not None else ""
            return Diagnosis(finding, good, said.format(carrier=carrier), then)
    raise AssertionError("the last line fits everything")


def _refused_with(*statuses: int) -> Callable[[Seen], bool]:
    return lambda seen: seen.status in statuses


def _class(first: int) -> Callable[[Seen], bool]:
    return lambda seen: seen.status is not None and seen.status // 100 == first


TABLE: Final[tuple[tuple[Callable[[Seen], bool], Finding, bool, str, str], ...]] = (
    (
        lambda seen: not seen.way,
        Finding.NO_WAY,
        False,
        "This trunk has no address that could be called.",
        "Give it a registrar, or a single IP address of the carrier. Who only calls us cannot be tested this way.",
    ),
    (
        lambda seen: not seen.host,
        Finding.UNKNOWN_HOST,
        False,
        "The host's name has no address (DNS).",
        "Check the spelling of the registrar, and that this machine can resolve names.",
    ),
    (
        lambda seen: seen.answered and not seen.codec,
        Finding.NO_CODEC,
        False,
        "The call was answered, but with sound that we do not speak.",
        "Ask the carrier to allow G.711 (PCMA or PCMU) on this trunk.",
    ),
    (
        lambda seen: seen.answered and seen.cut_short,
        Finding.CUT_SHORT,
        False,
        "The call was answered, but hung up again before sound could be judged.",
        "Test with a number that stays on the line for fifteen seconds.",
    ),
    (
        lambda seen: seen.answered and seen.received == 0,
        Finding.NO_SOUND,
        False,
        "The call was answered, but no sound came.",
        "Let UDP to our media ports through the firewall, and set the public address if this machine is behind NAT.",
    ),
    (
        lambda seen: seen.answered and seen.reported,
        Finding.SOUND_BOTH_WAYS,
        True,
        "The call was answered, and sound travels both ways.",
        "Nothing: this trunk works.",
    ),
    (
        lambda seen: seen.answered,
        Finding.SOUND_ARRIVES,
        True,
        "The call was answered, and sound arrives here.",
        "Ask whoever answered whether music was heard: the carrier does not report it. If not, let UDP out.",
    ),
    (
        lambda seen: seen.status is None and seen.rang,
        Finding.NOT_PICKED_UP,
        True,
        "The number rang, but nobody picked up.",
        "The trunk reaches the carrier. Test again with a number that is answered, to hear whether sound comes.",
    ),
    (
        lambda seen: seen.status is None and seen.options is not None,
        Finding.NO_ANSWER,
        False,
        "The host answers questions (OPTIONS), but not the call.",
        "The carrier ignores calls from this address: ask whether it must be allowed, and check host and port.",
    ),
    (
        lambda seen: seen.status is None,
        Finding.NO_ANSWER,
        False,
        "Nothing answers at this address.",
        "Check host and port, that the firewall lets SIP through, and that the carrier allows this address.",
    ),
    (
        lambda seen: seen.status in {401, 407} and not seen.credentials,
        Finding.WRONG_CREDENTIALS,
        False,
        "The carrier asks who we are ({carrier}), and this trunk has no credentials to show.",
        "Give the trunk a registration with the carrier's user name and password.",
    ),
    (
        _refused_with(401, 407),
        Finding.WRONG_CREDENTIALS,
        False,
        "The carrier does not accept the user name or the password ({carrier}).",
        "Type the carrier's SIP user name and password again; they often differ from those of its web site.",
    ),
    (
        _refused_with(403),
        Finding.FORBIDDEN,
        False,
        "The carrier forbids this call ({carrier}).",
        "Wrong credentials are often answered like this. Otherwise ask the carrier whether this account may call out.",
    ),
    (
        _refused_with(404, 484, 410, 604),
        Finding.UNKNOWN_NUMBER,
        False,
        "The carrier does not know this number ({carrier}).",
        "Signalling works. Type the number as the carrier wants it, usually with country code: +49301234567.",
    ),
    (
        _refused_with(486, 600),
        Finding.BUSY,
        True,
        "The number is busy ({carrier}).",
        "The trunk reaches the carrier. Test again with a number that is free, to hear whether sound comes.",
    ),
    (
        _refused_with(406, 415, 488, 606),
        Finding.NO_CODEC,
        False,
        "The carrier does not accept our sound ({carrier}).",
        "Ask the carrier to allow G.711 (PCMA or PCMU) on this trunk, without encryption of sound (SRTP).",
    ),
    (
        _refused_with(480, 500, 502, 503, 504),
        Finding.UNAVAILABLE,
        False,
        "The carrier cannot take the call now ({carrier}).",
        "Try again in a minute. If it stays so, ask there: too many calls at once, no credit, or a fault.",
    ),
    (
        _class(3),
        Finding.REDIRECTED,
        False,
        "The carrier sends calls elsewhere ({carrier}).",
        "Use the address that the carrier names for outgoing calls.",
    ),
    (
        lambda _: True,
        Finding.REFUSED,
        False,
        "The carrier refuses the call ({carrier}).",
        "Show these words to the carrier.",
    ),
)
"""In order: what was seen, finding, whether the trunk works, what is said (`{carrier}`: its status and words), next."""
