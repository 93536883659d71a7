"""The browser as the agent's telephone and as the customer's: real Chromium, sound measured both ways."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.baresip import Baresip
from support.browser import Ears, chromium
from support.center import ENVIRONMENT, PASSWORD, Center, center
from support.desk import Desk
from support.sound import hears

CUSTOMER_TONE, AGENT_TONE = 440, 1000


@pytest.fixture
async def agent_page(running: Center, tmp_path: Path) -> AsyncIterator[Ears]:
    """Ben's desk, signed in and available."""
    async with chromium(tmp_path / "agent", tone=AGENT_TONE) as ears:
        await sign_in(ears, running.ready["web"], "ben", PASSWORD)
        yield ears
        assert ears.errors == []


async def sign_in(ears: Ears, web: str, user_name: str, password: str) -> None:
    page = ears.page
    await page.goto(web)
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_test_id("desk-sign-in").click()
    await page.get_by_test_id("state-menu").wait_for()


async def test_a_sip_caller_talks_to_an_agent_in_the_browser(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = agent_page.page
    await ben.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await page.get_by_test_id("offer-card").wait_for()
    await page.keyboard.press("Alt+a")
    await page.get_by_test_id("call-panel").wait_for()
    await agent_page.until_heard(CUSTOMER_TONE)
    await ben.until("/api/desk", lambda _: hears(caller.heard(), AGENT_TONE))
    await caller.hang_up()
    await page.get_by_test_id("wrapup-form").wait_for()
    await page.get_by_test_id("wrapup-finish").click()
    await ben.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")


async def test_rejecting_on_the_page_returns_the_caller_to_the_line(
    running: Center, agent_page: Ears, ben: Desk, boss: Desk, caller: Baresip
) -> None:
    await ben.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await agent_page.page.get_by_test_id("offer-reject").click()
    contact = (await boss.until("/api/contacts", lambda page: page["contacts"]))["contacts"][0]
    seen = await boss.until(f"/api/contacts/{contact['id']}", lambda it: it["offers"] and it["offers"][0]["end"])
    assert seen["offers"][0]["end"] == "rejected"
    await caller.hang_up()


async def test_a_customer_calls_from_the_try_it_page(tmp_path: Path) -> None:
    arguments = ["demo", "--json", "--data", str(tmp_path / "demo"), "--web-port", "0", "--sip-port", "0"]
    async with (
        center(arguments, log=tmp_path / "center.log", environment=ENVIRONMENT) as demo,
        chromium(tmp_path / "agent", tone=AGENT_TONE) as agent,
        chromium(tmp_path / "customer", tone=CUSTOMER_TONE) as customer,
    ):
        person = next(person for person in demo.ready["people"] if "agent" in person["roles"])
        await sign_in(agent, demo.ready["web"], person["user_name"], person["password"])
        await customer.page.goto(demo.ready["try_it"])
        await customer.page.get_by_test_id("try-call").click()
        # The demo answers with a menu: 1 is support.
        await customer.page.get_by_test_id("try-keys").get_by_role("button", name="1", exact=True).click()
        await agent.page.get_by_test_id("offer-accept").click()
        await agent.until_heard(CUSTOMER_TONE)
        await customer.until_heard(AGENT_TONE)
        await agent.page.get_by_test_id("call-hang-up").click()
        await agent.page.get_by_test_id("wrapup-form").wait_for()
        assert agent.errors == []
        assert customer.errors == []
