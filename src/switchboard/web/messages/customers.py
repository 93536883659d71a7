"""Who called, and what is known of him."""

from typing import Annotated

from pydantic import Field, StringConstraints

from switchboard.web.fields import Answer, Asked, Id, Line, Note
from switchboard.web.messages.contacts import ContactRow

Chosen = Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9A-Za-z_.:-]*$")]

LeastLevels = Annotated[dict[Id, int], Field(max_length=500)]
"""Levels are 1 to 10, of 20 skills at most; the room says so in words."""


class CustomerRecord(Answer):
    id: str
    client: str
    name: str | None
    note: str
    known_since: int
    numbers: list[str]
    personal_agent: str | None
    """Id of the person who looks after him, and the name."""
    personal_agent_name: str | None
    branch: str | None
    """Id of the team that looks after him, and its name."""
    branch_name: str | None
    needs: dict[str, int]
    """Least level of skills, by key, that whoever talks to him must have; `needs_shown` has them in words."""
    needs_shown: list[str]
    priority: int
    """On top of what flows give his contacts; higher goes first."""
    contacts: list[ContactRow]
    """The latest ones, newest first."""


class CustomerSeen(Asked):
    """What the page showed before it was changed; empty for nothing. What is left out is not compared."""

    name: Line | None = None
    note: Note | None = None
    personal_agent: Chosen | None = None
    branch: Chosen | None = None
    needs: LeastLevels | None = None
    priority: int | None = None


class CustomerChange(Asked):
    """What is left out stays."""

    name: Line | None = None
    note: Note | None = None
    personal_agent: Chosen | None = None
    """Id of the person who looks after him, empty for nobody; next, of the team that does. Supervisors and
    administrators say so."""
    branch: Chosen | None = None
    needs: LeastLevels | None = None
    """Least level of skills by key, on top of what flows require; `{}` for none. Supervisors and administrators."""
    priority: int | None = None
    """On top of what flows give his contacts, -100 to 100; 0 for none. Supervisors and administrators."""
    seen: CustomerSeen | None = None
    """With it a change is refused when somebody else changed the same thing since."""
