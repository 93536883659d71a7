"""What an agent lives with all day, in real Chromium: keys, next state, devices, tabs, notes, notifications."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from support.baresip import Baresip
from support.browser import Ears, chromium
from support.center import PASSWORD, Center
from support.desk import Desk

CUSTOMER_TONE, AGENT_TONE = 440, 1000


@pytest.fixture
async def agent_page(running: Center, tmp_path: Path) -> AsyncIterator[Ears]:
    """Ben's desk, signed in and available; its console may not have complained by the end."""
    async with chromium(tmp_path / "agent", tone=AGENT_TONE) as ears:
        await sign_in(ears.page, running.ready["web"])
        await ears.page.get_by_test_id("desk-sign-in").click()
        await expect(ears.page.get_by_test_id("state-menu")).to_contain_text("Available")
        yield ears
        assert ears.errors == []


async def sign_in(page: Page, web: str, user_name: str = "ben") -> None:
    await page.goto(web)
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_test_id("person-menu").wait_for()


async def talking(agent_page: Ears, caller: Baresip, running: Center) -> Page:
    """The caller rings, the agent accepts by key and hears him."""
    page = agent_page.page
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await page.get_by_test_id("offer-card").wait_for()
    await page.keyboard.press("Alt+a")
    await expect(page.get_by_test_id("call-panel")).to_have_attribute("data-state", "talking")
    await agent_page.until_heard(CUSTOMER_TONE)
    return page


async def test_keys_reach_the_customers_phone_by_mouse_and_keyboard(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = await talking(agent_page, caller, running)
    await page.keyboard.press("Alt+k")
    pad = page.get_by_test_id("key-pad")
    await pad.get_by_role("button", name="4").click()
    await page.keyboard.type("2#")
    await expect(page.get_by_test_id("keys-pressed")).to_contain_text("42#")
    await ben.until("/api/desk", lambda _: len(keys_of(caller)) >= 3)
    assert keys_of(caller) == ["4", "2", "#"]
    await page.keyboard.press("Escape")
    await expect(pad).to_have_count(0)
    await page.get_by_test_id("wrapup-note").fill("7 lamps")
    await page.keyboard.press("Alt+h")
    await expect(page.get_by_test_id("call-panel")).to_have_attribute("data-state", "held")
    await page.keyboard.press("Alt+k")
    await expect(pad).to_contain_text("on hold")
    assert keys_of(caller) == ["4", "2", "#"]


def keys_of(phone: Baresip) -> list[str]:
    """The keys that this phone was sent."""
    return [event["param"] for event in phone.events if event.get("type") == "CALL_DTMF_START"]


async def test_a_pause_asked_for_during_the_call_comes_after_it_unless_taken_back(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = await talking(agent_page, caller, running)
    menu = page.get_by_test_id("next-state")
    await menu.click()
    await page.get_by_role("menuitemradio", name="Break").click()
    await expect(menu).to_contain_text("Break")
    await page.reload()
    await expect(menu).to_contain_text("Break")
    await page.get_by_test_id("next-state-cancel").click()
    await expect(menu).to_contain_text("Available")
    await menu.click()
    await page.get_by_role("menuitemradio", name="Break").click()
    await expect(menu).to_contain_text("Break")
    await caller.hang_up()
    await page.get_by_test_id("wrapup-finish").click()
    await expect(page.get_by_test_id("state-menu")).to_contain_text("Paused · Break")
    seen = await ben.get("/api/desk")
    assert (seen["agent"]["state"], seen["agent"]["next_state"]) == ("paused", None)
