"""A call that switches an emergency announcement on or off: a phone dials a code, proves itself by a PIN, presses 1
or 2, and hears that it is done.

It is no contact: nobody waits, nothing is routed, no record is made but the audit's.
"""

import asyncio
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Final

import structlog

from switchboard.channels.voice.directory import Vault, read_secret
from switchboard.channels.voice.model import Code, Phone
from switchboard.channels.voice.sides import Caller
from switchboard.flows.model import Spoken
from switchboard.flows.service import Emergencies, Wanted
from switchboard.kit.clock import Clock
from switchboard.kit.errors import SwitchboardError
from switchboard.kit.tasks import Tasks

_log = structlog.get_logger(__name__)

LANGUAGE: Final = "en"
LIMIT: Final = 60.0
"""Seconds until such a call is over, whatever it waits for."""
TRIES: Final = 3
"""Wrong PINs in one call."""
STRIKES: Final = 3
"""Calls from one phone that ended with wrong PINs, until its codes are refused."""
PARDON: Final = 900.0
"""Seconds until strikes are forgotten."""
LONGEST_PIN: Final = 20


class Says(Enum):
    """What the caller is told."""

    PIN = "Enter the P I N, then press hash."
    WRONG = "That was wrong. Enter the P I N, then press hash."
    REFUSED = "That was wrong, too. Good bye."
    IS_OFF = "The announcement is off. To switch it on, press 1."
    IS_ON = "The announcement is on. To switch it off, press 2."
    NOW_ON = "The announcement is now on. Good bye."
    NOW_OFF = "The announcement is now off. Good bye."
    FAILED = "That did not work. Please try again. Good bye."

    @property
    def spoken(self) -> Spoken:
        return Spoken(self.value, LANGUAGE)


_LAST: Final = frozenset({Says.REFUSED, Says.NOW_ON, Says.NOW_OFF, Says.FAILED})
"""After these the call is over."""


def texts() -> list[Spoken]:
    """Everything such a call says, to be spoken when the center starts."""
    return [says.spoken for says in Says]


