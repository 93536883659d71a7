"""The built-in voice: a program behind a pipe and its client."""

import ast
import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import psutil
import pytest

import switchboard.speech_program
from switchboard.audio.g711 import MU_DECODE
from switchboard.flows.convert import from_samples
from switchboard.flows.speech import PROGRAM, Speech, Voice
from switchboard.kit.errors import Invalid, Unavailable


@pytest.fixture
async def voice() -> AsyncIterator[Voice]:
    voice = Voice()
    yield voice
    await voice.close()


def loudness(speech: Speech) -> float:
    samples = np.frombuffer(speech.samples, np.int16).astype(float)
    return float(np.sqrt(np.mean(samples**2)))


@pytest.mark.parametrize("language", ["en", "de", "ru", "bg", "pt-br"])
async def test_speaks(voice: Voice, language: str) -> None:
    speech = await voice.say("Switchboard 12345.", language)
    assert speech.rate == 22_050
    assert 0.8 < len(speech.samples) / 2 / speech.rate < 8
    assert loudness(speech) > 500


async def test_what_is_spoken_becomes_telephone_sound(voice: Voice) -> None:
    speech = await voice.say("Welcome to Switchboard.", "en")
    sound = from_samples(speech.samples, speech.rate)
    level = MU_DECODE[np.frombuffer(sound, np.uint8)].astype(float)
    assert len(sound) / 8_000 == pytest.approx(len(speech.samples) / 2 / speech.rate, abs=0.05)
    assert -26 < 20 * np.log10(np.sqrt(np.mean(level**2)) / 32_768) < -14


async def test_texts_do_not_get_mixed_up(voice: Voice) -> None:
    alone = [await voice.say(text, "en") for text in ("one", "one two three four five six")]
    together = await asyncio.gather(*(voice.say(text, "en") for text in ("one", "one two three four five six")))
    # The library varies its pauses a little from one time to the next.
    for one, other in zip(alone, together, strict=True):
        assert len(other.samples) == pytest.approx(len(one.samples), rel=0.05)


async def test_a_language_nobody_speaks_is_refused_and_the_next_text_is_said(voice: Voice) -> None:
    with pytest.raises(Invalid, match="no voice for the language 'xx-yy'"):
        await voice.say("hello", "xx-yy")
    assert loudness(await voice.say("hello", "en")) > 500


async def test_a_program_that_dies_is_started_again(voice: Voice) -> None:
    await voice.say("hello", "en")
    assert voice.pid is not None
    process = psutil.Process(voice.pid)
    process.kill()
    process.wait(5)
    # When the loop has not yet heard of its death, one text is lost with it.
    with contextlib.suppress(Unavailable):
        await voice.say("hello", "en")
    assert loudness(await voice.say("hello", "en")) > 500


async def test_a_silent_program_is_given_up() -> None:
    voice = Voice((sys.executable, "-c", "import sys; sys.stdin.read()"), patience=0.5)
    with pytest.raises(Unavailable):
        await voice.say("hello", "en")
    assert voice.pid is None


async def test_a_program_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await Voice(("/nonexistent/voice",)).say("hello", "en")


async def test_cancelled_texts_leave_no_answer_behind(voice: Voice) -> None:
    await voice.say("hello", "en")
    asking = asyncio.ensure_future(voice.say("a long text " * 100, "en"))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert len((await voice.say("hello", "en")).samples) < 22_050 * 2 * 2


def test_lines_that_are_no_requests_are_answered_with_an_error() -> None:
    lines = [
        b"",
        b"{",
        b"[]",
        b'{"text": "x"}',
        b'{"language": "en", "text": "x", "speed": "fast"}',
        b"\xff\xfe",
    ]
    done = subprocess.run(PROGRAM, input=b"\n".join([*lines, b""]), capture_output=True, check=True, timeout=30)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert all("error" in answer for answer in answers)


def test_the_program_imports_nothing_else_of_ours_and_nothing_else_imports_espeak() -> None:
    program = Path(switchboard.speech_program.__file__).parent
    for path in program.parent.rglob("*.py"):
        for name in _imports(path):
            inside = path.is_relative_to(program)
            assert not (inside and name.startswith("switchboard") and "speech_program" not in name), path
            assert inside or not name.startswith(("espeak", "switchboard.speech_program")), path


def _imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names
