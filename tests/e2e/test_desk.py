"""What an agent lives with all day, in real Chromium: keys, next state, devices, tabs, notes, notifications."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from support.axe import clean
from support.baresip import Baresip, phone
from support.browser import KEEP_STREAMS, Ears, chromium
from support.center import PASSWORD, Center
from support.desk import Desk
from support.sound import hears

CUSTOMER_TONE, AGENT_TONE = 440, 1000


@pytest.fixture
async def agent_page(running: Center, tmp_path: Path) -> AsyncIterator[Ears]:
    """Ben's desk, signed in and available; its console may not have complained by the end."""
    async with chromium(tmp_path / "agent", tone=AGENT_TONE) as ears:
        await sign_in(ears.page, running.ready["web"])
        await ears.page.get_by_test_id("desk-sign-in").click()
        await expect(ears.page.get_by_test_id("state-menu")).to_contain_text("Available")
        yield ears
        assert ears.errors == []


@pytest.fixture
async def known(running: Center, tmp_path: Path) -> AsyncIterator[Baresip]:
    """A customer's softphone that shows its number."""
    sip = running.ready["sip"]
    account = (
        f"<sip:+493012345678@{sip};transport=udp>;auth_user=caller;auth_pass={PASSWORD};regint=0;answermode=manual"
    )
    async with phone(tmp_path / "known", tone=CUSTOMER_TONE, account=f"{account};audio_codecs=PCMU") as it:
        yield it


async def sign_in(page: Page, web: str, user_name: str = "ben") -> None:
    await page.goto(web)
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_test_id("person-menu").wait_for()


async def talking(agent_page: Ears, caller: Baresip, running: Center) -> Page:
    """The caller rings, the agent accepts by key and hears him."""
    page = agent_page.page
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await page.get_by_test_id("offer-card").wait_for()
    await page.keyboard.press("Alt+a")
    await expect(page.get_by_test_id("call-panel")).to_have_attribute("data-state", "talking")
    await agent_page.until_heard(CUSTOMER_TONE)
    return page


