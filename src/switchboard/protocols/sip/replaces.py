"""Naming a dialog from outside: the Replaces header (RFC 3891), also inside a Refer-To."""

from dataclasses import dataclass

from switchboard.protocols.sip.uri import parameters_of


@dataclass(frozen=True, slots=True)
class Replaces:
    """A dialog, seen from the end that gets the request: to_tag is that end's own tag."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    def __str__(self) -> str:
        tail = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{tail}"


def parse_replaces(value: str) -> Replaces | None:
    """Read a Replaces value; None when it names no dialog."""
    call_id, _, rest = value.strip().partition(";")
    fields = parameters_of(rest)
    to_tag, from_tag = fields.get("to-tag", ""), fields.get("from-tag", "")
    if not call_id.strip() or not to_tag or not from_tag:
        return None
    return Replaces(call_id.strip(), to_tag, from_tag, "early-only" in fields)
