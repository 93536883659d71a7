"""Uploaded sounds."""

from switchboard.web.fields import Answer


class SoundItem(Answer):
    id: str
    key: str
    name: str
    seconds: float


class SoundItems(Answer):
    sounds: list[SoundItem]
