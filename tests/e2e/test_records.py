"""What was, looked for and read in Chromium: two real calls, found by all that is known of them, exported, added up."""

import csv
import io
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from support.axe import clean
from support.baresip import Baresip, phone
from support.browser import Ears, chromium
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving
from support.desk import Desk
from support.pages import sign_in
from support.telephones import CALLER_TONE, anns_phone

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBER = "+493023125201"
"""Kept free for films and examples."""
TRUNK = """
organization: {key: tests, name: Tests}
trunks: [{key: here, name: Here, addresses: [127.0.0.1]}]
"""


def with_trunk(applied: Path, folder: Path) -> Path:
    """A data folder whose organization has a trunk that a softphone can call through, with a number of its own."""
    data = shutil.copytree(applied, folder / "data")
    (folder / "trunk.yaml").write_text(TRUNK)
    apply = [sys.executable, "-m", "switchboard", "apply", str(folder / "trunk.yaml"), "--data", str(data)]
    subprocess.run(apply, check=True, env={**os.environ, **ENVIRONMENT}, capture_output=True)
    return data


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Center]:
    """A center that has had two calls from one number: one talked with Ann, one given up while she was rung."""
    folder = tmp_path_factory.mktemp("records")
    arguments = serving(with_trunk(applied, folder))
    async with center(arguments, log=folder / "center.log", environment=ENVIRONMENT) as running:
        line = f"<sip:{NUMBER}@127.0.0.1;transport=udp>;regint=0;audio_codecs=PCMU;answermode=manual"
        async with (
            Desk(running.ready["web"], "ann", PASSWORD) as ann,
            anns_phone(running, folder / "ann") as desk_phone,
            phone(folder / "customer", tone=CALLER_TONE, account=line) as customer,
        ):
            await ann.available()
            await talked(running, ann, desk_phone, customer)
            await gave_up(running, ann, customer)
            async with Desk(running.ready["web"], "boss", PASSWORD) as boss:
                (row, _) = (await boss.until("/api/contacts", closed))["contacts"]
                await boss.patch(f"/api/customers/{row['customer']}", {"name": "Jo March"})
            yield running


def closed(found: Any) -> bool:
    return all(one["closed_at"] for one in found["contacts"])


async def talked(running: Center, ann: Desk, desk_phone: Baresip, customer: Baresip) -> None:
    """Through the menu to Ann, who writes down what came of it."""
    await customer.dial(f"sip:105@{running.ready['sip']}")
    await customer.until("CALL_ESTABLISHED")
    await customer.command("sndcode", "1")
    await desk_phone.until("CALL_INCOMING")
    await desk_phone.accept()
    desk = await ann.until("/api/desk", lambda desk: desk["engagement"])
    engagement = desk["engagement"]["engagement"]
    # They talk for a while, so that there is something to add up.
    await ann.until("/api/desk", lambda later: later["server_now"] > desk["server_now"] + 2_000_000)
    await ann.post(f"/api/desk/engagements/{engagement}/hold")
    await ann.post(f"/api/desk/engagements/{engagement}/resume")
    await customer.hang_up()
    await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "wrap-up")
    written = {"disposition": "solved", "note": "A new lamp was sent.", "finish": True}
    await ann.post(f"/api/desk/engagements/{engagement}/wrap-up", written)


async def gave_up(running: Center, ann: Desk, customer: Baresip) -> None:
    before = len(customer.events)
    await customer.dial(f"sip:100@{running.ready['sip']}")
    await ann.until("/api/desk", lambda desk: desk["offer"])
    await customer.hang_up()
    await customer.until("CALL_CLOSED", after=before)
    await ann.until("/api/desk", lambda desk: not desk["offer"])
    await ann.post("/api/desk/state", {"state": "paused", "reason": "break"})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def boss(product: Center, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ears]:
    async with chromium(tmp_path_factory.mktemp("boss"), tone=0) as ears:
        await ears.page.goto(product.ready["web"])
        await sign_in(ears.page, "boss", PASSWORD)
        await ears.page.get_by_test_id("person-menu").wait_for()
        yield ears
        assert ears.errors == []


def found(page: Page) -> Locator:
    return page.get_by_role("region", name="Found contacts").locator("tr.row")


async def both_schemes(page: Page) -> None:
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
        await clean(page)


async def test_contacts_are_found_by_what_is_known_and_the_address_says_what_was_asked(boss: Ears) -> None:
    page = boss.page
    await page.get_by_role("link", name="Contacts").click()
    await expect(found(page)).to_have_count(2)
    await both_schemes(page)
    box = page.get_by_role("searchbox")
    for text, asked, rows in (("5201", "number=5201", 2), ("mar", "name=mar", 2), ("Nobody", "name=Nobody", 0)):
        await box.fill(text)
        await expect(page).to_have_url(re.compile(rf"/contacts\?{asked}$"))
        await expect(found(page)).to_have_count(rows)
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await page.get_by_role("search").get_by_role("button", name="Clear").click()
    await expect(found(page)).to_have_count(2)
    await expect(box).to_have_value("")
    for label, option, asked, rows in (
        ("Queue", "Support", "queue", 2),
        ("Agent", "Ann Agent", "agent", 1),
        ("Disposition", "Solved", "disposition", 1),
        ("End", "Answered", "end", 1),
    ):
        await page.get_by_role("combobox", name=label).select_option(option)
        await expect(page).to_have_url(re.compile(rf"[?&]{asked}="))
        await expect(found(page)).to_have_count(rows)
    await expect(found(page)).to_contain_text("Jo March")
    await page.reload()
    await expect(page.get_by_role("combobox", name="Disposition")).to_have_value("solved")
    await expect(found(page)).to_have_count(1)
    for remaining in ("disposition", "agent", "queue"):
        await page.go_back()
        await expect(page).to_have_url(re.compile(rf"[?&]{remaining}=[^&]+$"))
    await expect(found(page)).to_have_count(2)
    await expect(page.get_by_role("combobox", name="Agent")).to_have_value("")


