"""Headers of requests outside dialogs that we send to trunks: REGISTER and OPTIONS."""

from switchboard.channels.voice.sip.node import Node
from switchboard.protocols.sip.flow import Flow
from switchboard.protocols.sip.message import Headers


def outside_headers(node: Node, flow: Flow, *, method: str, own: str, to: str, call_id: str, cseq: int) -> Headers:
    """own, to: addresses as URIs. The From tag is new."""
    return {
        "max-forwards": ["70"],
        "from": [f"<{own}>;tag={node.layer.token()}"],
        "to": [f"<{to}>"],
        "call-id": [call_id],
        "cseq": [f"{cseq} {method}"],
        "contact": node.contact(flow),
        "user-agent": [node.user_agent],
    }
