"""A network that loses and delays what is said: agent and supervisor see it for as long as it lasts."""

from pathlib import Path

from playwright.async_api import expect

from support.baresip import phone
from support.browser import chromium
from support.center import PASSWORD, Center
from support.lossy_line import lossy_line
from support.pages import sign_in
from support.telephones import AGENT_TONE, CALLER_TONE

SHOWN_MS = 30_000
"""Reports come every five seconds; the machine of a test may be busy."""


async def test_agent_and_supervisor_see_bad_sound_while_it_lasts(running: Center, tmp_path: Path) -> None:
    web = running.ready["web"]
    async with lossy_line(running.ready["sip"]) as line, chromium(tmp_path / "agent", tone=AGENT_TONE) as ears:
        page = ears.page
        await page.goto(web)
        await sign_in(page, "ben", PASSWORD)
        await page.get_by_test_id("desk-sign-in").click()
        await expect(page.get_by_test_id("state-menu")).to_contain_text("Available")
        assert page.context.browser is not None
        supervisor = await page.context.browser.new_context(ignore_https_errors=True)
        board = await supervisor.new_page()
        await board.goto(f"{web}/board")
        await sign_in(board, "boss", PASSWORD)
        mark, trouble = board.get_by_test_id("line-mark"), page.get_by_test_id("line-trouble")
        account = (
            f"<sip:caller@{running.ready['sip']};transport=udp>;outbound=sip:{line.address};auth_user=caller;"
            f"auth_pass={PASSWORD};regint=0;answermode=manual;audio_codecs=PCMU"
        )
        async with phone(tmp_path / "caller", tone=CALLER_TONE, account=account) as caller:
            await caller.dial(f"sip:100@{running.ready['sip']}")
            await page.get_by_test_id("offer-card").wait_for()
            await page.keyboard.press("Alt+a")
            await ears.until_heard(CALLER_TONE)
            await expect(trouble).to_have_count(0)
            await expect(mark).to_have_count(0)
            line.loss, line.delay = 0.25, 0.2
            await expect(trouble).to_contain_text("The caller's sound is bad.", timeout=SHOWN_MS)
            await expect(mark).to_contain_text("caller: bad sound", timeout=SHOWN_MS)
            # What his line loses is missing in the agent's ear, too, but is not the agent's fault.
            await expect(trouble).to_have_count(1)
            line.loss = line.delay = 0.0
            await expect(trouble).to_have_count(0, timeout=SHOWN_MS)
            await expect(mark).to_have_count(0, timeout=SHOWN_MS)
            await ears.until_heard(CALLER_TONE)
            await caller.hang_up()
        assert ears.errors == []