async def test_a_span_of_time_is_counted_and_what_became_of_all_leads_on(boss: Ears) -> None:
    page = boss.page
    await page.goto(urljoin(page.url, "/contacts"))
    today = await page.evaluate("() => new Date().toLocaleDateString('sv')")
    yesterday = await page.evaluate("() => new Date(Date.now() - 86400000).toLocaleDateString('sv')")
    await page.get_by_label("From", exact=True).fill(today)
    await page.get_by_label("To", exact=True).fill(today)
    await expect(page.get_by_role("status")).to_contain_text("2 found")
    ends = page.get_by_label("What became of all arrivals of this time")
    await expect(ends).to_contain_text("2 arrived")
    await ends.get_by_role("link", name="abandoned while offered").click()
    await expect(found(page)).to_have_count(1)
    await expect(page).to_have_url(re.compile(r"end=abandoned\+while\+offered&from=\d+&to=\d+$"))
    await page.go_back()
    await page.get_by_label("From", exact=True).fill(yesterday)
    await page.get_by_label("To", exact=True).fill(yesterday)
    await expect(page.get_by_text("Nothing found")).to_be_visible()


async def test_what_was_found_is_exported_and_read_back(boss: Ears) -> None:
    page = boss.page
    await page.goto(urljoin(page.url, "/contacts?number=5201"))
    await expect(found(page)).to_have_count(2)
    listed = [await row.get_by_role("link").first.get_attribute("href") for row in await found(page).all()]
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Export as CSV").click()
    file = await download.value
    assert file.suggested_filename == "contacts.csv"
    lines = list(csv.DictReader(io.StringIO((await file.path()).read_bytes().decode(), newline="")))
    assert [f"/contacts/{line['contact']}" for line in lines] == listed
    answered = lines[1]
    assert (answered["number"], answered["customer"], answered["dialled"]) == (NUMBER, "Jo March", "105")
    assert (answered["agent"], answered["disposition"], answered["talk ended by"]) == (
        "Ann Agent", "Solved", "customer"
    )  # fmt: skip
    assert float(answered["bad sound s"]) == 0
    assert [line["end"] for line in lines] == ["abandoned while offered", "answered"]


async def test_the_record_tells_the_whole_way_and_its_times_add_up(boss: Ears) -> None:
    page = boss.page
    await page.goto(urljoin(page.url, "/contacts?end=answered"))
    await found(page).get_by_role("link").first.click()
    route = page.get_by_role("region", name="Route")
    await route.wait_for()
    assert await route.locator("strong").all_inner_texts() == [
        "Arrived",
        "Menu: 1 Support",
        "Queue Support",
        "Offered to Ann Agent",
        "Ann Agent answered",
        "The customer hung up",
        "Ended: answered",
        "Wrap-up of Ann Agent ended",
    ]
    times = await route.locator("time").all_inner_texts()
    assert times == sorted(times)
    await expect(route).to_contain_text("on hold once")
    work = page.get_by_role("region", name="Engagement of Ann Agent")
    for text in ("The customer hung up", "Good sound", "Solved", "A new lamp was sent."):
        await expect(work).to_contain_text(text)
    parts = page.get_by_role("region", name="Where the time went")
    *each, whole = [seconds(text) for text in await parts.locator("dd").all_inner_texts()]
    assert sum(each) == whole == clock(times[6]) - clock(times[0])
    assert max(each) > 0
    await both_schemes(page)


async def test_an_agents_day_adds_up_to_the_time_he_was_signed_in(boss: Ears) -> None:
    page = boss.page
    await page.goto(urljoin(page.url, "/contacts?end=answered"))
    await found(page).get_by_role("link", name="Ann Agent").click()
    await expect(page).to_have_url(re.compile(r"/agents/\w+"))
    states, spans = page.get_by_role("region", name="States"), page.get_by_role("region", name="One after the other")
    await expect(states).to_contain_text("Break")
    # The last state goes on: read both tables in one moment.
    script = "() => ['states', 'spans'].map((id) => [...document.querySelectorAll("
    script += "`[aria-labelledby=${id}] :is(tbody, tfoot) tr`)].map((row) => row.innerText.split('\\t')))"
    by_state, one_by_one = await page.evaluate(script)
    *each, whole = [seconds(row[1]) for row in by_state]
    assert [row[0] for row in by_state][-1] == "Signed in"
    assert sum(each) == whole == sum(seconds(row[-1]) for row in one_by_one)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(one_by_one))
    await expect(spans.get_by_role("link", name="Support").first).to_have_attribute("href", re.compile(r"/contacts/"))
    await both_schemes(page)
    await page.get_by_role("link", name="Contacts of this day").click()
    await expect(found(page)).to_have_count(1)


def seconds(text: str) -> int:
    """A span as the page shows it."""
    total = 0
    for part in text.strip().split(":"):
        total = 60 * total + int(part)
    return total


def clock(text: str) -> int:
    """Seconds of the day, from a time such as 14:05:09."""
    return seconds(text)
