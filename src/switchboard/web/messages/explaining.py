"""Why a contact waits, why an agent has nothing to do, and whether anything sticks: in words."""

from switchboard.web.fields import Answer


class WaitingContact(Answer):
    """One contact in line, in the order of the line."""

    contact: str
    since: int
    place: int
    """1 for the next one."""
    offered_to: str | None
    """The name of the agent at whom it rings."""
    sentences: list[str]
    """Where it stands, what it needs, who could take it and what stops them, what comes next."""


class InLine(Answer):
    """The first of those who wait in a queue."""

    queue: str
    name: str
    waiting: int
    contacts: list[WaitingContact]


class WhyAgent(Answer):
    """Why an agent has no call, and what waits that is not his."""

    agent: str
    name: str
    sentences: list[str]


class StuckThing(Answer):
    """Something that nobody will ever end."""

    kind: str
    id: str
    why: str
    since: int


class StuckThings(Answer):
    """Always empty; whatever stands here is a fault of the product."""

    stuck: list[StuckThing]
