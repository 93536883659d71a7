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


class CustomerChange(Asked):
    name: Line | None = None
    note: Note | None = None
