"""Opens every page of the built interface on the mock, in light and dark: pictures, axe, console errors.

    npm run build && ../.venv/bin/python checks/look.py [--shots FOLDER] [--only NAME] [--size 1024x700]

Needs Node on PATH and Chromium. Exits with 1 when axe finds a violation or a page logs an error.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from stage import FOREIGN, ROOT, WEB, browser_of, mock, running_mock

AXE = WEB / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIGN_IN = """async (user_name) => {
  await fetch('/api/session', {method: 'POST', body: JSON.stringify({user_name, password: 'demo'})})
}"""


def tries_sound(page: Page) -> None:
    page.get_by_text("You can be heard.").wait_for()


def nothing(_: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class View:
    """A page in a certain state: who looks, where, and what happens before the picture."""

    name: str
    user: str | None
    path: str
    before: Callable[[Page], None] = nothing
    root: str = ROOT


def rings(page: Page) -> None:
    mock("ring")
    page.get_by_test_id("offer-card").wait_for()


def talks(page: Page) -> None:
    rings(page)
    accept = page.request.post("/api/desk/offers/101/accept", data={"fence": 1})
    assert accept.ok
    page.get_by_test_id("call-panel").wait_for()


def presses_keys(page: Page) -> None:
    talks(page)
    page.get_by_test_id("call-keys").click()
    page.get_by_test_id("key-pad").get_by_role("button", name="4").click()
    page.keyboard.type("2#")


def wraps_up(page: Page) -> None:
    talks(page)
    page.get_by_test_id("call-hang-up").click()
    page.get_by_test_id("wrapup-form").wait_for()
    page.get_by_label("Call back").check()
    page.get_by_test_id("wrapup-note").fill("Replacement was sent on Tuesday; calls back if it has not come.")


def misses(page: Page) -> None:
    agent = {**desk_of(page)["agent"], "state": "not responding"}
    mock("set", {"desk": {"agent": agent}})
    page.get_by_test_id("not-responding").wait_for()


def stays_out(page: Page) -> None:
    agent = {**desk_of(page)["agent"], "state": "signed out"}
    mock("set", {"desk": {"agent": agent}})
    page.get_by_test_id("desk-sign-in").wait_for()


def desk_of(page: Page) -> dict[str, dict[str, object]]:
    desk: dict[str, dict[str, object]] = page.request.get("/api/desk").json()
    return desk


def fails_to_sign_in(page: Page) -> None:
    page.get_by_label("User name").fill("agent")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()


def checked(page: Page) -> None:
    page.get_by_test_id("sound-done").click()


def opens_state_menu(page: Page) -> None:
    page.get_by_test_id("state-menu").click()
    page.get_by_role("menu").wait_for()


def checks_sound(page: Page) -> None:
    page.get_by_test_id("sound-check").click()
    page.get_by_text("You can be heard.").wait_for()


def compares(page: Page) -> None:
    page.get_by_test_id("configuration-text").fill("queues: []\n" * 3)
    page.get_by_test_id("configuration-compare").click()
    page.get_by_test_id("differences").wait_for()
    page.get_by_text("Main line", exact=True).click()


def errs(page: Page) -> None:
    page.get_by_test_id("configuration-text").fill("queues:\n  - {key: support, ring_time: oops}\n")
    page.get_by_test_id("configuration-compare").click()
    page.get_by_role("button", name="Go to line 2").wait_for()


VIEWS = [
    View("sign-in", None, "/"),
    View("sign-in-wrong", None, "/", fails_to_sign_in),
    View("desk-idle", "agent", "/desk", checked),
    View("desk-first-sound", "agent", "/desk", tries_sound),
    View("desk-signed-out", "agent", "/desk", stays_out),
    View("desk-not-responding", "agent", "/desk", misses),
    View("desk-state-menu", "agent", "/desk", opens_state_menu),
    View("desk-sound-check", "agent", "/desk", checks_sound),
    View("desk-offer", "agent", "/desk", rings),
    View("desk-call", "agent", "/desk", talks),
    View("desk-keys", "agent", "/desk", presses_keys),
    View("desk-wrap-up", "agent", "/desk", wraps_up),
    View("board", "supervisor", "/board"),
    View("wall", "supervisor", "/board?wall=1"),
    View("board-offer", "supervisor", "/board", rings),
    View("contacts", "supervisor", "/contacts"),
    View("contact", "supervisor", "/contacts/k2"),
    View("configuration", "administrator", "/administration/file", compares),
    View("configuration-error", "administrator", "/administration/file", errs),
    View("try-it", None, "/try-it"),
    View("not-secure", None, "/not-secure", root=FOREIGN),
    View("desk-not-secure", "agent", "/desk", root=FOREIGN),
    View("unknown", "agent", "/nowhere"),
]
EXPECTED = ("401 (Unauthorized)", "503 (Service Unavailable)", "422 (Unprocessable Entity)")
"""What a browser logs by itself about answers that are part of the story."""


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("async (tags) => (await axe.run({runOnly: tags})).violations", RULES)
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def look(browser: Browser, view: View, scheme: str, shots: Path, size: tuple[int, int]) -> list[str]:
    mock("reset")
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        base_url=view.root,
    )
    errors: list[str] = []

    def complained(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"console: {message.text}")

    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(f"exception: {error}"))
    page.on("console", complained)
    if view.user:
        page.goto("/try-it")
        page.evaluate(SIGN_IN, view.user)
        errors.clear()
    page.goto(view.path, wait_until="load")
    page.locator("h1").first.wait_for(state="attached")
    view.before(page)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=shots / f"{view.name}-{scheme}.png", animations="disabled")
    errors += violations(page)
    context.close()
    return [error for error in errors if not any(text in error for text in EXPECTED)]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shots", type=Path, default=WEB / "test-results/shots")
    options.add_argument("--only", default="")
    options.add_argument("--size", default="1440x900", help="WIDTHxHEIGHT of the window")
    asked = options.parse_args()
    width, height = asked.size.split("x")
    asked.shots.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with running_mock(), sync_playwright() as playwright:
        browser = browser_of(playwright)
        for view in (view for view in VIEWS if asked.only in view.name):
            for scheme in ("light", "dark"):
                errors = look(browser, view, scheme, asked.shots, (int(width), int(height)))
                wrong += len(errors)
                sys.stdout.write(f"{view.name} {scheme}: {len(errors) or 'fine'}\n")
                sys.stdout.writelines(f"  {error}\n" for error in errors)
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
