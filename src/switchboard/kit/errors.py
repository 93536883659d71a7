"""The errors that reach a person: each says what is wrong and what to do about it."""

from collections.abc import Sequence


class SwitchboardError(Exception):
    """Something a person can mend. Its text is one clear line without personal data.

    The web answers it with `status` and `code`; the command line prints the line and exits with 1.
    """

    status = 400
    code = "bad_request"

    def __init__(self, text: str, *, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class Invalid(SwitchboardError):
    """A value cannot be accepted; `field` names it.

    faults: (field, what is wrong with it) where a form has several at once; `field` is the first one's.
    """

    status = 422
    code = "invalid"

    def __init__(self, text: str, *, field: str | None = None, faults: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(text, field=field)
        self.faults = tuple(faults)


class NotFound(SwitchboardError):
    """Nothing of that name in this organization."""

    status = 404
    code = "not_found"


class Refused(SwitchboardError):
    """Signed in, but not allowed to do this."""

    status = 403
    code = "refused"


class SignInNeeded(SwitchboardError):
    """No session, or one that has ended."""

    status = 401
    code = "sign_in_needed"


class Conflict(SwitchboardError):
    """What was asked no longer fits the state of things; look again, then ask again."""

    status = 409
    code = "conflict"


class TooMany(SwitchboardError):
    """A limit was reached; `retry_after` is in seconds."""

    status = 429
    code = "too_many"

    def __init__(self, text: str, *, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Unavailable(SwitchboardError):
    """A part that this needs is not there just now."""

    status = 503
    code = "unavailable"
