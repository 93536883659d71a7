"""An administrator changes a queue's strategy, tries it on today's calls, saves, sees the version, and goes back."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from support.axe import clean
from support.browser import chromium
from support.center import PASSWORD, Center
from support.desk import Desk
from support.telephones import customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

expect.set_options(timeout=30_000)


async def test_a_change_is_tried_on_todays_calls_saved_and_taken_back(shared: Center, tmp_path: Path) -> None:
    async with Desk(shared.ready["web"], "ann", PASSWORD) as ann, customer(shared, tmp_path / "caller") as caller:
        await ann.post("/api/desk/sign-in", {})
        await caller.dial(f"sip:100@{shared.ready['sip']}")
        async with Desk(shared.ready["web"], "boss", PASSWORD) as boss:
            await boss.until("/api/board", lambda board: any(one["waiting"] for one in board["queues"]))
            await caller.hang_up()
            await boss.until("/api/board", lambda board: not any(one["waiting"] for one in board["queues"]))
        await ann.post("/api/desk/sign-out", {})
    async with chromium(tmp_path / "chromium", tone=1000) as ears:
        browser = ears.page.context.browser
        assert browser is not None
        context = await browser.new_context(base_url=shared.ready["web"], viewport={"width": 1440, "height": 900})
        page = await context.new_page()
        await page.goto("/administration/queues/support")
        await page.get_by_label("User name").fill("boss")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()

        await expect(page.get_by_test_id("fit").first).to_contain_text("2 of 2 agents fit now")
        await page.get_by_label("Who else is wanted").fill("english >= 5 and")
        await expect(page.get_by_text("expected a skill, 'not' or '('")).to_be_visible()
        await page.get_by_label("Who else is wanted").fill("")
        await expect(page.get_by_test_id("trial-begin")).to_be_disabled()
        await page.get_by_label("Who is rung").select_option("round robin")
        await expect(page.get_by_text("Whose last offer is the longest ago")).to_be_visible()
        await page.get_by_test_id("trial-begin").click()
        result = page.get_by_test_id("trial-result")
        await expect(result).to_contain_text("hardly have mattered")
        await expect(result).to_contain_text("callers, ")
        # Whatever lies half under the page's head is too small to be hit, says axe.
        await page.evaluate("scrollTo(0, 0)")
        await clean(page)

        await page.get_by_test_id("save").click()
        versions = page.locator("[data-testid=versions] > li")
        await expect(versions.first).to_contain_text("strategy")
        await expect(versions.first).to_contain_text("in force")
        await expect(page.get_by_test_id("trial")).to_contain_text("in force now")
        before = versions.nth(1)
        await before.locator("summary").click()
        await before.get_by_role("button", name=re.compile("Go back to version")).click()
        await expect(page.get_by_test_id("back-dialog")).to_contain_text("strategy: round robin → longest idle")
        await page.get_by_test_id("back-confirm").click()
        await expect(page.get_by_label("Who is rung")).to_have_value("longest idle")
        await expect(versions.first).to_contain_text("back to version")

        await page.goto("/administration/changes")
        await expect(versions.first).to_contain_text("queue support: strategy")
        await clean(page)

        # The whole text is tried before it is applied; a fault in it is told where its line can be found.
        await page.goto("/administration/file")
        text = page.get_by_test_id("configuration-text")
        await expect(text).to_have_value(re.compile("wrap_up: 30s"))
        written = await text.input_value()
        await text.fill(written.replace("wrap_up: 30s", "wrap_up: long", 1))
        await page.get_by_test_id("trial-begin").click()
        await expect(page.get_by_role("button", name=re.compile("Go to line"))).to_be_visible()
        await text.fill(written.replace("wrap_up: 30s", "wrap_up: 31s", 1))
        await page.get_by_test_id("trial-begin").click()
        await expect(page.get_by_test_id("trial-result")).to_contain_text("callers, ")
        await page.evaluate("scrollTo(0, 0)")
        await clean(page)
        await context.close()
