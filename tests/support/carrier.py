"""A carrier for trial calls: sipp answering every call in one way, or a port where nobody answers."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from support.ports import free_port, free_ports
from support.sipp import SOUND_PORTS

_HEADERS: Final = """\
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag[call_number]
      [last_Call-ID:]
      [last_CSeq:]
"""
_SDP: Final = """\
      Contact: <sip:[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=carrier 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000
"""


_EMPTY: Final = "      Content-Length: 0\n"


def _send(status: str, more: str = _EMPTY, then: str = "") -> str:
    return f"""<send{then}><![CDATA[
      SIP/2.0 {status}
{_HEADERS}{more}
    ]]></send>
"""


def _refuse(status: str) -> str:
    return _send(status) + '<recv request="ACK"/>\n'


def _challenge() -> str:
    asked = '      WWW-Authenticate: Digest realm="carrier", nonce="abc", algorithm=MD5\n      Content-Length: 0\n'
    once = _send("401 Unauthorized", asked) + '<recv request="ACK"/>\n'
    return once + '<recv request="INVITE"/>\n' + once


def _answer() -> str:
    return (
        _send("180 Ringing")
        + _send("200 OK", _SDP)
        + '<recv request="ACK"/>\n<recv request="BYE"/>\n'
        + _send("200 OK")
    )


ANSWERS: Final = {
    "401": _challenge(),
    "404": _refuse("404 No Such Number"),
    "486": _refuse("486 Busy Here"),
    "488": _refuse("488 Not Acceptable Here"),
    "no sound": _answer(),
    "sound": _answer(),
}
"""What the carrier does with an INVITE; it answers REGISTER and OPTIONS with 200 throughout."""


def _scenario(answer: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="carrier">
  <recv request="REGISTER" optional="true" next="1"/>
  <recv request="OPTIONS" optional="true" next="1"/>
  <recv request="INVITE" next="2"/>
  <label id="1"/>
  {_send("200 OK", then=' next="3"')}
  <label id="2"/>
  {answer}
  <label id="3"/>
</scenario>
"""


@contextlib.asynccontextmanager
async def carrier(how: str, log: Path) -> AsyncIterator[int]:
    """A carrier at 127.0.0.1 that does `how` (see `ANSWERS`) with every call, or is `silent`. Gives its port."""
    if how == "silent":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
            deaf.bind(("127.0.0.1", 0))
            yield deaf.getsockname()[1]
        return
    log.mkdir(parents=True, exist_ok=True)
    file = log / "scenario.xml"
    file.write_text(_scenario(ANSWERS[how]))
    port = free_port()
    echo = ["-rtp_echo"] if how == "sound" else []
    ports = ["-p", str(port), "-mp", str(free_ports(SOUND_PORTS))]
    with (log / "screen").open("wb") as screen:
        process = await asyncio.create_subprocess_exec(
            *("sipp", "-sf", str(file), "-i", "127.0.0.1", *ports, "-nostdin", *echo),
            cwd=log,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=screen,
            stderr=screen,
        )
    try:
        yield port
        assert process.returncode is None, f"sipp ended: {(log / 'screen').read_text(errors='replace')[-2_000:]}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
