"""The built-in voice as a program of its own: `python -m switchboard.speech_program`.

It loads espeak-ng (GPL-3.0) and nothing of Switchboard (Apache-2.0); the two speak over a pipe and share
no memory. Its client is `switchboard.flows.speech`.

In, one JSON object per line:   {"language": "en", "text": "Good day.", "speed": 155}
Out, one JSON object per line:  {"rate": 22050, "bytes": N} followed by N bytes of signed 16-bit mono
samples in the machine's byte order, or {"error": "..."} when nothing could be said.
It ends when its input ends. Requests are answered in order, one at a time: the library is not thread-safe.
"""
