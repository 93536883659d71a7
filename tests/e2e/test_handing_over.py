"""Level 1 hands a caller over in one browser, level 2 reads the note in another and talks to him."""

from pathlib import Path
from typing import Any

from support.baresip import Baresip
from support.browser import Ears, chromium
from support.center import PASSWORD, Center
from support.desk import Desk
from support.sound import hears
from support.telephones import CALLER_TONE

FIRST_TONE, SECOND_TONE = 1000, 1500
NOTE = "The lamp in the hall flickers; a new bulb did not help."


async def sign_in(ears: Ears, web: str, user_name: str) -> None:
    page = ears.page
    await page.goto(web)
    await page.get_by_label("User name").fill(user_name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_test_id("desk-sign-in").click()
    await page.get_by_test_id("state-menu").wait_for()


async def may_hand_over(boss: Desk, queue: str, to: str) -> None:
    listed: list[dict[str, Any]] = (await boss.get("/api/administration/queues"))["items"]
    seen = next(one for one in listed if one["key"] == queue)
    item = {**seen["item"], "hand_over": {"to": [to]}}
    await boss.put(f"/api/administration/queues/{queue}", {"item": item, "revision": seen["revision"]})


async def test_the_note_arrives_before_the_caller_and_he_is_heard(
    running: Center, ann: Desk, ben: Desk, boss: Desk, caller: Baresip, tmp_path: Path
) -> None:
    await may_hand_over(boss, "plain", "recorded")
    web = running.ready["web"]
    async with (
        chromium(tmp_path / "ann", tone=FIRST_TONE) as first,
        chromium(tmp_path / "ben", tone=SECOND_TONE) as two,
    ):
        await ann.post("/api/desk/profile", {"reach": "browser"})
        await sign_in(first, web, "ann")
        await sign_in(two, web, "ben")
        await ben.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
        await caller.dial(f"sip:103@{running.ready['sip']}")
        await first.page.get_by_test_id("offer-card").wait_for()
        await first.page.keyboard.press("Alt+a")
        await first.until_heard(CALLER_TONE)
        await first.page.keyboard.press("Alt+o")
        dialog = first.page.get_by_test_id("hand-over")
        await dialog.get_by_text("1 of 1 available").wait_for()
        await dialog.get_by_test_id("hand-over-note").fill(NOTE)
        await dialog.get_by_test_id("hand-over-submit").click()
        card = two.page.get_by_test_id("offer-card")
        await card.get_by_test_id("handed-over").get_by_text(NOTE).wait_for()
        assert "Ann Agent" in await card.inner_text()
        await two.page.keyboard.press("Alt+a")
        await two.page.get_by_test_id("call-panel").get_by_text(NOTE).wait_for()
        await two.until_heard(CALLER_TONE)
        await ben.until("/api/desk", lambda _: hears(caller.heard(), SECOND_TONE))
        assert first.errors == two.errors == []
        await caller.hang_up()
    contact = (await boss.until("/api/contacts", lambda page: page["contacts"][0]["end"]))["contacts"][0]
    record = await boss.get(f"/api/contacts/{contact['id']}")
    ended = [
        (one["agent_name"], one["ended_by"], one["handed_to"], one["handed_note"]) for one in record["engagements"]
    ]
    assert ended == [("Ann Agent", "handed over", "Recorded", NOTE), ("Ben Agent", "customer", None, "")]
