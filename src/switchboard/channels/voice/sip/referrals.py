"""Asking and being asked to call somebody else: REFER and its NOTIFYs (RFC 3515)."""

from collections.abc import Callable, Sequence
from typing import Final

from switchboard.channels.voice.sip.dialog_use import DialogUse
from switchboard.channels.voice.sip.events import LegEvent, ReferralProgress, Referred
from switchboard.protocols.sip.layer import ServerTransaction
from switchboard.protocols.sip.message import Request, Response
from switchboard.protocols.sip.reasons import REASONS
from switchboard.protocols.sip.uri import Uri, UriError, headers_of, name_address, quoted

FRAGMENT: Final = "message/sipfrag;version=2.0"
SUBSCRIPTION_SECONDS: Final = 180


class Referrals:
    """REFERs of one dialog, both ways; one at a time each way."""

    def __init__(self, use: DialogUse, tell: Callable[[LegEvent], None]) -> None:
        self._use = use
        self._tell = tell
        self._asked: int | None = None

    def receive(self, transaction: ServerTransaction) -> None:
        """A REFER: 202 and a first NOTIFY at once, then the owner decides."""
        request = transaction.request
        node = self._use.node
        values = request.values("refer-to")
        target = _callable_target(values)
        if target is None:
            node.reply(transaction, 400, "One Usable Refer-To Needed")
            return
        if self._asked is not None:
            node.reply(transaction, 491)
            return
        self._asked = request.cseq
        node.reply(transaction, 202, headers={"contact": node.contact(transaction.flow)})
        self.notify(100, "")
        referred_by = (request.get("referred-by") or "").partition(";")[0].strip()
        self._tell(Referred(target.partition("?")[0], headers_of(target).get("replaces", ""), referred_by))

    def notify(self, status: int, reason: str) -> None:
        """Report progress to whoever asked; from 200 on the subscription is over."""
        asked = self._asked
        if asked is None:
            return
        final = status >= 200
        if final:
            self._asked = None
        state = "terminated;reason=noresource" if final else f"active;expires={SUBSCRIPTION_SECONDS}"
        fragment = f"SIP/2.0 {status} {reason or REASONS.get(status, 'Unknown')}\r\n"
        headers = {"event": [f"refer;id={asked}"], "subscription-state": [state]}
        self._use.send("NOTIFY", _ignore, _ignore, headers=headers, body=fragment.encode(), content_type=FRAGMENT)

    def refer(self, target_uri: str, replaces: str) -> None:
        """Ask the peer to call `target_uri`, instead of the dialog that `replaces` names if given."""
        uri = f"{target_uri}?Replaces={_escaped(replaces)}" if replaces else target_uri
        headers = {"refer-to": [f"<{uri}>"], "referred-by": [self._referrer()]}
        self._use.send("REFER", self._answered, self._failed, headers=headers)

    def _referrer(self) -> str:
        own = name_address(self._use.dialog.local)
        return f"{quoted(own.display) + ' ' if own.display else ''}<{own.uri}>"

    def _answered(self, response: Response) -> None:
        if response.status >= 300:
            self._tell(ReferralProgress(response.status, response.reason, final=True))

    def _failed(self, status: int) -> None:
        self._tell(ReferralProgress(status, REASONS.get(status, ""), final=True))

    def notified(self, transaction: ServerTransaction) -> None:
        """A NOTIFY inside the dialog."""
        request = transaction.request
        node = self._use.node
        if (request.get("event") or "").partition(";")[0].strip().lower() != "refer":
            node.reply(transaction, 489)
            return
        node.reply(transaction, 200)
        progress = _progress(request)
        if progress is not None:
            self._tell(progress)


def _callable_target(values: Sequence[str]) -> str | None:
    if len(values) != 1:
        return None
    try:
        target = name_address(values[0]).uri
        Uri.parse(target)
    except UriError:
        return None
    return target


def _progress(request: Request) -> ReferralProgress | None:
    """What a sipfrag says (RFC 3420); a subscription that ends without a final status has failed."""
    line = request.body.split(b"\r\n", 1)[0].decode("utf-8", "replace").split(" ", 2)
    over = (request.get("subscription-state") or "").strip().lower().startswith("terminated")
    if len(line) < 2 or line[0] != "SIP/2.0" or len(line[1]) != 3 or not line[1].isdecimal():
        return ReferralProgress(487, "Subscription ended", final=True) if over else None
    status = int(line[1])
    return ReferralProgress(status, line[2].strip() if len(line) > 2 else "", final=over or status >= 200)


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-_.!~*'()" else "".join(f"%{b:02X}" for b in c.encode()) for c in text)


def _ignore(_: object) -> None:
    """A NOTIFY that fails changes nothing for the call."""
