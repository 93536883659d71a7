"""The clock of a contact, stopped and started by a person."""

from switchboard.web.fields import Asked


class ClockAsked(Asked):
    """running: whether the contact's time goes on, or stands still."""

    running: bool
