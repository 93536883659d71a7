"""`announcements` of a queue: what those who wait in it are told, and when."""

from typing import Any, Final

from switchboard.flows.model import Reading, duration_text
from switchboard.kit.clock import MICROSECONDS
from switchboard.routing.model import Announcements, Notice

_LONGEST: Final = 30 * 60
_LEAST_EVERY: Final = 10
"""Seconds: announcements that follow each other without music in between are of no comfort."""


def read_announcements(reading: Reading) -> Announcements:
    fields = reading.fields((), ("first", "every", "position", "estimate", "comfort"))
    every = fields.duration("every", 45, most=_LONGEST)
    if fields.has("every") and every < _LEAST_EVERY:
        fields.at("every").problem(f"must be at least {duration_text(_LEAST_EVERY)}")
    return Announcements(
        first=fields.duration("first", 20, most=_LONGEST) * MICROSECONDS,
        every=every * MICROSECONDS,
        position=fields.flag("position", default=True),
        estimate=fields.flag("estimate", default=True),
        comfort=tuple(read_notice(one) for one in fields.elements("comfort")),
    )


def read_notice(reading: Reading) -> Notice:
    """A text, or `{text: .., language: de}`, or `{sound: key, language: de}`."""
    if isinstance(reading.value, str):
        return Notice(text=reading.text())
    fields = reading.fields((), ("text", "language", "sound"))
    if fields.sound and fields.has("text") == fields.has("sound"):
        reading.problem("give either a text or a sound")
    if fields.has("sound"):
        return Notice(sound=fields.key("sound"), language=fields.key_or_none("language"))
    return Notice(text=fields.text("text"), language=fields.key_or_none("language"))


def write_announcements(item: Announcements) -> dict[str, Any]:
    written: dict[str, Any] = {
        "first": duration_text(item.first // MICROSECONDS),
        "every": duration_text(item.every // MICROSECONDS),
        "position": item.position,
        "estimate": item.estimate,
    }
    if item.comfort:
        written["comfort"] = [write_notice(one) for one in item.comfort]
    return written


def write_notice(item: Notice) -> str | dict[str, Any]:
    if item.text and item.language is None:
        return item.text
    fields = {"text": item.text, "sound": item.sound, "language": item.language}
    return {name: value for name, value in fields.items() if value is not None}
