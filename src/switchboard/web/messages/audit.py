"""Who changed what."""

from typing import Any

from switchboard.web.fields import Answer


class AuditRow(Answer):
    id: str
    at: int
    by: str
    by_name: str
    """`system` for what nobody signed in asked for."""
    action: str
    kind: str
    subject: str
    subject_name: str | None
    """The name of a person, else null: then the kind and the key in `changes` have to do."""
    changes: dict[str, Any]
    """field -> [before, after]; a secret or a customer's data shows as `changed`."""


class AuditRows(Answer):
    rows: list[AuditRow]
    after: str | None
    kinds: list[str]
    """What the audit can be filtered by."""
