"""Registering with a provider (RFC 3261 section 10.2): refreshed in time, patient when refused."""

import enum
from collections.abc import Callable
from typing import Final

from switchboard.channels.voice.sip.asking import outside_headers
from switchboard.channels.voice.sip.node import Credentials
from switchboard.channels.voice.sip.useragent import UserAgent
from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.header import items, seconds
from switchboard.protocols.sip.message import Response
from switchboard.protocols.sip.reasons import REASONS
from switchboard.protocols.sip.timers import Timer
from switchboard.protocols.sip.uri import Uri, UriError, name_address

FIRST_PAUSE: Final = 15.0
LONGEST_PAUSE: Final = 900.0
"""Seconds until the next try after a failure: doubled each time, up to the longest."""


class RegistrationState(enum.StrEnum):
    """Where a registration stands. FAILED tries again by itself."""

    STOPPED = "stopped"
    TRYING = "trying"
    REGISTERED = "registered"
    FAILED = "failed"


class TrunkRegistration:
    """One account with one provider.

    registrar_uri: `sip:provider.example`. user: the account. expires: seconds we ask for.
    state, last_error: for people; last_error is empty when all is well. flow: how we last reached the provider; calls
    that come from its address are his. on_change: told whenever the state changes.
    """

    def __init__(
        self, agent: UserAgent, *, registrar_uri: str, credentials: Credentials, expires: int = 300, user: str = ""
    ) -> None:
        self._agent = agent
        self._registrar_uri = registrar_uri
        self._credentials = credentials
        self._expires = expires
        self._user = user or credentials.user
        self._call_id = agent.layer.token()
        self._cseq = 0
        self._round = 0
        self._pause = FIRST_PAUSE
        self._timer: Timer | None = None
        self.flow: Flow | None = None
        self.state = RegistrationState.STOPPED
        self.last_error = ""
        self.on_change: Callable[[RegistrationState], None] = _nobody_asks

    def start(self) -> None:
        """Register now and keep it up. Does nothing when it already runs."""
        if self.state is RegistrationState.STOPPED:
            self._become(RegistrationState.TRYING)
            self._send(self._expires)

    def stop(self) -> None:
        """Take the registration back, and stay silent."""
        registered = self.state is RegistrationState.REGISTERED
        self._cancel_timer()
        self._become(RegistrationState.STOPPED)
        if registered:
            self._send(0)

    def _send(self, expires: int) -> None:
        self._timer = None
        self._round += 1
        self._cseq += 1
        asked = self._round
        node = self._agent.node
        try:
            registrar = Uri.parse(self._registrar_uri)
            flow = node.route(self._registrar_uri)
            address = str(Uri("sip", self._user, registrar.host, registrar.port))
            headers = outside_headers(
                node, flow, method="REGISTER", own=address, to=address, call_id=self._call_id, cseq=self._cseq
            )
            headers["contact"] = [self._contact(flow)]
            headers["expires"] = [str(expires)]
            # One more for the answer to the challenge.
            self._cseq += 1
            self.flow = self._agent.ask(
                "REGISTER",
                self._registrar_uri,
                lambda response: self._answered(asked, response),
                lambda status: self._refused(asked, REASONS.get(status, str(status))),
                headers=headers,
                credentials=self._credentials,
                flow=flow,
            )
        except UriError as error:
            self._refused(asked, f"address cannot be used: {error}")

    def _contact(self, flow: Flow) -> str:
        plain = self._agent.node.contact(flow)[0]
        return plain.replace("<sip:", f"<{Uri('sip', self._user, 'x')}".removesuffix("x"))

    def _answered(self, asked: int, response: Response) -> None:
        if asked != self._round or self.state is RegistrationState.STOPPED:
            return
        status = response.status
        if status < 300:
            self._registered(response)
        elif status == 423 and (least := seconds(response.get("min-expires"))) and least > self._expires:
            self._expires = least
            self._send(self._expires)
        else:
            self._refused(asked, f"{status} {response.reason}", seconds(response.get("retry-after")))

    def _registered(self, response: Response) -> None:
        granted = self._granted(response)
        self._pause = FIRST_PAUSE
        self.last_error = ""
        # Early enough for one lost REGISTER: at 90 %, and at least 10 s before the end where that is possible.
        self._again_in(max(5.0, min(granted * 0.9, granted - 10.0)))
        self._become(RegistrationState.REGISTERED)

    def _granted(self, response: Response) -> int:
        """Seconds granted for our own Contact; the response lists other devices of the account, too."""
        own = self._contact(self.flow) if self.flow is not None else ""
        for value in items(response.values("contact")):
            try:
                address = name_address(value)
            except UriError:
                continue
            left = seconds(address.parameters.get("expires"))
            if left is not None and f"<{address.uri}>" == own:
                return left
        common = seconds(response.get("expires"))
        return common if common is not None else self._expires

    def _refused(self, asked: int, error: str, retry_after: int | None = None) -> None:
        if asked != self._round or self.state is RegistrationState.STOPPED:
            return
        self.last_error = error
        pause = self._pause * self._agent.node.entropy.uniform(0.75, 1.25)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._again_in(max(pause, float(retry_after or 0)))
        self._become(RegistrationState.FAILED)

    def _again_in(self, delay: float) -> None:
        self._cancel_timer()
        self._timer = self._agent.node.timers.after(delay, self._again)

    def _again(self) -> None:
        self._send(self._expires)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _become(self, state: RegistrationState) -> None:
        if state is not self.state:
            self.state = state
            self.on_change(state)


def _nobody_asks(_: RegistrationState) -> None:
    """Nobody wants to know."""
