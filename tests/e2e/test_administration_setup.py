"""An administrator sets a line up in the browser: from a skill to a number that a real phone calls, and a trunk."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog, Page, expect

from support.axe import clean
from support.browser import chromium
from support.carrier import ANSWERS, carrier
from support.center import PASSWORD, Center
from support.desk import Desk
from support.sound import tone_file
from support.telephones import customer

pytestmark = pytest.mark.asyncio(loop_scope="module")

expect.set_options(timeout=30_000)

SAID = {
    "401": "does not accept the user name or the password (401 Unauthorized)",
    "404": "does not know this number (404 No Such Number)",
    "486": "The number is busy (486 Busy Here)",
    "488": "does not accept our sound (488 Not Acceptable Here)",
    "silent": "Nothing answers at this address",
    "no sound": "The call was answered, but no sound came",
    "sound": "sound arrives here",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with chromium(tmp_path_factory.mktemp("chromium"), tone=1000) as ears:
        browser = ears.page.context.browser
        assert browser is not None
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def page(shared: Center, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(base_url=shared.ready["web"], viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await page.goto("/administration/queues")
    await sign_in(page, "boss", PASSWORD)
    await page.get_by_role("heading", level=1, name="Queues").wait_for()
    yield page
    await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def boss(shared: Center) -> AsyncIterator[Desk]:
    async with Desk(shared.ready["web"], "boss", PASSWORD) as desk:
        yield desk


async def sign_in(page: Page, user_name: str, password: str) -> None:
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def save(page: Page) -> None:
    await page.get_by_test_id("save").click()


async def test_from_a_skill_to_a_number_that_reaches_the_new_queue(
    shared: Center, page: Page, boss: Desk, tmp_path: Path
) -> None:
    await page.goto("/administration/skills/+new")
    await page.get_by_label("Name").fill("Night shift")
    await expect(page.get_by_label("Key")).to_have_value("night-shift")
    await save(page)
    await expect(page).to_have_url(re.compile(r"/administration/skills/night-shift$"))

    await page.goto("/administration/queues/+new")
    await page.get_by_label("Name").fill("Night")
    await page.get_by_label("Client").select_option("brand")
    await page.get_by_label("Rings an agent for", exact=True).fill("300")
    await page.get_by_label("When nobody is signed in").select_option("stay")
    await page.get_by_label("Add a skill to skills asked for").select_option("night-shift")
    await page.get_by_role("button", name="Add a disposition").click()
    await page.get_by_label("disposition 1").fill("Called back")
    await save(page)
    await expect(page.get_by_text("must be at most 3m, not 5m")).to_be_visible()
    await clean(page)
    await page.get_by_label("Rings an agent for", exact=True).fill("15")
    await save(page)
    await expect(page).to_have_url(re.compile(r"/administration/queues/night$"))
    made = next(one for one in (await boss.get("/api/administration/queues"))["items"] if one["key"] == "night")
    assert made["item"]["ring_time"] == "15s"
    assert made["item"]["requires"] == {"night-shift": 1}
    assert made["item"]["dispositions"] == [{"key": "called-back", "name": "Called back"}]

    await page.goto("/administration/flows/+new")
    code = page.get_by_test_id("code")
    await expect(page.get_by_test_id("outline").first).to_be_visible()
    text = "key: night\nname: Night\nclient: brand\nsteps:\n  - say: {text: Good night.}\n  - enqueue: {queue: nigth}\n"
    await code.fill(text)
    await expect(page.get_by_test_id("faults")).to_contain_text("Line 6")
    await expect(page.get_by_test_id("faults")).to_contain_text("did you mean 'night'")
    await save(page)
    await expect(page).to_have_url(re.compile(r"/\+new$"))
    await clean(page)
    await code.fill(text.replace("nigth", "night"))
    await expect(page.get_by_test_id("faults")).to_contain_text("Nothing is wrong")
    await expect(page.get_by_test_id("outline").first).to_contain_text("Puts in the queue night")
    async with page.expect_response(lambda answer: "/api/flows/speech" in answer.url) as heard:
        await page.get_by_test_id("listen").first.click()
    assert (await heard.value).headers["content-type"] == "audio/wav"
    await save(page)
    await expect(page).to_have_url(re.compile(r"/administration/flows/night$"))
    await expect(page.get_by_test_id("versions")).to_contain_text("Version 1")

    await page.goto("/administration/numbers/+new")
    await page.get_by_label("Number").fill("150")
    await page.get_by_label("Client").select_option("brand")
    await page.get_by_label("Flow").select_option("night")
    await save(page)
    await expect(page).to_have_url(re.compile(r"/administration/numbers/150$"))
    await clean(page)
    async with customer(shared, tmp_path / "caller") as caller:
        await caller.dial(f"sip:150@{shared.ready['sip']}")
        await boss.until("/api/board", lambda board: waiting(board, "Night") == 1)
        await caller.hang_up()
        await boss.until("/api/board", lambda board: waiting(board, "Night") == 0)


def waiting(board: dict[str, list[dict[str, object]]], queue: str) -> object:
    return next((one["waiting"] for one in board["queues"] if one["name"] == queue), None)


async def test_a_flow_goes_back_to_what_it_was(page: Page) -> None:
    await page.goto("/administration/flows/short")
    code = page.get_by_test_id("code")
    await expect(code).to_have_value(re.compile("queue: short"))
    before = await code.input_value()
    await code.fill(before.replace("queue: short", "queue: plain"))
    await expect(page.get_by_test_id("changes")).to_contain_text("steps")
    await save(page)
    versions = page.get_by_test_id("versions")
    await expect(versions).to_contain_text("Version 2")
    await versions.get_by_text("Version 1", exact=True).click()
    await versions.get_by_role("button", name="Go back to version 1").click()
    await expect(code).to_have_value(re.compile("queue: short"))
    await expect(page.get_by_test_id("save")).to_be_enabled()
    await save(page)
    await expect(versions).to_contain_text("Version 3")
    await clean(page)


async def test_what_somebody_else_changed_is_shown_and_what_is_used_stays(page: Page, boss: Desk) -> None:
    await page.goto("/administration/queues/support")
    await page.get_by_label("Wrap-up", exact=True).fill("45")
    listed = (await boss.get("/api/administration/queues"))["items"]
    seen = next(one for one in listed if one["key"] == "support")
    await boss.put(
        "/api/administration/queues/support",
        {"item": {**seen["item"], "name": "First help"}, "revision": seen["revision"]},
    )
    await save(page)
    await expect(page.get_by_test_id("stale")).to_contain_text("First help")
    await clean(page)
    await page.get_by_role("button", name="Take theirs").click()
    await expect(page.get_by_label("Name")).to_have_value("First help")
    await page.get_by_test_id("retire").click()
    await expect(page.get_by_test_id("form-error")).to_contain_text(re.compile("in use by .*flow welcome"))
    await page.get_by_label("Name").fill("Support")
    await save(page)
    await expect(page.get_by_test_id("changes")).to_contain_text("First help → Support")


async def test_a_sound_is_uploaded_and_a_broken_one_refused(page: Page, tmp_path: Path) -> None:
    good = tone_file(tmp_path / "jingle.wav", 440, seconds=1)
    (tmp_path / "broken.wav").write_bytes(b"RIFF but no sound")
    await page.goto("/administration/sounds")
    await page.get_by_test_id("upload").click()
    dialog = page.get_by_test_id("upload-dialog")
    await dialog.get_by_label("File").set_input_files(tmp_path / "broken.wav")
    await page.get_by_test_id("upload-send").click()
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await dialog.get_by_label("File").set_input_files(good)
    await dialog.get_by_label("Name").fill("Jingle")
    await page.get_by_test_id("upload-send").click()
    await expect(page).to_have_url(re.compile(r"/administration/sounds/jingle$"))
    await expect(page.get_by_test_id("users")).to_contain_text("Nothing refers to it")
    length = await page.locator("audio").evaluate(
        "(a) => new Promise((done) => { a.onloadedmetadata = () => done(a.duration); a.load(); a.preload = 'auto' })"
    )
    assert 0.9 < length < 1.2
    await clean(page)


async def test_a_trial_call_says_what_failed(page: Page, boss: Desk, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        for how in [*ANSWERS, "silent"]:
            key = f"trunk-{how.replace(' ', '-')}"
            port = await stack.enter_async_context(carrier(how, tmp_path / key))
            register = {"registrar": f"sip:127.0.0.1:{port}", "user_name": "u", "password": {"new": "hunter2"}}
            await boss.put(f"/api/administration/trunks/{key}", {"item": {"name": how, "register": register}})
        for how, said in SAID.items():
            await page.goto(f"/administration/trunks/trunk-{how.replace(' ', '-')}")
            await page.get_by_label("Number to call").fill("+49 30 1234567")
            await page.get_by_test_id("trial-call").click()
            await expect(page.get_by_test_id("trial")).to_contain_text(said, timeout=60_000)
            good = how in {"486", "sound"}
            await expect(page.get_by_test_id("trial")).to_contain_text("It works" if good else "It does not work")
        await expect(page.get_by_test_id("trunk-state")).to_contain_text("Registered")
        await clean(page)
        await page.goto("/administration/trunks")
        await page.get_by_role("link", name="sound", exact=True).wait_for()
        await clean(page)
    assert "hunter2" not in await (await page.request.get("/api/configuration")).text()


async def test_opening_hours_are_a_week_with_special_days(page: Page, boss: Desk) -> None:
    await page.goto("/administration/hours/+new")
    await page.get_by_label("Name", exact=True).fill("Office")
    await page.get_by_label("Saturday").fill("10-14")
    await page.get_by_role("button", name="Add a day").click()
    await page.get_by_label("From, day 1").fill("2026-12-24")
    await page.get_by_label("To, day 1").fill("2026-12-26")
    await page.get_by_label("Name, day 1").fill("Christmas")
    await save(page)
    await expect(page.get_by_text("must be a time such as 09:00-17:00")).to_be_visible()
    await clean(page)
    await page.get_by_label("Saturday").fill("10:00 - 14:00")
    await save(page)
    await expect(page).to_have_url(re.compile(r"/administration/hours/office$"))
    made = next(one for one in (await boss.get("/api/administration/hours"))["items"] if one["key"] == "office")
    assert made["item"]["week"]["saturday"] == ["10:00-14:00"]
    assert made["item"]["special"] == [{"first": "2026-12-24", "last": "2026-12-26", "name": "Christmas"}]


async def test_an_emergency_announcement_is_shown_on_every_page_while_it_is_on(
    page: Page, boss: Desk, tmp_path: Path
) -> None:
    await page.goto("/emergency")
    await page.get_by_label("Text", exact=True).fill("The building is closed.")
    await page.get_by_label("Off after (hours)").fill("0")
    await page.get_by_test_id("emergency-switch-on").click()
    await expect(page.get_by_label("Off after (hours)")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Off after (hours)").fill("1")
    await page.get_by_test_id("emergency-switch-on").click()
    banner = page.get_by_test_id("emergency-on")
    await expect(banner).to_contain_text("The building is closed.")
    await clean(page)
    await page.goto("/board")
    await expect(banner).to_contain_text("for all numbers until")
    await clean(page)
    await banner.get_by_role("link", name="Change").click()
    await page.get_by_test_id("emergency-off").click()
    await expect(banner).to_have_count(0)
    await expect(page.get_by_text("switched off")).to_be_visible()

    await boss.upload(
        "/api/sounds?key=siren&name=Siren", tone_file(tmp_path / "siren.wav", 700, seconds=1).read_bytes()
    )
    await page.reload()
    await page.get_by_label("a recorded sound").check()
    await expect(page.get_by_test_id("emergency-switch-on")).to_be_disabled()
    await page.get_by_label("Sound", exact=True).select_option("siren")
    await clean(page)
    await page.get_by_test_id("emergency-switch-on").click()
    await expect(banner).to_contain_text("the sound siren")
    shown = (await boss.get("/api/emergency"))["announcements"][0]
    assert (shown["on"], shown["text"], shown["sound"]) == (True, None, "siren")
    await page.get_by_test_id("emergency-off").click()
    await expect(banner).to_have_count(0)


async def test_going_back_in_the_browser_does_not_lose_what_was_typed(page: Page) -> None:
    asked: list[str] = []
    answers = iter([False, True])

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await (dialog.accept() if next(answers) else dialog.dismiss())

    page.on("dialog", answer)
    # Links of the page, so that the browser does not load it anew.
    await page.get_by_role("link", name="Skills").click()
    await page.get_by_test_id("new").click()
    await page.get_by_label("Name").fill("Juggling")
    await page.go_back(wait_until="commit")
    await expect(page).to_have_url(re.compile(r"/administration/skills/\+new$"))
    await expect(page.get_by_label("Name")).to_have_value("Juggling")
    await page.go_back(wait_until="commit")
    await expect(page).to_have_url(re.compile(r"/administration/skills$"))
    assert asked == ["Leave without saving what you changed?"] * 2
    # Nothing is dirty any more: nobody asks, forwards and back.
    await page.go_forward(wait_until="commit")
    await expect(page.get_by_label("Name")).to_have_value("")
    await page.go_back(wait_until="commit")
    await expect(page).to_have_url(re.compile(r"/administration/skills$"))
    assert len(asked) == 2
