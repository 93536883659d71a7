"""Repeats a 2xx to an INVITE until its ACK comes (RFC 3261 section 13.3.1.4): end to end, on every transport."""

from collections.abc import Callable

from switchboard.protocols.sip.layer import ServerTransaction
from switchboard.protocols.sip.message import Response
from switchboard.protocols.sip.timers import Timer, Timers
from switchboard.protocols.sip.transaction import GIVE_UP, T1, T2


class FinalAnswer:
    """One 2xx on its way. on_given_up: called when no ACK came within 32 s."""

    __slots__ = ("_gap", "_on_given_up", "_response", "_timer", "_timers", "_transaction", "_waited")

    def __init__(
        self, timers: Timers, transaction: ServerTransaction, response: Response, on_given_up: Callable[[], None]
    ) -> None:
        self._timers = timers
        self._transaction = transaction
        self._response = response
        self._on_given_up = on_given_up
        self._gap = T1
        self._waited = 0.0
        self._timer: Timer = timers.after(T1, self._again)
        transaction.respond(response)

    @property
    def cseq(self) -> int:
        """The sequence number that the ACK must carry."""
        return self._response.cseq

    def acknowledged(self) -> None:
        """Stop repeating."""
        self._timer.cancel()

    def _again(self) -> None:
        self._waited += self._gap
        if self._waited >= GIVE_UP:
            self._on_given_up()
            return
        self._gap = min(self._gap * 2, T2, GIVE_UP - self._waited)
        self._timer = self._timers.after(self._gap, self._again)
        self._transaction.respond(self._response)
