"""espeak-ng by ctypes: the six functions that speaking needs (espeak-ng `speak_lib.h`)."""

import ctypes
from typing import Final

import espeakng_loader

_SYNCHRONOUS: Final = 2
"""AUDIO_OUTPUT_SYNCHRONOUS: samples come to the callback before `espeak_Synth` returns."""
_UTF8: Final = 1
_CHARACTERS: Final = 1
_RATE: Final = 1
_BUFFER_MILLISECONDS: Final = 500

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class CannotSpeak(Exception):
    """The library refused; the text says why."""


class Espeak:
    """One instance per process: the library keeps global state. `rate`: samples per second."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MILLISECONDS, data, 0)
        if self.rate <= 0:
            raise CannotSpeak("the voice data of espeak-ng cannot be loaded")
        self._samples = bytearray()
        # Kept on the object: ctypes frees a callback that nothing refers to, and the library would call it.
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._language = ""

    def speak(self, language: str, text: str, speed: int) -> bytes:
        """Signed 16-bit mono samples. speed: words per minute, 80 to 450. Raises CannotSpeak."""
        self._choose(language)
        self._library.espeak_SetParameter(_RATE, max(80, min(450, speed)), 0)
        self._samples.clear()
        # A zero byte ends the text for the library, and lone surrogates have no UTF-8.
        data = text.replace("\0", " ").encode("utf-8", "replace") + b"\0"
        if self._library.espeak_Synth(data, len(data), 0, _CHARACTERS, 0, _UTF8, None, None) != 0:
            raise CannotSpeak("the text could not be spoken")
        self._library.espeak_Synchronize()
        return bytes(self._samples)

    def _choose(self, language: str) -> None:
        if language == self._language:
            return
        name = language.encode("utf-8", "replace").replace(b"\0", b"")
        if self._library.espeak_SetVoiceByName(name) != 0:
            self._language = ""
            raise CannotSpeak(f"there is no voice for the language {language!r}")
        self._language = language

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        # The last call of a text has no samples (a null pointer and a count of 0).
        if count > 0:
            self._samples += ctypes.string_at(samples, count * 2)
        return 0
