"""A desk in a tab that nobody has looked at for minutes still takes calls. `make soak`; not part of `make test`.

Chromium wakes the timers of a page that has been hidden for five minutes once a minute. Here it really does: a real
background tab, no flag against it, no driver that tells the page it is seen. HIDDEN_MINUTES says how long (7.5). The
report is docs/reports/hidden-tab.md.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from support.baresip import phone
from support.browser import KEEP_STREAMS, LEVEL, SPOKEN
from support.center import ENVIRONMENT, PASSWORD, Center, center
from support.desk import Desk
from support.plain_chromium import Tab, plain_chromium
from support.sound import hears, tone_file
from support.telephones import AGENT_TONE, CALLER_TONE, account

MINUTES = float(os.environ.get("HIDDEN_MINUTES", "7.5"))
INTENSIVE = 5.0
"""Minutes hidden after which timers run once a minute."""
ORGANIZATION = Path(__file__).parents[1] / "e2e" / "organization.yaml"
REPORT = Path(__file__).parents[2] / "docs" / "reports" / "hidden-tab.md"

KEEP_NOTIFICATIONS = """
(() => {
  const Native = window.Notification;
  window.told = [];
  window.Notification = class extends Native {
    constructor(title, more) {
      super(title, more);
      window.told.push([title + ': ' + more.body, document.visibilityState]);
    }
  };
})();
"""
COUNT_WAKES = """
(() => {
  window.wakes = [];
  const wake = () => { window.wakes.push(Date.now()); setTimeout(wake, 1000); };
  wake();
})()
"""
SIGN_IN = f"""
fetch('/api/session', {{
  method: 'POST',
  headers: {{ 'Content-Type': 'application/json' }},
  body: JSON.stringify({{ user_name: 'ben', password: '{PASSWORD}' }}),
}}).then((answer) => answer.ok)
"""


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Center]:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "switchboard", "apply", str(ORGANIZATION), "--data", str(data)]
    await asyncio.to_thread(subprocess.run, command, check=True, env={**os.environ, **ENVIRONMENT}, capture_output=True)
    arguments = ["serve", "--json", "--web-port", "0", "--sip-port", "0", "--media-workers", "1", "--data", str(data)]
    async with center(arguments, log=tmp_path / "center.log", environment=ENVIRONMENT) as it:
        yield it


async def test_a_tab_hidden_for_minutes_takes_a_call(running: Center, tmp_path: Path) -> None:
    web, sip = running.ready["web"], running.ready["sip"]
    microphone = tone_file(tmp_path / "microphone.wav", AGENT_TONE, seconds=60)
    async with (
        Desk(web, "ben", PASSWORD) as ben,
        plain_chromium(tmp_path / "profile", microphone=microphone) as browser,
    ):
        await browser.ask("Browser.grantPermissions", origin=web, permissions=["audioCapture", "notifications"])
        desk = await browser.open(web, first=KEEP_STREAMS + KEEP_NOTIFICATIONS)
        await desk.to_front()
        await signed_in(desk)
        await ben.until("/api/desk", lambda it: it["agent"]["state"] == "available" and it["agent"]["reachable"])
        other = await browser.open()
        await other.to_front()
        await desk.until("document.visibilityState === 'hidden'")
        await desk.evaluate(COUNT_WAKES)
        hidden = time.monotonic()
        sys.stdout.write("hidden\n")
        sys.stdout.flush()
        await asyncio.sleep(MINUTES * 60)
        wakes = await desk.evaluate("window.wakes.map((at) => at - window.wakes[0])")
        assert await desk.evaluate("document.visibilityState") == "hidden"
        late = [one / 1000 for one in wakes if one / 1000 > INTENSIVE * 60 + 60]
        reachable = (await ben.get("/api/desk"))["agent"]["reachable"]

        async with phone(
            tmp_path / "caller", tone=CALLER_TONE, account=account(running, "caller", register=False)
        ) as caller:
            began = time.monotonic()
            await caller.dial(f"sip:100@{sip}")
            told = await desk.until("window.told[0]")
            rang = time.monotonic() - began
            away = (time.monotonic() - hidden) / 60
            await desk.to_front()
            await desk.until("document.visibilityState === 'visible'")
            await desk.until("document.querySelector('[data-testid=offer-card]') !== null")
            began = time.monotonic()
            await desk.press("a", alt=True)
            await ben.until("/api/desk", lambda it: it["engagement"] and it["engagement"]["state"] == "talking")
            async with asyncio.timeout(60):
                while (heard := await desk.evaluate(f"({LEVEL})({CALLER_TONE})")) < SPOKEN:
                    pass
            await ben.until("/api/desk", lambda _: hears(caller.heard(), AGENT_TONE))
            both = time.monotonic() - began
            await caller.hang_up()
    found = {
        "minutes": away,
        "wakes": len(wakes),
        "late": late,
        "told": told,
        "rang": rang,
        "both": both,
        "heard": heard,
    }
    sys.stdout.write(f"\n{found}\n")
    assert reachable
    assert told == ["Call for Support: Number withheld · Brand", "hidden"]
    if MINUTES > INTENSIVE + 2:
        # A chain of one-second timers woke about once a minute: the throttling was in force.
        assert len(late) <= MINUTES - INTENSIVE, late
        REPORT.write_text(report(found))


async def signed_in(desk: Tab) -> None:
    """Ben signs in, goes to work and says that his sound is right: a page that holds a microphone is not throttled."""
    await desk.until("location.protocol !== 'about:' && document.readyState === 'complete'")
    assert await desk.evaluate(SIGN_IN)
    await desk.ask("Page.reload")
    await desk.until("document.querySelector('[data-testid=desk-sign-in]') !== null")
    await desk.evaluate("document.querySelector('[data-testid=desk-sign-in]').click()")
    await desk.until("document.querySelector('[data-testid=state-menu]')?.textContent.includes('Available')")
    await desk.until("document.querySelector('[data-testid=sound-done]') !== null")
    await desk.evaluate("document.querySelector('[data-testid=sound-done]').click()")
    await desk.until("document.querySelector('[data-testid=first-sound]') === null")


def report(found: dict[str, Any]) -> str:
    late = ", ".join(f"{at / 60:.1f}" for at in found["late"]) or "none"
    version = subprocess.run(
        [shutil.which("chromium") or "chromium", "--version"], check=True, capture_output=True, text=True
    ).stdout.strip()
    return f"""# A desk in a hidden tab

`make soak` ({Path(__file__).name}): {version}, headless, without any flag against the throttling of hidden pages
and without a driver that tells pages they are seen. The desk's tab lay behind another one for
{found["minutes"]:.1f} minutes.

| | |
|---|---|
| wakes of a chain of one-second timers in the desk's page | {found["wakes"]} |
| minutes at which it woke after the sixth | {late} |
| from dialling to the notification, page still hidden | {found["rang"]:.1f} s |
| from the key that accepts to sound both ways, found by Fourier transform | {found["both"]:.1f} s |
| the caller's tone in the page | {found["heard"]:.0f} dB |

The agent counted as reachable when the caller dialled: the page answers the server's heartbeat as it comes, and its own
timers run in a worker.
"""
