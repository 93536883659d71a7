"""The example center explains itself: the tour is offered once, shows each place, and never comes back by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from support.axe import clean
from support.browser import Ears, chromium
from support.center import Center, center
from support.pages import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEMO = ["demo", "--json", "--web-port", "0", "--sip-port", "0", "--media-workers", "1"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Center]:
    folder = tmp_path_factory.mktemp("demo")
    async with center([*DEMO, "--data", str(folder / "data")], log=folder / "center.log") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def ears(demo: Center, tmp_path: Path) -> AsyncIterator[Ears]:
    async with chromium(tmp_path, tone=1000) as ears:
        await ears.page.goto(demo.ready["web"])
        yield ears
        assert ears.errors == []


async def sign_in_as(demo: Center, page: Page, user_name: str) -> None:
    (password,) = [one["password"] for one in demo.ready["people"] if one["user_name"] == user_name]
    await sign_in(page, user_name, password)


async def taken(page: Page) -> list[str]:
    """The titles of all steps, walking through them by keyboard."""
    card = page.get_by_test_id("tour-card")
    titles = []
    while True:
        titles.append(await card.get_by_role("heading").inner_text())
        following = card.get_by_role("button", name="Next")
        if await following.count() == 0:
            return titles
        await following.press("Enter")


async def test_a_newcomer_is_shown_around_the_desk_once(demo: Center, ears: Ears) -> None:
    page = ears.page
    await sign_in_as(demo, page, "anna")
    await page.get_by_role("button", name="Show me around").click()
    await clean(page)
    titles = await taken(page)
    assert titles[0] == "Your state, always in sight"
    assert titles[-1] == "Now ring yourself"
    await expect(page.get_by_role("link", name="Open the try-it page")).to_have_attribute("href", "/try-it")
    await page.get_by_role("button", name="Done").click()
    await page.reload()
    await page.get_by_test_id("desk-sign-in").wait_for()
    await expect(page.get_by_test_id("tour-offer")).to_have_count(0)


async def test_the_board_has_its_own_tour_and_escape_ends_it(demo: Center, ears: Ears) -> None:
    page = ears.page
    await sign_in_as(demo, page, "supervisor")
    await clean(page)
    await page.get_by_role("button", name="Show me around").press("Enter")
    await expect(page.get_by_test_id("tour-card")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("tour-card")).to_have_count(0)
    await expect(page.get_by_test_id("tour-offer")).to_have_count(0)


async def test_who_declines_is_left_alone(demo: Center, ears: Ears) -> None:
    page = ears.page
    await sign_in_as(demo, page, "boris")
    await page.get_by_role("button", name="Not now").click()
    await page.reload()
    await page.get_by_test_id("desk-sign-in").wait_for()
    await expect(page.get_by_test_id("tour-offer")).to_have_count(0)
