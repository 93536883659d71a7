"""A frame that is written for many pages is the frame that the WebSocket library would have written."""

import pytest
from websockets.frames import Frame as Reference
from websockets.frames import Opcode

from switchboard.web.live.direct import Frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_the_bytes_are_those_of_the_library(size: int):
    text = "é" * (size // 2) + "a" * (size % 2)
    assert Frame(text).wire == Reference(Opcode.TEXT, text.encode()).serialize(mask=False)
