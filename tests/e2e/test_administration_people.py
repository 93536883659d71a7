"""An administrator looks after people and phones: dismissal with real calls, passwords and secrets on real pages."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from support.axe import clean
from support.baresip import Baresip, phone
from support.browser import Ears, chromium
from support.center import PASSWORD, Center
from support.desk import Desk
from support.evidence import rows
from support.pages import sign_in
from support.sound import hears
from support.telephones import AGENT_TONE, CALLER_TONE

PAGE_TONE = 1_500
"""Hz that the agent at the browser speaks."""
AT_MOST = 5.0
"""Seconds in which a dismissal has ended everything."""
NEW = "a staple of course"

Opened = Callable[..., Awaitable[Ears]]


def measured(text: str) -> None:
    """For `pytest -s`: what is printed is looked at."""
    sys.stdout.write(f"\n{text}\n")


@pytest.fixture
async def opened(running: Center, tmp_path: Path) -> AsyncIterator[Opened]:
    """Opens pages, each with a browser context of its own; none may have complained by the end."""
    async with AsyncExitStack() as stack:
        ears = await stack.enter_async_context(chromium(tmp_path / "pages", tone=PAGE_TONE))
        browser = ears.page.context.browser
        assert browser is not None

        async def open_(path: str, user_name: str, password: str = PASSWORD) -> Ears:
            context = await browser.new_context(base_url=running.ready["web"], viewport={"width": 1440, "height": 900})
            stack.push_async_callback(context.close)
            found = Ears(await context.new_page())
            await found.page.goto(path)
            await sign_in(found.page, user_name, password)
            return found

        yield open_


async def person(boss: Desk, key: str) -> dict[str, Any]:
    members = (await boss.get("/api/staff"))["members"] + (await boss.get("/api/staff?dismissed=true"))["members"]
    return next(one for one in members if one["key"] == key)


def phone_of(key: str) -> Callable[[Any], dict[str, Any]]:
    return lambda found: next(one for one in found["phones"] if one["key"] == key)


async def refused(running: Center, user_name: str) -> bool:
    """Whether this user name is refused with the right password."""
    web = running.ready["web"]
    async with httpx.AsyncClient(base_url=web, headers={"Origin": web}) as client:
        answer = await client.post("/api/session", json={"user_name": user_name, "password": PASSWORD})
        return answer.status_code == 401


async def test_who_is_dismissed_in_a_call_at_the_browser_is_out_and_his_caller_is_next_in_line(
    running: Center, caller: Baresip, ben: Desk, ann: Desk, boss: Desk, data: Path, desk_phone: Baresip, tmp_path: Path
) -> None:
    async with chromium(tmp_path / "agent", tone=PAGE_TONE) as page:
        await page.page.goto(running.ready["web"])
        await sign_in(page.page, "ben", PASSWORD)
        await page.page.get_by_test_id("desk-sign-in").click()
        await ben.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
        await caller.dial(f"sip:104@{running.ready['sip']}")
        await page.page.get_by_test_id("offer-accept").click()
        await page.until_heard(CALLER_TONE)
        await boss.until("/api/board", lambda _: hears(caller.heard(), PAGE_TONE))
        await ann.available("phone")
        him = await person(boss, "ben")
        began = time.monotonic()
        out = asyncio.create_task(page.page.get_by_test_id("sign-in").wait_for())
        ended = await boss.post(f"/api/staff/{him['id']}/dismiss")
        answered = time.monotonic() - began
        await desk_phone.until("CALL_INCOMING")
        rings = time.monotonic() - began
        await out
        gone = time.monotonic() - began
    measured(f"dismissed at the browser: answered {answered:.2f} s, next rings {rings:.2f} s, page out {gone:.2f} s")
    assert max(answered, rings, gone) <= AT_MOST
    assert (ended["calls"], ended["sessions"]) == (1, 2)
    assert await refused(running, "ben")
    before = len(caller.heard())
    await desk_phone.accept()
    await ann.until("/api/desk", lambda _: hears(caller.heard()[before:], AGENT_TONE))
    (first, *_) = rows(data, "SELECT ended_by FROM engagement ORDER BY opened_at")
    assert first["ended_by"] == "dismissed"
    # The past keeps his name.
    contacts = (await boss.get("/api/contacts"))["contacts"]
    record = await boss.get(f"/api/contacts/{contacts[0]['id']}")
    assert "Ben Agent" in {one["agent_name"] for one in record["engagements"]}
    await caller.hang_up()
    await boss.post(f"/api/staff/{him['id']}/reinstate")
    assert (await person(boss, "ben"))["dismissed_at"] is None
    # His password went with him.
    assert await refused(running, "ben")


async def test_who_is_dismissed_at_a_registered_phone_is_cut_off_and_may_not_register(
    running: Center, caller: Baresip, ann: Desk, ben: Desk, boss: Desk, desk_phone: Baresip, tmp_path: Path
) -> None:
    await ann.available("phone")
    await ben.post("/api/desk/sign-in", {})
    await ben.post("/api/desk/state", {"state": "paused", "reason": "break"})
    await caller.dial(f"sip:104@{running.ready['sip']}")
    await desk_phone.until("CALL_INCOMING")
    await desk_phone.accept()
    await ann.until("/api/desk", lambda desk: desk["engagement"] and desk["engagement"]["state"] == "talking")
    assert phone_of("desk-ann")(await boss.get("/api/phones"))["devices"]
    her = await person(boss, "ann")
    began = time.monotonic()
    ended = await boss.post(f"/api/staff/{her['id']}/dismiss")
    answered = time.monotonic() - began
    await desk_phone.until("CALL_CLOSED")
    hung_up = time.monotonic() - began
    board = await boss.until("/api/board", lambda board: any(one["waiting"] for one in board["queues"]))
    in_line = time.monotonic() - began
    found = await boss.until("/api/phones", lambda told: not phone_of("desk-ann")(told)["devices"])
    dropped = time.monotonic() - began
    measured(
        f"dismissed at the phone: answered {answered:.2f} s, hung up {hung_up:.2f} s,"
        f" caller in line {in_line:.2f} s, registration gone {dropped:.2f} s"
    )
    assert max(answered, hung_up, in_line, dropped) <= AT_MOST
    assert (ended["calls"], ended["phones"]) == (1, 1)
    assert [one["state"] for one in board["agents"] if one["id"] == her["id"]] == []
    assert phone_of("desk-ann")(found)["left_with"] == "Ann Agent"
    # The right secret does not help any more, and whoever looks is told.
    sip = running.ready["sip"]
    line = f"<sip:desk-ann@{sip}>;auth_user=desk-ann;auth_pass={PASSWORD};regint=60"
    async with phone(tmp_path / "again", tone=AGENT_TONE, account=line):
        told = await boss.until("/api/phones", lambda told: phone_of("desk-ann")(told)["refused"])
    assert phone_of("desk-ann")(told)["refused"]["why"] == "its owner works here no longer"
    # A new secret makes it a phone for somebody else.
    made = await boss.post("/api/phones/desk-ann/secret")
    line = f"<sip:desk-ann@{sip}>;auth_user=desk-ann;auth_pass={made['secret']};regint=60"
    async with phone(tmp_path / "new", tone=AGENT_TONE, account=line) as it:
        await it.registered()
        await boss.until("/api/phones", lambda told: phone_of("desk-ann")(told)["devices"])
    await caller.hang_up()


async def test_people_and_phones_are_made_on_pages_and_a_first_password_is_replaced(
    running: Center, boss: Desk, opened: Opened
) -> None:
    ears = await opened("/administration/people", "boss")
    page = ears.page
    await page.get_by_test_id("new").click()
    await page.get_by_label("Name", exact=True).fill("Cleo Caller")
    await page.get_by_label("User name").fill("ann")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_text("'ann' has this user name already")).to_be_visible()
    await page.get_by_label("User name").fill("cleo")
    await page.get_by_label("Support").check()
    await clean(page)
    await page.get_by_test_id("save").click()
    await page.get_by_test_id("access").wait_for()
    assert page.url.endswith("/administration/people/cleo-caller")
    await page.get_by_test_id("set-password").click()
    dialog = page.get_by_test_id("set-password-dialog")
    await dialog.get_by_label("Password", exact=True).fill("cleo")
    await dialog.get_by_role("button", name="Set").click()
    await expect(dialog.get_by_text("a password has 10 to 256 characters")).to_be_visible()
    await dialog.get_by_label("Password", exact=True).fill("")
    await page.keyboard.press("Enter")
    first = await page.get_by_test_id("told-password").inner_text()
    await clean(page)
    await page.get_by_test_id("secret-noted").click()

    cleo = await opened("/", "cleo", first)
    form = cleo.page.get_by_test_id("password-form")
    await form.wait_for()
    await clean(cleo.page)
    for label, text in (("Present password", first), ("New password", NEW), ("New password again", NEW)):
        await form.get_by_label(label, exact=True).fill(text)
    await cleo.page.keyboard.press("Enter")
    await cleo.page.get_by_test_id("person-menu").click()
    await cleo.page.get_by_role("menuitem", name="My account").click()
    await cleo.page.get_by_test_id("sessions").wait_for()
    await clean(cleo.page)

    # Her session is seen and ended from outside; her page is out at once.
    await page.reload()
    access = page.get_by_test_id("access")
    await expect(access.get_by_text("Has a password")).to_be_visible()
    await clean(page)
    await access.get_by_role("button", name="End the session").first.click()
    await cleo.page.get_by_test_id("sign-in").wait_for()

    await page.goto("/administration/phones")
    await page.get_by_test_id("add-phone").click()
    await page.get_by_test_id("new-phone").get_by_label("Key").fill("desk-ann")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("there is a phone with this key already")).to_be_visible()
    await page.get_by_test_id("new-phone").get_by_label("Key").fill("desk-cleo")
    await page.keyboard.press("Enter")
    assert len(await page.get_by_test_id("told-secret").inner_text()) >= 16
    await page.get_by_test_id("secret-noted").click()
    await clean(page)
    await page.goto("/administration/phones/desk-cleo")
    await page.get_by_test_id("phone-state").wait_for()
    await clean(page)
    await page.goto("/administration/teams")
    await page.get_by_role("heading", level=1, name="Teams").wait_for()
    await clean(page)
    await page.goto("/administration/audit")
    await page.get_by_test_id("audit").wait_for()
    await expect(page.get_by_role("button", name="person Cleo Caller").first).to_be_visible()
    await clean(page)
    assert [one for one in ears.errors if "422" not in one and "409" not in one and "401" not in one] == []
    await dismissed_by_keyboard(page, boss)


async def dismissed_by_keyboard(page: Page, boss: Desk) -> None:
    """Dirty forms ask before they are left; a dismissal is asked for once more."""
    await page.goto("/administration/people/cleo-caller")
    await page.get_by_test_id("dismiss").wait_for()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), asyncio.ensure_future(dialog.dismiss()))[0])
    await page.get_by_label("Language").fill("de")
    await page.get_by_role("link", name="Teams").click()
    assert asked == ["Leave without saving what you changed?"]
    await page.get_by_role("button", name="Discard").click()
    await page.get_by_test_id("dismiss").focus()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("dismiss-confirm").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name="People").wait_for()
    assert (await person(boss, "cleo-caller"))["dismissed_at"] is not None
    await page.get_by_test_id("who-left-open").click()
    await expect(page.get_by_role("button", name="Reinstate Cleo Caller")).to_be_visible()
    await clean(page)
