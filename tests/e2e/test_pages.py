"""Every page of the running product in Chromium: accessible in light and dark, quiet, live, usable by keyboard."""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from support.axe import clean
from support.browser import KEEP_STREAMS, SPOKEN, Ears, chromium
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving, start
from support.desk import Desk
from support.pages import sign_in

TRY_IT: Final = {**ENVIRONMENT, "SWITCHBOARD_TRY_IT": "yes"}
TONE: Final = 1000
"""Hz: what every microphone here hears; each side hears the other's."""

pytestmark = pytest.mark.asyncio(loop_scope="module")

OpenPage = Callable[..., Awaitable[Ears]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Center]:
    """One center for the whole module, whose try-it page is open."""
    folder = tmp_path_factory.mktemp("pages")
    data = shutil.copytree(applied, folder / "data")
    async with center(serving(data), log=folder / "center.log", environment=TRY_IT) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with chromium(tmp_path_factory.mktemp("chromium"), tone=TONE) as ears:
        browser = ears.page.context.browser
        assert browser is not None
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def opened(product: Center, browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens pages, each somebody's own; none of them may have complained by the end of the test."""
    async with AsyncExitStack() as stack:

        async def page_of(path: str, user_name: str | None = None, *, web: str = str(product.ready["web"])) -> Ears:
            context = await browser.new_context(base_url=web, viewport={"width": 1440, "height": 900})
            stack.push_async_callback(context.close)
            page = await context.new_page()
            await page.add_init_script(KEEP_STREAMS)
            ears = Ears(page)
            stack.callback(lambda: _quiet(ears))
            await page.goto(path)
            if user_name is not None:
                await sign_in(page, user_name, PASSWORD)
                await page.get_by_test_id("person-menu").wait_for()
            return ears

        yield page_of


@pytest_asyncio.fixture(loop_scope="module")
async def ben(product: Center) -> AsyncIterator[Desk]:
    """The agent at the browser, at the API; he goes home after the test."""
    async with Desk(product.ready["web"], "ben", PASSWORD) as desk:
        yield desk
        await desk.post("/api/desk/sign-out")
        await desk.until("/api/desk", lambda seen: seen["agent"]["state"] == "signed out")


def _quiet(ears: Ears) -> None:
    assert ears.errors == []


async def start_work(page: Page) -> None:
    await page.get_by_test_id("desk-sign-in").click()
    await expect(page.get_by_test_id("state-menu")).to_contain_text("Available")


async def call(customer: Page) -> None:
    """Dial the queue's number on the try-it page."""
    await customer.get_by_label("Welcome").check()
    await customer.get_by_test_id("try-call").click()


async def latest_record(boss: Desk, holds: Callable[[Any], object]) -> dict[str, Any]:
    page = await boss.until("/api/contacts", lambda page: page["contacts"])
    return dict(await boss.until(f"/api/contacts/{page['contacts'][0]['id']}", holds))


async def test_a_call_by_keyboard_from_the_offer_to_the_record(product: Center, opened: OpenPage, ben: Desk) -> None:
    agent, customer = (await opened("/desk", "ben")), (await opened("/try-it"))
    page = agent.page
    await clean(page)
    await clean(customer.page)
    await start_work(page)
    await clean(page)
    await call(customer.page)

    await page.get_by_test_id("offer-card").wait_for()
    await page.keyboard.press("Alt+r")
    await expect(page.get_by_test_id("offer-card")).to_have_count(0)
    await page.get_by_test_id("offer-card").wait_for()
    await clean(page)
    await page.keyboard.press("Alt+a")
    panel = page.get_by_test_id("call-panel")
    await expect(panel).to_have_attribute("data-state", "talking")
    await agent.until_heard(TONE)
    await customer.until_heard(TONE)
    await clean(page)
    await clean(customer.page)

    await page.keyboard.press("Alt+m")
    await expect(page.get_by_test_id("call-mute")).to_have_attribute("aria-pressed", "true")
    assert await until_silent(customer)
    await page.keyboard.press("Alt+m")
    await customer.until_heard(TONE)
    await page.keyboard.press("Alt+h")
    await expect(panel).to_have_attribute("data-state", "held")
    assert await until_silent(agent)
    await page.keyboard.press("Alt+h")
    await expect(panel).to_have_attribute("data-state", "talking")
    await agent.until_heard(TONE)

    await page.get_by_text("Solved", exact=True).click()
    await page.get_by_test_id("wrapup-note").fill("Cable was loose.")
    await page.keyboard.press("Alt+x")
    await page.get_by_test_id("wrapup-form").wait_for()
    await expect(customer.page.get_by_test_id("try-state")).to_have_text("The call has ended.")
    await clean(page)
    await page.keyboard.press("Alt+w")
    await expect(page.get_by_test_id("state-menu")).to_contain_text("Available")

    async with Desk(product.ready["web"], "boss", PASSWORD) as boss:
        record = await latest_record(boss, lambda it: it["engagements"] and it["engagements"][0]["closed_at"])
    shown = (await opened(f"/contacts/{record['id']}", "boss")).page
    await shown.goto(f"/contacts/{record['id']}")
    route = shown.get_by_role("region", name="Route")
    for text in ("Queue Support", "Offered to Ben Agent", "Rejected", "Accepted"):
        await expect(route.get_by_text(text).first).to_be_visible()
    for text in ("Talk", "Hold", "Wrap-up", "Solved", "Cable was loose."):
        await expect(shown.get_by_role("main").get_by_text(text).first).to_be_visible()
    await clean(shown)


async def until_silent(ears: Ears) -> bool:
    """Whether the other side is gone from what the page hears, soon."""
    for _ in range(20):
        if await ears.level(TONE) < SPOKEN:
            return True
    return False


async def test_the_supervisor_sees_line_and_people_change(opened: OpenPage, ben: Desk) -> None:
    board = (await opened("/board", "boss")).page
    await board.goto("/board")
    people = board.get_by_role("region", name="Agents", exact=True)
    row = people.get_by_role("row", name="Ben Agent")
    await expect(board.get_by_test_id("board-waiting")).to_have_text("0")
    await expect(row).to_have_count(0)
    agent = (await opened("/desk", "ben")).page
    await start_work(agent)
    await expect(row).to_contain_text("Available")
    await agent.get_by_test_id("state-menu").click()
    await agent.get_by_role("menuitemradio", name="Break").click()
    await expect(row).to_contain_text("Paused · Break")
    customer = (await opened("/try-it")).page
    await call(customer)
    await expect(board.get_by_test_id("board-waiting")).to_have_text("1")
    await clean(board)
    await agent.get_by_test_id("go-available").click()
    await expect(row).to_contain_text("Ringing")
    await agent.get_by_test_id("offer-card").wait_for()
    await agent.keyboard.press("Alt+a")
    await expect(row).to_contain_text("On a call")
    await expect(board.get_by_test_id("board-waiting")).to_have_text("0")
    await customer.get_by_test_id("try-hang-up").click()
    await expect(row).to_contain_text("Wrap-up")
    await agent.get_by_test_id("wrapup-finish").click()
    await expect(row).to_contain_text("Available")


async def test_a_page_loaded_anew_during_the_call_has_its_sound_again(opened: OpenPage, ben: Desk) -> None:
    agent, customer = (await opened("/desk", "ben")), (await opened("/try-it"))
    await start_work(agent.page)
    await call(customer.page)
    await agent.page.get_by_test_id("offer-accept").click()
    await customer.until_heard(TONE)
    await agent.page.reload()
    await expect(agent.page.get_by_test_id("call-panel")).to_have_attribute("data-state", "talking")
    await agent.until_heard(TONE)
    await customer.until_heard(TONE)
    await expect(agent.page.get_by_test_id("sound-lost")).to_have_count(0)
    await agent.page.keyboard.press("Alt+x")
    await agent.page.get_by_test_id("wrapup-finish").click()
    await expect(agent.page.get_by_test_id("state-menu")).to_contain_text("Available")


async def test_lists_and_settings_are_clean(opened: OpenPage) -> None:
    page = (await opened("/contacts", "boss")).page
    for path, ready in (
        ("/contacts", "Contacts"),
        ("/administration/queues", "Queues"),
        ("/administration/file", "As one file"),
        ("/nowhere", ""),
    ):
        await page.goto(path)
        await page.get_by_role("heading", level=1, name=ready).wait_for()
        await clean(page)
    await page.goto("/administration/file")
    text = page.get_by_test_id("configuration-text")
    await expect(text).to_be_enabled()
    await text.fill((await text.input_value()).replace("name: Short ring", "name: Ring shortly"))
    await page.get_by_test_id("configuration-compare").click()
    await expect(page.get_by_test_id("differences")).to_contain_text("short")
    await clean(page)


async def test_forms_and_their_folded_groups_are_clean(opened: OpenPage) -> None:
    page = (await opened("/administration/changes", "boss")).page
    await page.goto("/administration/changes")
    await page.get_by_test_id("versions").locator("summary").first.click()
    await clean(page)
    for path, name in (("queues/support", "Support"), ("people/ben", "Ben Agent")):
        await page.goto(f"/administration/{path}")
        await page.get_by_role("heading", level=1, name=name).wait_for()
        folded = page.locator("details:not([open]) > summary")
        groups = page.get_by_test_id("item-form").locator(folded)
        while await groups.count():
            await groups.first.click()
        await clean(page)


async def test_call_backs_and_what_the_board_counts_are_clean(opened: OpenPage) -> None:
    page = (await opened("/callbacks", "boss")).page
    await page.goto("/callbacks")
    await page.get_by_text("No call-back passes these filters.").wait_for()
    await clean(page)
    await page.get_by_test_id("callback-new").click()
    await page.get_by_test_id("callback-dialog").get_by_role("button", name="Close").first.wait_for()
    await clean(page)
    await page.goto("/board")
    for section in ("agent-patterns", "outcomes"):
        await page.get_by_test_id(section).get_by_role("button", name="Show").click()
        await expect(page.get_by_test_id(section)).not_to_contain_text(re.compile("Asking …|Counting …"))
    await clean(page)


async def test_signing_in_says_what_is_wrong_and_when_to_come_back(product: Center, browser: Browser) -> None:
    # Not `opened`: a browser notes refused requests as errors, and these are meant to be refused.
    context = await browser.new_context(base_url=product.ready["web"])
    page = await context.new_page()
    await page.goto("/")
    await sign_in(page, "stranger", "wrong")
    await expect(page.get_by_role("alert")).to_contain_text("The user name or the password is wrong")
    await clean(page)
    for _ in range(6):
        await sign_in(page, "stranger", "wrong")
        await expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    await expect(page.get_by_role("alert")).to_contain_text("seconds")
    await context.close()


async def test_the_page_says_since_when_it_is_stale_and_goes_on_by_itself(
    applied: Path, tmp_path: Path, browser: Browser
) -> None:
    data = shutil.copytree(applied, tmp_path / "data")
    first = await start(serving(data), log=tmp_path / "log", environment=ENVIRONMENT)
    context = await browser.new_context(base_url=first.ready["web"])
    try:
        page = await context.new_page()
        await page.goto("/")
        await sign_in(page, "boss", PASSWORD)
        await page.get_by_test_id("board").wait_for()
        await first.kill()
        await expect(page.get_by_test_id("stale")).to_contain_text("No connection since", timeout=20_000)
        await clean(page)
        async with center(first.arguments, log=tmp_path / "log", environment=ENVIRONMENT):
            # The pauses between its tries grow; a network that comes back cuts them short.
            await page.evaluate("dispatchEvent(new Event('online'))")
            await expect(page.get_by_test_id("stale")).to_have_count(0, timeout=30_000)
            await expect(page.get_by_test_id("board")).to_contain_text("Live")
            await context.close()
    finally:
        await first.kill()
