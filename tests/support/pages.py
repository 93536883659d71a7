"""What tests of pages do first."""

from playwright.async_api import Page


async def sign_in(page: Page, user_name: str, password: str) -> None:
    """Fill in the sign-in page and send it."""
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