async def test_keys_reach_the_customers_phone_by_mouse_and_keyboard(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = await talking(agent_page, caller, running)
    await page.keyboard.press("Alt+k")
    pad = page.get_by_test_id("key-pad")
    await pad.get_by_role("button", name="4").click()
    await page.keyboard.type("2#")
    await expect(page.get_by_test_id("keys-pressed")).to_contain_text("42#")
    await ben.until("/api/desk", lambda _: len(keys_of(caller)) >= 3)
    assert keys_of(caller) == ["4", "2", "#"]
    await page.keyboard.press("Escape")
    await expect(pad).to_have_count(0)
    await page.get_by_test_id("wrapup-note").fill("7 lamps")
    await page.keyboard.press("Alt+h")
    await expect(page.get_by_test_id("call-panel")).to_have_attribute("data-state", "held")
    await page.keyboard.press("Alt+k")
    await expect(pad).to_contain_text("on hold")
    assert keys_of(caller) == ["4", "2", "#"]


def keys_of(phone: Baresip) -> list[str]:
    """The keys that this phone was sent."""
    return [event["param"] for event in phone.events if event.get("type") == "CALL_DTMF_START"]


async def test_a_pause_asked_for_during_the_call_comes_after_it_unless_taken_back(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = await talking(agent_page, caller, running)
    menu = page.get_by_test_id("next-state")
    await menu.click()
    await page.get_by_role("menuitemradio", name="Break").click()
    await expect(menu).to_contain_text("Break")
    await page.reload()
    await expect(menu).to_contain_text("Break")
    await page.get_by_test_id("next-state-cancel").click()
    await expect(menu).to_contain_text("Available")
    await menu.click()
    await page.get_by_role("menuitemradio", name="Break").click()
    await expect(menu).to_contain_text("Break")
    await caller.hang_up()
    await page.get_by_test_id("wrapup-finish").click()
    await expect(page.get_by_test_id("state-menu")).to_contain_text("Paused · Break")
    seen = await ben.get("/api/desk")
    assert (seen["agent"]["state"], seen["agent"]["next_state"]) == ("paused", None)


KEEP_MICROPHONES = """
(() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.microphones = [];
  navigator.mediaDevices.getUserMedia = async (asked) => {
    if (window.refused) throw new DOMException('', window.refused);
    const stream = await open(asked);
    window.microphones.push(stream.getAudioTracks()[0]);
    return stream;
  };
})();
"""
UNPLUGGED = """
() => {
  window.microphones.at(-1).stop();
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
}
"""


async def test_devices_are_tried_chosen_and_remembered_and_an_unplugged_one_costs_no_call(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = agent_page.page
    await page.add_init_script(KEEP_MICROPHONES)
    await page.reload()
    check = page.get_by_test_id("first-sound")
    await expect(check).to_contain_text("You can be heard.")
    picker = check.get_by_test_id("device-microphone")
    await picker.select_option(label="Fake Audio Input 2")
    await check.get_by_test_id("device-ring").select_option(label="Fake Audio Output 1")
    await check.get_by_test_id("sound-done").click()
    await expect(check).to_have_count(0)
    await page.reload()
    await page.get_by_test_id("sound-check").click()
    dialog = page.get_by_test_id("sound-check-dialog")
    await expect(dialog.get_by_test_id("device-microphone").locator("option:checked")).to_have_text(
        "Fake Audio Input 2"
    )
    await expect(dialog.get_by_test_id("device-ring").locator("option:checked")).to_have_text("Fake Audio Output 1")
    await page.keyboard.press("Escape")

    await talking(agent_page, caller, running)
    await until_it_hears(ben, caller)
    assert await page.evaluate("microphones.at(-1).label") == "Fake Audio Input 2"
    await page.evaluate(UNPLUGGED)
    await until_it_hears(ben, caller)
    await page.evaluate(f"window.refused = 'NotFoundError'; ({UNPLUGGED})()")
    await expect(page.get_by_test_id("unheard")).to_contain_text("No microphone was found")
    await agent_page.until_heard(CUSTOMER_TONE)
    await page.evaluate("window.refused = null; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await expect(page.get_by_test_id("unheard")).to_have_count(0)
    await until_it_hears(ben, caller)


async def until_it_hears(desk: Desk, phone: Baresip) -> None:
    """Wait until the phone hears the agent from now on."""
    before = len(phone.heard())
    await desk.until("/api/desk", lambda _: hears(phone.heard()[before:], AGENT_TONE))


async def test_a_microphone_that_is_refused_is_told_in_words(agent_page: Ears) -> None:
    page = agent_page.page
    await page.add_init_script(KEEP_MICROPHONES + "window.refused = 'NotAllowedError'")
    await page.reload()
    problem = page.get_by_test_id("microphone-problem")
    await expect(problem).to_contain_text("Allow it beside the address")
    await page.evaluate("window.refused = null")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_test_id("first-sound")).to_contain_text("You can be heard.")


async def test_one_tab_has_the_sound_and_another_takes_the_call_over(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = await talking(agent_page, caller, running)
    second = await page.context.new_page()
    await second.add_init_script(KEEP_STREAMS)
    other = Ears(second)
    await second.goto(f"{running.ready['web']}/desk")
    elsewhere = second.get_by_test_id("sound-elsewhere")
    await expect(elsewhere).to_contain_text("The sound is in another tab")
    await page.reload()
    await agent_page.until_heard(CUSTOMER_TONE)
    await expect(elsewhere).to_be_visible()
    await elsewhere.get_by_role("button").click()
    await other.until_heard(CUSTOMER_TONE)
    await until_it_hears(ben, caller)
    await expect(page.get_by_test_id("sound-elsewhere")).to_be_visible()
    await expect(elsewhere).to_have_count(0)
    await second.close()
    await agent_page.until_heard(CUSTOMER_TONE)
    await expect(page.get_by_test_id("sound-elsewhere")).to_have_count(0)
    await until_it_hears(ben, caller)
    assert other.errors == []


KEEP_NOTIFICATIONS = """
(() => {
  document.hasFocus = () => false;
  const Native = window.Notification;
  window.told = [];
  window.Notification = class extends Native {
    constructor(title, more) {
      super(title, more);
      window.told.push(title + ': ' + more.body);
    }
    close() {
      super.close();
      window.told.push('closed');
    }
  };
})();
"""


async def test_a_call_is_told_outside_of_the_page_and_no_longer_than_it_rings(
    running: Center, agent_page: Ears, caller: Baresip
) -> None:
    page = agent_page.page
    await page.context.grant_permissions(["microphone", "notifications"])
    await page.add_init_script(KEEP_NOTIFICATIONS)
    await page.reload()
    await expect(page.get_by_test_id("first-sound").get_by_test_id("notify")).to_be_checked()
    await caller.dial(f"sip:100@{running.ready['sip']}")
    await page.get_by_test_id("offer-card").wait_for()
    assert await page.evaluate("told") == ["Call for Support: Number withheld · Brand"]
    await caller.hang_up()
    await expect(page.get_by_test_id("offer-card")).to_have_count(0)
    assert (await page.evaluate("told"))[1:] == ["closed"]


async def test_a_caller_who_hangs_up_while_the_page_makes_its_sound_is_no_error(
    running: Center, agent_page: Ears, caller: Baresip
) -> None:
    page = agent_page.page
    gone = asyncio.Event()

    async def held_back(route: Route) -> None:
        await gone.wait()
        await route.continue_()

    await page.route("**/media", held_back)
    async with page.expect_request("**/media"):
        await caller.dial(f"sip:100@{running.ready['sip']}")
    await caller.hang_up()
    await expect(page.get_by_test_id("offer-card")).to_have_count(0)
    async with page.expect_response("**/media") as answer:
        gone.set()
    assert await (await answer.value).json() == {"sdp": None}


async def test_what_two_write_about_a_customer_is_never_lost_unseen(
    running: Center, agent_page: Ears, ben: Desk, boss: Desk, known: Baresip
) -> None:
    page = await talking(agent_page, known, running)
    customer = f"/api/customers/{(await ben.get('/api/desk'))['engagement']['customer']['id']}"
    note = page.get_by_test_id("customer-note")
    await note.get_by_role("textbox").fill("Likes tea.")
    await page.keyboard.press("Control+Enter")
    await expect(note.get_by_role("status")).to_have_text("Saved")
    await boss.patch(customer, {"note": "Likes cake."})
    await expect(note.get_by_role("textbox")).to_have_value("Likes cake.")

    await note.get_by_role("textbox").fill("Likes coffee.")
    await boss.patch(customer, {"note": "Likes soup."})
    conflict = page.get_by_test_id("customer-conflict")
    await expect(conflict).to_contain_text("Likes soup.")
    await clean(page)
    await page.keyboard.press("Alt+x")
    await page.get_by_test_id("wrapup-form").wait_for()
    await page.keyboard.press("Alt+w")
    await expect(page.get_by_test_id("wrapup-form").get_by_role("alert")).to_contain_text("not saved yet")
    await conflict.get_by_role("button", name="Keep mine").click()
    await expect(conflict).to_have_count(0)
    await boss.until(customer, lambda it: it["note"] == "Likes coffee.")

    await note.get_by_role("textbox").fill("Likes coffee, black.")
    await page.keyboard.press("Alt+w")
    await expect(page.get_by_test_id("state-menu")).to_contain_text("Available")
    assert (await boss.get(customer))["note"] == "Likes coffee, black."
    # A browser notes refused requests as errors, and this one was meant to be refused.
    agent_page.errors[:] = [error for error in agent_page.errors if "409" not in error]


async def test_a_note_survives_loading_the_page_anew_before_it_was_saved(
    running: Center, agent_page: Ears, ben: Desk, caller: Baresip
) -> None:
    page = await talking(agent_page, caller, running)
    await caller.hang_up()
    await page.get_by_test_id("wrapup-form").wait_for()
    await page.get_by_text("Solved", exact=True).click()
    await page.get_by_test_id("wrapup-note").fill("Cable was loose.")
    await page.reload()
    await expect(page.get_by_test_id("wrapup-note")).to_have_value("Cable was loose.")
    await expect(page.get_by_label("Solved")).to_be_checked()
    await ben.until("/api/desk", lambda it: it["engagement"] and it["engagement"]["note"] == "Cable was loose.")
    await page.get_by_test_id("wrapup-note").press("Control+Enter")
    await expect(page.get_by_test_id("state-menu")).to_contain_text("Available")


async def test_the_offer_tells_what_the_caller_chose_and_how_often_he_called(
    running: Center, agent_page: Ears, known: Baresip
) -> None:
    page = agent_page.page
    await known.dial(f"sip:105@{running.ready['sip']}")
    await known.until("CALL_ESTABLISHED")
    await known.command("sndcode", "1")
    card = page.get_by_test_id("offer-card")
    await expect(card.get_by_test_id("story")).to_have_text("1 Support")
    await expect(card).to_contain_text("+493012345678")
    await expect(card).to_contain_text(re.compile(r"waited 0:\d\d · first contact"))
    await expect(card).to_contain_text("You were idle longest")
    await clean(page)
    await page.keyboard.press("Alt+a")
    await expect(page.get_by_role("region", name="Customer").get_by_test_id("story")).to_have_text("1 Support")
    await known.hang_up()
    await page.get_by_test_id("wrapup-finish").click()
    await known.dial(f"sip:100@{running.ready['sip']}")
    await expect(card).to_contain_text("1 earlier contact")
    await expect(card.get_by_test_id("story")).to_have_count(0)
