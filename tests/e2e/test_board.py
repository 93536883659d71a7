"""The board during real calls in Chromium: its numbers open into contacts, it narrows, it hangs on a wall."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from support.axe import clean
from support.browser import chromium
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving
from support.desk import Desk
from support.pages import sign_in

TONE = 1000
SIZES = """
(wall) => [...wall.querySelectorAll('td, th, dt, dd, li')].map((one) => parseFloat(getComputedStyle(one).fontSize))
"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Center]:
    folder = tmp_path_factory.mktemp("board")
    data = shutil.copytree(applied, folder / "data")
    environment = {**ENVIRONMENT, "SWITCHBOARD_TRY_IT": "yes"}
    async with center(serving(data), log=folder / "center.log", environment=environment) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with chromium(tmp_path_factory.mktemp("chromium"), tone=TONE) as ears:
        browser = ears.page.context.browser
        assert browser is not None
        yield browser


async def page_of(product: Center, browser: Browser, path: str, user_name: str | None = None, **size: int) -> Page:
    viewport: Any = {"width": 1440, "height": 900, **size}
    context = await browser.new_context(base_url=product.ready["web"], viewport=viewport)
    page = await context.new_page()
    await page.goto(path)
    if user_name is not None:
        await sign_in(page, user_name, PASSWORD)
        await page.get_by_text("Sign in").wait_for(state="detached")
        await page.goto(path)
    return page


async def number(shown: Locator) -> int:
    return int(await shown.inner_text())


async def listed(page: Page, href: str) -> int:
    """How many contacts the list behind a link has."""
    script = "async (query) => (await (await fetch('/api/contacts' + query)).json()).total"
    return int(await page.evaluate(script, href.removeprefix("/contacts")))


async def test_the_days_numbers_follow_real_calls_and_open_into_them(product: Center, browser: Browser) -> None:
    board = await page_of(product, browser, "/board", "boss")
    answered, abandoned = board.get_by_test_id("board-answered"), board.get_by_test_id("board-abandoned")
    await expect(answered).to_have_text("0")
    await expect(board.get_by_test_id("board-service-level")).to_have_text("–")
    async with Desk(product.ready["web"], "ben", PASSWORD) as ben:
        agent = await page_of(product, browser, "/desk", "ben")
        await agent.get_by_test_id("desk-sign-in").click()
        customer = await page_of(product, browser, "/try-it")
        for gives_up in (False, True):
            await customer.get_by_label("Welcome").check()
            await customer.get_by_test_id("try-call").click()
            await agent.get_by_test_id("offer-card").wait_for()
            if gives_up:
                await customer.get_by_test_id("try-hang-up").click()
                await expect(agent.get_by_test_id("offer-card")).to_have_count(0)
                continue
            await board.get_by_role("button", name="1 waiting in ").click()
            await expect(board.get_by_test_id("why-line")).to_contain_text("It rings at Ben Agent.")
            await agent.get_by_test_id("offer-accept").click()
            # It is open, and goes on telling.
            await expect(board.get_by_test_id("why-line")).to_contain_text("Answered by Ben Agent after")
            await clean(board)
            await board.keyboard.press("Escape")
            # Who hangs up before that is saved has left while it rang, and there is no wrap-up.
            await ben.until("/api/desk", lambda desk: desk["engagement"] is not None)
            row = board.get_by_role("region", name="Agents", exact=True).get_by_role("row", name="Ben Agent")
            await expect(row.get_by_role("link")).to_have_attribute("href", re.compile(r"/contacts/\w+"))
            await customer.get_by_test_id("try-hang-up").click()
            await agent.get_by_test_id("wrapup-finish").click()
            await customer.reload()
        await board.get_by_role("button", name="Why Ben Agent has no call").click()
        await expect(board.get_by_test_id("why-agent")).to_contain_text("Ben Agent is free for the next call.")
        await clean(board)
        await board.keyboard.press("Escape")
    await expect(answered).to_have_text("1")
    await expect(abandoned).to_have_text("1")
    await expect(board.get_by_test_id("board-service-level")).to_have_text("100 %")
    for counted in (answered, abandoned):
        link = counted.get_by_role("link")
        href = await link.get_attribute("href")
        assert href is not None
        assert await listed(board, href) == await number(counted)
    for scheme in ("light", "dark"):
        await board.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
        await clean(board)
    await board.get_by_test_id("board-days").select_option("week")
    await expect(board).to_have_url(re.compile(r"/board\?days=week$"))
    await expect(answered).to_have_text("1")
    times = board.get_by_test_id("agent-times").get_by_role("row", name="Ben Agent")
    await expect(times.get_by_role("cell").first).to_have_text(re.compile(r"\d:\d\d"))
    arrived = board.get_by_test_id("entrances").get_by_role("link", name=re.compile("arrived on"))
    href = await arrived.first.get_attribute("href")
    assert href is not None
    assert await listed(board, href) == await number(arrived.first)
    await board.get_by_test_id("board-days").select_option("yesterday")
    await expect(answered).to_have_text("0")
    await board.get_by_test_id("board-days").select_option("today")
    await answered.get_by_role("link").click()
    await expect(board).to_have_url(re.compile(r"/contacts\?visit=answered&from=\d+&to=\d+$"))


async def test_the_board_narrows_by_its_address(product: Center, browser: Browser) -> None:
    board = await page_of(product, browser, "/board", "boss")
    queues = board.get_by_role("region", name="Queues").locator("tr[data-queue]")
    await queues.first.wait_for()
    everything = await queues.count()
    assert everything > 1
    await board.get_by_label("Queue", exact=True).select_option("Support")
    await expect(queues).to_have_count(1)
    await expect(board).to_have_url(re.compile(r"/board\?queue=\w+$"))
    await board.reload()
    await expect(queues).to_have_count(1)
    await expect(board.get_by_label("Queue", exact=True)).to_have_value(re.compile(r"\w+"))
    await board.get_by_label("Queue", exact=True).select_option("")
    await expect(queues).to_have_count(everything)
    await expect(board).to_have_url(re.compile(r"/board$"))


async def test_the_wall_is_read_from_afar_and_has_no_navigation(product: Center, browser: Browser) -> None:
    board = await page_of(product, browser, "/board", "boss", width=1920, height=1080)
    await board.get_by_role("button", name="Wall").click()
    wall = board.get_by_test_id("wall")
    await expect(wall).to_be_visible()
    await expect(board).to_have_url(re.compile(r"wall=1"))
    assert min(await wall.evaluate(SIZES)) >= 28
    fits = "(wall) => wall.scrollHeight <= innerHeight && wall.scrollWidth <= innerWidth"
    assert await wall.evaluate(fits)
    covered = "() => document.elementFromPoint(300, 20)?.closest('[data-testid=wall]') !== null"
    assert await board.evaluate(covered)
    assert await board.evaluate("() => document.documentElement.dataset.theme") == "dark"
    await clean(board)
    # It comes back by itself with its session, wherever it stands.
    await board.reload()
    await expect(wall).to_contain_text("Support")
    await board.keyboard.press("Escape")
    await expect(wall).to_have_count(0)
    await expect(board.get_by_role("navigation", name="Pages")).to_be_visible()
