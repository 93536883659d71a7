"""What the messages are made of: checked texts and numbers, and what every answer and request has in common."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_TEXT: Final = 4_000
MOST_SDP: Final = 32_768
BIGGEST: Final = 2**53 - 1
"""The largest whole number that a page can hold exactly."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One line that a person typed: no control characters, which PostgreSQL could not store either."""
FilledLine = Annotated[Line, StringConstraints(min_length=1)]
Note = Annotated[str, StringConstraints(max_length=MOST_TEXT, pattern=r"^[^\x00]*$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_.:-]+$")]
Number = Annotated[int, Field(ge=0, le=BIGGEST, strict=True)]
SessionDescription = Annotated[str, StringConstraints(min_length=1, max_length=MOST_SDP, pattern=r"^v=0[^\x00]*$")]


class Answer(BaseModel):
    """What we send. Every field is always there, so that a page needs no guessing."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Asked(BaseModel):
    """What a page sends. A field we do not know is refused by name instead of being ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
