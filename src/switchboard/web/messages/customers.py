"""Who called, and what is known of him."""

from switchboard.web.fields import Answer, Asked, Line, Note
from switchboard.web.messages.contacts import ContactRow


class CustomerRecord(Answer):
    id: str
    client: str
    name: str | None
    note: str
    known_since: int
    numbers: list[str]
    contacts: list[ContactRow]
    """The latest ones, newest first."""


class CustomerSeen(Asked):
    """What the page showed before it was changed; empty for nothing."""

    name: Line | None = None
    note: Note | None = None


class CustomerChange(Asked):
    """What is left out stays."""

    name: Line | None = None
    note: Note | None = None
    seen: CustomerSeen | None = None
    """With it a change is refused when somebody else changed the same thing since."""
