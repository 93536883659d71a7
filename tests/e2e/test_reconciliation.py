"""The carrier's list beside real calls, in Chromium: exactly what one of them has and the other has not."""

import asyncio
import csv
import datetime as dt
import io
import re
import zoneinfo
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route, expect

from support import sipp
from support.axe import clean
from support.browser import chromium
from support.center import PASSWORD, Center
from support.desk import Desk
from support.pages import sign_in
from support.stranger import stranger

NUMBER = "105"
CALLERS = ["+4930555201", "+4930555202", "+4930555203"]
FAST = 7.4
"""Seconds by which the carrier's clock is ahead of ours."""


async def call(center: Center, caller: str) -> None:
    """Somebody rings, hears the menu begin, and hangs up."""
    with stranger(sipp.CARRIER, center.ready["sip"], user=caller) as customer:
        invite = customer.invite(NUMBER)
        answered = await customer.answer(invite)
        assert answered.status == 200
        assert (await customer.answer(customer.request("BYE", of=invite, answered=answered))).status == 200


def carriers_list(contacts: list[dict[str, Any]]) -> str:
    """The list as the carrier would write it: its clock, its way of writing numbers, its columns."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(["Datum", "Uhrzeit", "Von", "Nach", "Dauer", "Ergebnis"])
    for one in contacts:
        at = dt.datetime.fromtimestamp(one["arrived_at"] / 1e6 + FAST, zoneinfo.ZoneInfo("Europe/Berlin"))
        length = round((one["closed_at"] - one["arrived_at"]) / 1e6)
        caller = "anonym" if one["number"] is None else "0" + one["number"].removeprefix("+49")
        rows.writerow([f"{at:%d.%m.%Y}", f"{at:%H:%M:%S}", caller, f"+49 30 555 {NUMBER}", length, "angenommen"])
    return text.getvalue()


async def test_a_call_that_is_missing_and_one_too_many_are_exactly_the_differences(
    running: Center, boss: Desk, tmp_path: Path
) -> None:
    for caller in CALLERS:
        await call(running, caller)
    await sipp.call(running.ready["sip"], NUMBER, calls=2, at_once=1, gives_up=0.1, log=tmp_path / "sipp")
    listed = await boss.until(
        "/api/contacts", lambda page: len(page["contacts"]) == 5 and all(one["closed_at"] for one in page["contacts"])
    )
    contacts = sorted(listed["contacts"], key=lambda one: one["arrived_at"])
    forgotten = contacts[1]
    assert forgotten["number"] == CALLERS[1]
    invented = {**contacts[2], "number": "+4930555999", "arrived_at": contacts[2]["arrived_at"] + 300_000}
    file = tmp_path / "October.csv"
    file.write_bytes(carriers_list([contacts[0], *contacts[2:4], invented, contacts[4]]).encode("latin-1"))

    async with chromium(tmp_path / "chromium", tone=1000) as ears:
        page = ears.page
        await page.goto(running.ready["web"])
        await sign_in(page, "boss", PASSWORD)
        await page.get_by_role("link", name="Contacts").click()
        # The list is chosen before the page knows whose calls it could be of.
        chosen = asyncio.Event()

        async def late(route: Route) -> None:
            await chosen.wait()
            await route.continue_()

        await page.route("**/api/clients", late)
        await page.get_by_role("link", name="Compare with the carrier").click()
        await page.get_by_label("The carrier’s list").set_input_files(file)
        chosen.set()
        await expect(page.get_by_text("5 lines, columns parted by semicolon.")).to_be_visible()
        await expect(page.get_by_label("Column 3 holds")).to_have_value("caller")
        await expect(page.get_by_label("Time zone of the list")).to_have_value("Europe/Berlin")
        await clean(page)
        await page.get_by_test_id("compare").click()

        await expect(page.get_by_test_id("matched")).to_have_text("4")
        counts = {"only_carrier": 1, "only_us": 1, "answered": 0, "duration": 0, "elsewhere": 0, "unreadable": 0}
        for key, count in counts.items():
            await expect(page.get_by_test_id(f"count-{key}")).to_have_text(str(count))
        await expect(page.get_by_text("ahead of ours, found from")).to_be_visible()
        await expect(rows(page, "Only with the carrier")).to_have_count(1)
        await expect(rows(page, "Only with the carrier")).to_contain_text("+4930555999")
        await clean(page)
        await page.get_by_role("link", name="Only with us").click()
        await expect(rows(page, "Only with us")).to_have_count(1)
        await expect(rows(page, "Only with us")).to_contain_text(CALLERS[1])
        await rows(page, "Only with us").get_by_role("link").click()
        await expect(page).to_have_url(re.compile(f"/contacts/{forgotten['id']}$"))
        await expect(page.get_by_role("heading", name=CALLERS[1])).to_be_visible()

        await page.goto(f"{running.ready['web']}/contacts/reconciliation")
        await page.get_by_role("link", name="October").click()
        await page.get_by_role("button", name="Delete").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(page.get_by_text("None yet.")).to_be_visible()
        assert ears.errors == []


def rows(page: Page, region: str) -> Any:
    return page.get_by_role("region", name=region, exact=True).locator("tbody tr")
