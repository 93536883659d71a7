"""`sounds` and `flows`."""

from collections.abc import Iterator
from typing import Any

from switchboard.configuration.model import MUSIC, SILENCE, SoundEntry
from switchboard.configuration.sections.contract import Reference
from switchboard.flows.model import FlowDocument, Reading
from switchboard.flows.service import KINDS, read_flow_at


def read_sound(reading: Reading) -> SoundEntry:
    fields = reading.fields(("key",), ("name", "file", "kept"))
    key = fields.key("key")
    if key in {MUSIC, SILENCE}:
        fields.at("key").problem(f"the key {key!r} belongs to Switchboard itself; choose another")
    if fields.sound and fields.has("file") == fields.has("kept"):
        reading.problem("give the field 'file' with the path of a WAV, MP3, Ogg or FLAC file")
    return SoundEntry(
        key,
        fields.text("name", key, most=200).strip(),
        fields.text("file", most=1_000) or None,
        fields.text("kept", most=64) or None,
    )


def write_sound(item: SoundEntry) -> dict[str, Any]:
    return {"key": item.key, "name": item.name, "kept": item.kept}


def read_flow_entry(reading: Reading) -> FlowDocument:
    return read_flow_at(reading, KINDS)


def flow_references(item: FlowDocument) -> Iterator[Reference]:
    """Only its client: what its steps need is checked by the room itself, which names the step."""
    if item.client is not None:
        yield Reference("clients", item.client, ("client",))