class Strikes:
    """Who guesses PINs, by phone. clock: seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._struck: Counter[str] = Counter()
        self._since: dict[str, float] = {}

    def struck(self, phone: str) -> None:
        self._forget_old(phone)
        self._struck[phone] += 1
        self._since[phone] = self._clock()

    def out(self, phone: str) -> bool:
        """Whether this phone has guessed too often lately."""
        self._forget_old(phone)
        return self._struck[phone] >= STRIKES

    def _forget_old(self, phone: str) -> None:
        if self._clock() - self._since.get(phone, 0.0) >= PARDON:
            self._struck.pop(phone, None)


class CodeCall:
    """One such call; all methods are synchronous and run in the main loop.

    phone: its key. pin: reads the PIN. by: the person's id for the audit. phrases: path of each text. over: called
    once, at the end.
    """

    def __init__(
        self,
        organization: str,
        code: Code,
        phone: str,
        caller: Caller,
        *,
        emergencies: Emergencies,
        pin: Callable[[], Awaitable[str]],
        by: str,
        phrases: Mapping[Spoken, str],
        strikes: Strikes,
        tasks: Tasks,
        over: Callable[["CodeCall"], None],
    ) -> None:
        self._organization = organization
        self._code = code
        self._phone = phone
        self._caller = caller
        self._emergencies = emergencies
        self._pin = pin
        self._by = by
        self._phrases = phrases
        self._strikes = strikes
        self._tasks = tasks
        self._over = over
        self._typed = self._ahead = ""
        self._wrong = 0
        self._admitted = self._busy = self._ended = False
        self._limit: asyncio.TimerHandle | None = None
        caller.on_left = self.end
        caller.on_digit = self.digit

    def begin(self) -> None:
        """Answer and ask for the PIN."""
        self._limit = asyncio.get_running_loop().call_later(LIMIT, self.end)
        self._say(Says.PIN)

    def digit(self, key: str) -> None:
        """A key was pressed, also while something is said."""
        if self._busy:
            self._ahead = (self._ahead + key)[:LONGEST_PIN]
        elif self._ended:
            return
        elif self._admitted:
            if key in {"1", "2"}:
                self._do(self._switch(on=key == "1"))
        elif key == "#":
            typed, self._typed = self._typed, ""
            self._do(self._check(typed))
        else:
            self._typed = (self._typed + key)[-LONGEST_PIN:]

    def end(self) -> None:
        """Hang up, if it is not over already."""
        if self._ended:
            return
        self._ended = True
        if self._limit is not None:
            self._limit.cancel()
        self._caller.hang_up()
        self._over(self)

    def _do(self, work: Awaitable[Says]) -> None:
        """One thing at a time; keys pressed meanwhile come after it."""
        self._busy = True

        async def doing() -> None:
            try:
                says = await work
            except SwitchboardError as error:
                _log.warning("code_failed", why=error.code)
                says = Says.FAILED
            self._busy = False
            self._say(says)
            ahead, self._ahead = self._ahead, ""
            for key in ahead if says not in _LAST else "":
                self.digit(key)

        self._tasks.start(doing(), name="emergency code")

    async def _check(self, typed: str) -> Says:
        pin = await self._pin()
        if pin and hmac.compare_digest(typed.encode(), pin.encode()):
            self._admitted = True
            on = self._emergencies.by_code(self._organization, self._code.key) is not None
            return Says.IS_ON if on else Says.IS_OFF
        self._wrong += 1
        if self._wrong < TRIES:
            return Says.WRONG
        self._strikes.struck(self._phone)
        _log.warning("code_guessed", code=self._code.key)
        return Says.REFUSED

    async def _switch(self, *, on: bool) -> Says:
        now = self._emergencies.by_code(self._organization, self._code.key)
        if not on:
            if now is not None:
                await self._emergencies.switch_off(self._organization, now.id, by=self._by)
            return Says.NOW_OFF
        code = self._code
        if now is None:
            wanted = Wanted(code.minutes, code.text, code.sound, code.language, code.numbers, code.ends)
            await self._emergencies.switch_on(self._organization, wanted, by=self._by, code=code.key, phone=self._phone)
        return Says.NOW_ON

    def _say(self, says: Says) -> None:
        if self._ended:
            return
        self._caller.answer()
        self._caller.media.silence()
        path = self._phrases.get(says.spoken)
        then = self.end if says in _LAST else None
        if path is not None:
            self._caller.media.play([path], then=then)
        elif then is not None:
            # Without a voice the keys still work; there is nothing to hear.
            then()


class CodeCalls:
    """All such calls of a node. environment, vault: where PINs by reference are read."""

    def __init__(
        self,
        emergencies: Emergencies,
        tasks: Tasks,
        clock: Clock,
        environment: Mapping[str, str],
        vault: Vault | None = None,
    ) -> None:
        self._emergencies = emergencies
        self._tasks = tasks
        self._environment = environment
        self._vault = vault
        self._strikes = Strikes(clock.monotonic)
        self._open: set[CodeCall] = set()

    def guessing(self, phone: Phone) -> bool:
        """Whether this phone has guessed PINs too often lately to be listened to."""
        return self._strikes.out(phone.key)

    def take(
        self, organization: str, code: Code, phone: Phone, caller: Caller, phrases: Mapping[Spoken, str], *, by: str
    ) -> None:
        """Answer and begin. by: the person's id for the audit."""
        call = CodeCall(
            organization,
            code,
            phone.key,
            caller,
            emergencies=self._emergencies,
            pin=lambda: asyncio.to_thread(read_secret, code.pin, self._environment, self._vault),
            by=by,
            phrases=phrases,
            strikes=self._strikes,
            tasks=self._tasks,
            over=self._open.discard,
        )
        self._open.add(call)
        call.begin()

    def close(self) -> None:
        """Hang up."""
        for call in list(self._open):
            call.end()
