"""What was learned of agents' outcomes, by version, and what it has brought."""

from switchboard.web.fields import Answer


class Estimated(Answer):
    """A mean and how sure it is: mean - half to mean + half holds the true one 19 times in 20."""

    mean: float
    half: float | None


class LearnedQueue(Answer):
    """What a version says of a queue."""

    queue: str
    name: str
    expected: float | None
    """Seconds that a contact is expected to save, taken alone, with the agents who are free just then; null where there
    was no choice to learn from."""
    compared: int
    """Contacts of the hours of four weeks that went by this version and those before it, compared with those of the
    hours held out; 0 before there are enough hours of both."""
    held_out: int
    compared_hours: int
    """The hours of these contacts, without the first minutes of each; 0 for a version of old that held out contacts
    one by one, which overstated what it brought."""
    held_out_hours: int
    cost: Estimated | None
    """Seconds that a contact came to less or more than one of the hours held out; below 0 is a gain."""
    handling: Estimated | None
    """The same of the handling time alone, in seconds."""
    resolution: Estimated | None
    """The same of the resolved share; above 0 is a gain."""
    satisfaction: Estimated | None
    """The same of how content customers said they were, 0 to 1; above 0 is a gain."""
    answers: int
    """Contacts of which that is known."""


class LearnedVersion(Answer):
    """One version. by: null when it was made by itself."""

    number: int
    made_at: int
    by: str | None
    since: int
    until: int
    contacts: int
    in_force: bool
    queues: list[LearnedQueue]


class LearnedVersions(Answer):
    """The newest first."""

    versions: list[LearnedVersion]
