"""Transactions: RFC 3261 section 17 with RFC 6026, as tables.

Each table says, for a state and what happens, the next state and what to do. Each timing table says which timers run
in a state: the repetition (timers A, E, G) and the limit (B, D, F, H, I, J, K, L, M). Nothing else decides.
"""

import enum
from typing import Final, NamedTuple

T1: Final = 0.5
"""Round-trip estimate, seconds (section 17.1.1.1)."""
T2: Final = 4.0
"""Longest gap between repetitions, seconds."""
T4: Final = 5.0
"""How long a message may stay in the network, seconds."""
GIVE_UP: Final = 64 * T1


class State(enum.StrEnum):
    """`TERMINATED` is final: the transaction is forgotten."""

    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


class Happening(enum.StrEnum):
    """What can happen to a transaction. Server side: `PROVISIONAL`, `SUCCESS` and `FAILURE` are ours to send."""

    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "300-699"
    REQUEST = "request again"
    ACK = "ACK"
    REPEAT = "repetition timer"
    LIMIT = "limit timer"
    BROKEN = "transport failed"
    ABANDONED = "abandoned by its user"


class Do(enum.StrEnum):
    """What a step does."""

    SEND = "send the message given"
    RESEND = "send the last message again"
    ACKNOWLEDGE = "send ACK for a final response"
    TELL = "hand the message to the user"
    TIMED_OUT = "tell the user that nobody answered (408)"
    UNREACHABLE = "tell the user that nothing can be sent (503)"


class Step(NamedTuple):
    """next: the state afterwards; its timers start when it differs from the one before."""

    next: State
    do: tuple[Do, ...] = ()


class Timing(NamedTuple):
    """Timers of a state in seconds; 0 means none. On a reliable transport nothing repeats and `limit_reliable` counts.

    repeat: first gap, doubled up to `cap`. keep_limit: the limit of the state before goes on.
    ends_at_once: with a limit of 0, the state is left at once (timers D, I, J, K over TCP).
    """

    repeat: float = 0.0
    cap: float = T2
    limit: float = 0.0
    limit_reliable: float = 0.0
    keep_limit: bool = False
    ends_at_once: bool = False


Table = dict[State, dict[Happening, Step]]
_END: Final = Step(State.TERMINATED)

INVITE_CLIENT: Final[Table] = {
    State.CALLING: {
        Happening.REPEAT: Step(State.CALLING, (Do.RESEND,)),
        Happening.PROVISIONAL: Step(State.PROCEEDING, (Do.TELL,)),
        Happening.SUCCESS: Step(State.ACCEPTED, (Do.TELL,)),
        Happening.FAILURE: Step(State.COMPLETED, (Do.ACKNOWLEDGE, Do.TELL)),
        Happening.LIMIT: Step(State.TERMINATED, (Do.TIMED_OUT,)),
        Happening.BROKEN: Step(State.TERMINATED, (Do.UNREACHABLE,)),
        Happening.ABANDONED: _END,
    },
    # No timer B here: ringing may last for minutes. Its user limits it, and abandons what a CANCEL does not end.
    State.PROCEEDING: {
        Happening.PROVISIONAL: Step(State.PROCEEDING, (Do.TELL,)),
        Happening.SUCCESS: Step(State.ACCEPTED, (Do.TELL,)),
        Happening.FAILURE: Step(State.COMPLETED, (Do.ACKNOWLEDGE, Do.TELL)),
        Happening.BROKEN: Step(State.TERMINATED, (Do.UNREACHABLE,)),
        Happening.ABANDONED: _END,
    },
    State.COMPLETED: {
        Happening.FAILURE: Step(State.COMPLETED, (Do.ACKNOWLEDGE,)),
        Happening.LIMIT: _END,
        Happening.BROKEN: _END,
    },
    # RFC 6026: repeated and forked 2xx reach the user, who acknowledges each.
    State.ACCEPTED: {
        Happening.SUCCESS: Step(State.ACCEPTED, (Do.TELL,)),
        Happening.LIMIT: _END,
        Happening.BROKEN: _END,
    },
    State.TERMINATED: {},
}
INVITE_CLIENT_TIMING: Final = {
    State.CALLING: Timing(repeat=T1, cap=GIVE_UP, limit=GIVE_UP, limit_reliable=GIVE_UP),  # A, B
    State.PROCEEDING: Timing(),
    State.COMPLETED: Timing(limit=32.0, ends_at_once=True),  # D
    State.ACCEPTED: Timing(limit=GIVE_UP, limit_reliable=GIVE_UP),  # M
}

