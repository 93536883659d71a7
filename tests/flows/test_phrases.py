"""Phrases are spoken once and found again; what cannot be spoken is left out, not an error."""

from pathlib import Path

from support.configured import TestVoice
from switchboard.flows.model import Spoken
from switchboard.flows.phrases import Phrases
from switchboard.flows.speech import Speech
from switchboard.kit.errors import Unavailable

HELLO, HALLO, UNSPEAKABLE = Spoken("Hello.", "en"), Spoken("Hello.", "de"), Spoken("Hello.", "xx")


async def spoken(phrases: Phrases, *texts: Spoken) -> dict[Spoken, str]:
    made: dict[Spoken, str] = {}
    await phrases.speak(texts, into=made)
    return made


async def test_each_is_spoken_once_by_language(tmp_path: Path) -> None:
    voice = TestVoice()
    phrases = Phrases(tmp_path / "spoken", voice)
    assert await phrases.kept([HELLO]) == {}
    made = await spoken(phrases, HELLO, HALLO, HELLO)
    assert len(set(made.values())) == 2
    assert voice.said == ["Hello.", "Hello."]
    assert await Phrases(tmp_path / "spoken", voice).kept([HELLO, HALLO, UNSPEAKABLE]) == made
    assert all(Path(path).stat().st_size > 0 for path in made.values())


async def test_a_language_without_a_voice_is_left_out(tmp_path: Path) -> None:
    made = await spoken(Phrases(tmp_path, TestVoice()), UNSPEAKABLE, HELLO)
    assert list(made) == [HELLO]


async def test_a_folder_that_cannot_be_written_and_a_voice_that_is_gone_end_the_attempt(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert await spoken(Phrases(blocked, TestVoice()), HELLO, HALLO) == {}

    class Gone(TestVoice):
        async def say(self, text: str, language: str) -> Speech:
            self.said.append(text)
            raise Unavailable("the built-in voice does not answer")

    gone = Gone()
    assert await spoken(Phrases(tmp_path, gone), HELLO, HALLO) == {}
    assert len(gone.said) == 1