CLIENT: Final[Table] = {
    State.TRYING: {
        Happening.REPEAT: Step(State.TRYING, (Do.RESEND,)),
        Happening.PROVISIONAL: Step(State.PROCEEDING, (Do.TELL,)),
        Happening.SUCCESS: Step(State.COMPLETED, (Do.TELL,)),
        Happening.FAILURE: Step(State.COMPLETED, (Do.TELL,)),
        Happening.LIMIT: Step(State.TERMINATED, (Do.TIMED_OUT,)),
        Happening.BROKEN: Step(State.TERMINATED, (Do.UNREACHABLE,)),
    },
    State.PROCEEDING: {
        Happening.REPEAT: Step(State.PROCEEDING, (Do.RESEND,)),
        Happening.PROVISIONAL: Step(State.PROCEEDING, (Do.TELL,)),
        Happening.SUCCESS: Step(State.COMPLETED, (Do.TELL,)),
        Happening.FAILURE: Step(State.COMPLETED, (Do.TELL,)),
        Happening.LIMIT: Step(State.TERMINATED, (Do.TIMED_OUT,)),
        Happening.BROKEN: Step(State.TERMINATED, (Do.UNREACHABLE,)),
    },
    State.COMPLETED: {Happening.LIMIT: _END, Happening.BROKEN: _END},
    State.TERMINATED: {},
}
CLIENT_TIMING: Final = {
    State.TRYING: Timing(repeat=T1, limit=GIVE_UP, limit_reliable=GIVE_UP),  # E, F
    State.PROCEEDING: Timing(repeat=T2, keep_limit=True),  # E at T2, F goes on
    State.COMPLETED: Timing(limit=T4, ends_at_once=True),  # K
}

INVITE_SERVER: Final[Table] = {
    State.PROCEEDING: {
        Happening.REQUEST: Step(State.PROCEEDING, (Do.RESEND,)),
        Happening.PROVISIONAL: Step(State.PROCEEDING, (Do.SEND,)),
        Happening.SUCCESS: Step(State.ACCEPTED, (Do.SEND,)),
        Happening.FAILURE: Step(State.COMPLETED, (Do.SEND,)),
        # The answer may still find its way (section 18.2.2), so the user is only told that the peer is gone.
        Happening.BROKEN: Step(State.PROCEEDING, (Do.UNREACHABLE,)),
        Happening.ABANDONED: _END,
    },
    State.COMPLETED: {
        Happening.REQUEST: Step(State.COMPLETED, (Do.RESEND,)),
        Happening.REPEAT: Step(State.COMPLETED, (Do.RESEND,)),
        Happening.ACK: Step(State.CONFIRMED),
        Happening.LIMIT: _END,
        Happening.BROKEN: _END,
    },
    State.CONFIRMED: {Happening.LIMIT: _END, Happening.BROKEN: _END},
    # RFC 6026: a late INVITE is absorbed; the user repeats the 2xx himself until the ACK, whatever its branch.
    State.ACCEPTED: {
        Happening.SUCCESS: Step(State.ACCEPTED, (Do.SEND,)),
        Happening.ACK: Step(State.ACCEPTED, (Do.TELL,)),
        Happening.LIMIT: _END,
        Happening.BROKEN: Step(State.TERMINATED, (Do.UNREACHABLE,)),
    },
    State.TERMINATED: {},
}
INVITE_SERVER_TIMING: Final = {
    State.PROCEEDING: Timing(),
    State.COMPLETED: Timing(repeat=T1, limit=GIVE_UP, limit_reliable=GIVE_UP),  # G, H
    State.CONFIRMED: Timing(limit=T4, ends_at_once=True),  # I
    State.ACCEPTED: Timing(limit=GIVE_UP, limit_reliable=GIVE_UP),  # L
}

SERVER: Final[Table] = {
    State.TRYING: {
        Happening.PROVISIONAL: Step(State.PROCEEDING, (Do.SEND,)),
        Happening.SUCCESS: Step(State.COMPLETED, (Do.SEND,)),
        Happening.FAILURE: Step(State.COMPLETED, (Do.SEND,)),
        Happening.ABANDONED: _END,
        Happening.BROKEN: _END,
    },
    State.PROCEEDING: {
        Happening.REQUEST: Step(State.PROCEEDING, (Do.RESEND,)),
        Happening.PROVISIONAL: Step(State.PROCEEDING, (Do.SEND,)),
        Happening.SUCCESS: Step(State.COMPLETED, (Do.SEND,)),
        Happening.FAILURE: Step(State.COMPLETED, (Do.SEND,)),
        Happening.ABANDONED: _END,
        Happening.BROKEN: _END,
    },
    State.COMPLETED: {
        Happening.REQUEST: Step(State.COMPLETED, (Do.RESEND,)),
        Happening.LIMIT: _END,
        Happening.BROKEN: _END,
    },
    State.TERMINATED: {},
}
SERVER_TIMING: Final = {
    State.TRYING: Timing(),
    State.PROCEEDING: Timing(),
    State.COMPLETED: Timing(limit=GIVE_UP, ends_at_once=True),  # J
}
