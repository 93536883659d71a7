"""Takes the pictures of the documentation: a demo center, real calls, every page in light and dark.

    PYTHONPATH=tests .venv/bin/python tools/screenshots.py [--images docs/images] [--only desk]

Needs what the end-to-end tests need: the built interface, Chromium and baresip. Customers are baresip phones behind
a trunk, so that they have numbers, and the try-it page; agents work in Chromium or have phones that answer by
themselves. Takes about two minutes, mostly because somebody lets a call ring.
"""

import argparse
import asyncio
import os
import socket
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page

from support.baresip import Baresip, phone
from support.browser import chromium
from support.carrier import carrier
from support.center import Center, center
from support.desk import Desk

ROOT: Final = Path(__file__).parents[1]
SIZE: Final = (1440, 900)
LARGEST: Final = 200_000
"""Bytes of one picture: they are kept in the repository."""
PASSWORD: Final = "colleagues-of-the-demo"

AGENTS: Final = ("Chiara", "Daniel", "Emma", "Farid", "Greta")
"""Colleagues of the demo's two agents."""

CALLERS: Final = {
    "+493023125201": "Jo March",
    "+493023125318": "Piotr Nowak",
    "+493023125462": "Mira Okafor",
    "+493023125577": "Lena Brandt",
    "+493023125634": None,
}
"""Customers by number; these numbers are kept free for films and examples."""


def more_people(ports: dict[str, int]) -> str:
    """A file that adds colleagues with phones at these UDP ports, and the trunk that customers call through."""
    phones = "".join(
        f"  - {{key: {key}-phone, user_name: {key}, contact: 'sip:{key}@127.0.0.1:{port}'}}\n"
        for key, port in ports.items()
    )
    people = "".join(
        f"  - {{key: {key}, user_name: {key}, name: {key.title()} Agent, roles: [agent], password: {{env: SHOTS}},\n"
        f"     agent: {{queues: [{'sales' if key == 'emma' else 'support, sales'}], skills: {{english: 4}},"
        f" reach: phone, phone: {key}-phone}}}}\n"
        for key in ports
    )
    return (
        "organization: {key: harbour, name: Harbour Lights}\n"
        f"phones:\n{phones}people:\n{people}"
        "trunks:\n  - {key: carrier, name: Carrier, addresses: [127.0.0.1]}\n"
    )


@dataclass
class Studio:
    """The running center, everybody in it, and where pictures go."""

    center: Center
    browser: Browser
    stack: AsyncExitStack
    folder: Path
    images: Path
    only: str
    too_large: list[str] = field(default_factory=list)

    @property
    def web(self) -> str:
        return str(self.center.ready["web"])

    def password(self, user_name: str) -> str:
        known = {person["user_name"]: person["password"] for person in self.center.ready["people"]}
        return str(known.get(user_name, PASSWORD))

    async def picture(self, page: Page, name: str) -> None:
        """The page as it is, in both colour schemes."""
        tour = page.get_by_test_id("tour-offer")
        if await tour.count():
            await tour.get_by_role("button", name="Not now").click()
        if self.only not in name:
            return
        await page.mouse.move(0, SIZE[1] - 1)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            path = self.images / f"{name}-{scheme}.png"
            await page.screenshot(path=path, animations="disabled")
            if path.stat().st_size > LARGEST:
                self.too_large.append(path.name)
            sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")

    async def page(self, path: str = "/", user_name: str | None = None) -> Page:
        """A new page, signed in."""
        context = await self.browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, base_url=self.web)
        page = await context.new_page()
        await page.goto("/" if user_name else path)
        if user_name:
            await page.get_by_label("User name").fill(user_name)
            await page.get_by_label("Password").fill(self.password(user_name))
            await page.get_by_role("button", name="Sign in").click()
            await page.get_by_test_id("person-menu").wait_for()
            await page.goto(path)
        return page

    async def person(self, user_name: str) -> Desk:
        """Somebody at the API."""
        return await self.stack.enter_async_context(Desk(self.web, user_name, self.password(user_name)))

    async def phone(self, name: str, *, user: str, answers: str) -> Baresip:
        account = f"<sip:{user}@127.0.0.1;transport=udp>;regint=0;audio_codecs=PCMU;answermode={answers}"
        return await self.stack.enter_async_context(phone(self.folder / name, tone=440, account=account))

    async def customer(self, number: str) -> Baresip:
        """A customer who has dialled the welcome line and chosen support in its menu."""
        calling = await self.phone(number, user=number, answers="manual")
        before = len(calling.events)
        await calling.dial(f"sip:100@{self.center.ready['sip']}")
        await calling.until("CALL_ESTABLISHED", after=before)
        await calling.command("sndcode", "1")
        return calling


async def take(studio: Studio) -> None:
    """All of it, in the order in which things happen."""
    boss = await studio.person("supervisor")
    await studio.picture(await studio.page(), "sign-in")
    silent = studio.stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    silent.bind(("127.0.0.1", 0))
    answering = {name: await studio.phone(name, user=name, answers="auto") for name in ("daniel", "farid")}
    ports = {name.lower(): silent.getsockname()[1] for name in AGENTS}
    ports |= {name: phone.port for name, phone in answering.items()}
    await apply(studio, more_people(ports))
    await record_support(studio)
    await (await studio.person("greta")).available()
    anna = await studio.page("/desk", "anna")
    await anna.get_by_test_id("desk-sign-in").click()
    await anna.get_by_test_id("state-menu").filter(has_text="Available").wait_for()
    await anna.get_by_text("You can be heard.").wait_for()
    await studio.picture(anna, "desk-sound")
    await anna.get_by_test_id("sound-done").click()
    await first_call(studio, anna, boss)
    await shows(anna, "0:08")
    await studio.picture(anna, "desk-available")
    jo = await second_call(studio, anna)
    await board(studio, boss)
    await jo.hang_up()
    await wrap_up(studio, anna)
    await records(studio)
    await emergency(studio)
    await administration(studio)


async def apply(studio: Studio, text: str) -> None:
    """Bring a file into force while the center runs."""
    file = studio.folder / "more.yaml"
    await asyncio.to_thread(file.write_text, text)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard", "apply", str(file), "--data", str(studio.folder / "data"),
        env={**os.environ, "SHOTS": PASSWORD}, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await process.wait() == 0, "the colleagues could not be applied"


async def record_support(studio: Studio) -> None:
    """Talks of the queue are recorded from now on."""
    admin = await studio.person("admin")
    listed = (await admin.get("/api/administration/queues"))["items"]
    [queue] = [one for one in listed if one["key"] == "support"]
    recorded = {**queue["item"], "recording": {"share": 100, "retention": "30d"}}
    await admin.put("/api/administration/queues/support", {"item": recorded, "revision": queue["revision"]})


async def first_call(studio: Studio, anna: Page, boss: Desk) -> None:
    """Greta and Anna let it ring; Anna is back, takes it and learns who calls."""
    jo = await studio.customer(next(iter(CALLERS)))
    await anna.get_by_test_id("offer-card").wait_for(timeout=60_000)
    await anna.get_by_test_id("not-responding").wait_for(timeout=60_000)
    await shows(anna, "0:05")
    await studio.picture(anna, "desk-not-responding")
    await anna.get_by_test_id("not-responding").get_by_role("button").click()
    await anna.get_by_test_id("offer-accept").click()
    await anna.get_by_test_id("call-panel").wait_for()
    await name_customers(boss)
    await anna.get_by_text("Solved").click()
    await anna.get_by_test_id("wrapup-note").fill("The lamp flickers. A new driver was sent; arrives on Thursday.")
    await anna.get_by_role("status").filter(has_text="Saved").first.wait_for()
    await shows(anna, "0:14")
    await jo.hang_up()
    await anna.get_by_test_id("wrapup-form").wait_for()
    await shows(anna, "0:06")
    await anna.get_by_test_id("wrapup-finish").click()
    await anna.get_by_test_id("state-menu").filter(has_text="Available").wait_for()


async def second_call(studio: Studio, anna: Page) -> Baresip:
    """Jo March again: the offer knows her name, the desk her history."""
    jo = await studio.customer(next(iter(CALLERS)))
    await anna.get_by_test_id("offer-card").wait_for(timeout=60_000)
    await shows(anna, "16")
    await studio.picture(anna, "desk-offer")
    await anna.get_by_test_id("offer-accept").click()
    await anna.get_by_test_id("call-panel").wait_for()
    known = anna.get_by_test_id("customer-note").get_by_role("textbox")
    await known.fill("Has the shop in Hull; best reached before ten.")
    await anna.get_by_test_id("wrapup-note").fill("The new driver arrived, the lamp still flickers.")
    await anna.get_by_role("status").filter(has_text="Saved").first.wait_for()
    await shows(anna, "0:12")
    await studio.picture(anna, "desk-call")
    await anna.keyboard.press("Alt+k")
    await anna.keyboard.type("42#")
    await studio.picture(anna, "desk-keys")
    await anna.keyboard.press("Escape")
    return jo


async def board(studio: Studio, boss: Desk) -> None:
    """People in every state, and three customers in line, one of them on the try-it page."""
    for user_name, state in (("boris", "break"), ("chiara", "training"), ("emma", None)):
        person = await studio.person(user_name)
        await person.post("/api/desk/sign-in", {"reach": "phone"})
        if state:
            await person.post("/api/desk/state", {"state": "paused", "reason": state})
    numbers = list(CALLERS)[1:]
    leaving = None
    for user_name, number in zip(("daniel", "farid"), numbers, strict=False):
        await (await studio.person(user_name)).available()
        leaving = await studio.customer(number)
        await boss.until("/api/board", partial(engaged, user_name))
    for number in numbers[2:]:
        await studio.customer(number)
    customer = await studio.page("/try-it")
    await studio.picture(customer, "try-it")
    await customer.get_by_test_id("try-call").click()
    await customer.get_by_test_id("try-keys").get_by_role("button", name="1", exact=True).click()
    await boss.until("/api/board", lambda board: sum(queue["waiting"] for queue in board["queues"]) == len(numbers) - 1)
    await name_customers(boss)
    await studio.picture(customer, "try-it-call")
    page = await studio.page("/board", "supervisor")
    await shows(page, "0:15")
    assert leaving is not None
    await leaving.hang_up()
    await page.get_by_text("Wrap-up", exact=True).first.wait_for()
    await shows(page, "0:05")
    await studio.picture(page, "board")
    await page.get_by_test_id("agent-times").get_by_role("row", name="Anna Agent").wait_for()
    await page.get_by_test_id("entrances").scroll_into_view_if_needed()
    await studio.picture(page, "board-days")
    await page.goto("/board?wall=1")
    await page.get_by_test_id("wall").wait_for()
    await shows(page, "Support")
    await studio.picture(page, "wall")
    await page.goto("/board")
    await customer.get_by_test_id("try-hang-up").click()
    await customer.get_by_text("The call has ended.").wait_for()


async def wrap_up(studio: Studio, anna: Page) -> None:
    await anna.get_by_test_id("wrapup-form").wait_for()
    await anna.get_by_text("Call back", exact=True).click()
    await shows(anna, "0:06")
    await studio.picture(anna, "desk-wrap-up")
    await anna.get_by_test_id("wrapup-finish").click()


async def records(studio: Studio) -> None:
    """What remains: the list, the first call's record, its agent's day, and the settings as one text."""
    page = await studio.page("/contacts", "supervisor")
    await page.get_by_role("row", name="Jo March").last.wait_for()
    await studio.picture(page, "contacts")
    await page.get_by_role("row", name="Jo March").last.get_by_role("link").first.click()
    await page.get_by_role("heading", name="Route").wait_for()
    await page.get_by_role("region", name="Where the time went").wait_for()
    await page.get_by_test_id("waveform-customer").wait_for()
    await studio.picture(page, "contact")
    anna = await studio.person("anna")
    await page.goto(f"/agents/{anna.person['id']}")
    await page.get_by_role("heading", name="One after the other").wait_for()
    await studio.picture(page, "agent-day")
    page = await studio.page("/administration/file", "admin")
    text = page.get_by_test_id("configuration-text")
    await text.and_(page.locator(":enabled")).wait_for()
    await text.fill((await text.input_value()).replace("ring_time: 20s", "ring_time: 25s", 1))
    await page.get_by_test_id("configuration-compare").click()
    await page.get_by_test_id("differences").wait_for()
    await text.evaluate("(area) => { area.setSelectionRange(0, 0); area.scrollTop = 0 }")
    await studio.picture(page, "configuration")


async def emergency(studio: Studio) -> None:
    """The page with an announcement that is on."""
    page = await studio.page("/emergency", "supervisor")
    await page.get_by_label("Text", exact=True).fill(
        "Our building is closed because of the storm. Please call tomorrow."
    )
    await page.get_by_label("these numbers").check()
    await page.get_by_label("Numbers", exact=True).fill("101")
    await page.get_by_test_id("emergency-switch-on").click()
    await page.get_by_test_id("emergency-on").wait_for()
    await without_notices(page)
    await studio.picture(page, "emergency")
    await page.get_by_test_id("emergency-off").click()
    await page.get_by_test_id("emergency-on").wait_for(state="detached")


PLACES: Final = {
    "people": ("people", "Anna Agent"),
    "person": ("people/anna", "Anna Agent"),
    "queue": ("queues/support", "Support"),
    "skills": ("skills", "Repairs"),
    "flow": ("flows/welcome", "Welcome"),
    "numbers": ("numbers", "+493023125100"),
}
"""Pages of the administration by picture: the path, and what is there when it has been read."""


async def administration(studio: Studio) -> None:
    """What is set up, and a trunk whose test call says what is wrong."""
    page = await studio.page("/administration", "admin")
    for name, (path, there) in PLACES.items():
        await page.goto(f"/administration/{path}")
        await page.get_by_text(there, exact=False).first.wait_for()
        await page.wait_for_load_state("networkidle")
        await studio.picture(page, f"administration-{name}")
    async with carrier("404", studio.folder / "carrier") as port:
        admin = await studio.person("admin")
        register = {"registrar": f"sip:127.0.0.1:{port}", "user_name": "harbour", "password": {"new": "kept-in-a-file"}}
        await admin.put("/api/administration/trunks/northern", {"item": {"name": "Northern Tel", "register": register}})
        await page.goto("/administration/trunks/northern")
        await page.get_by_label("Number to call").fill("+49 30 23125 999")
        await page.get_by_test_id("trial-call").click()
        await page.get_by_test_id("trial").get_by_text("It does not work").wait_for(timeout=60_000)
        await page.get_by_test_id("trial").scroll_into_view_if_needed()
        await studio.picture(page, "administration-trunk")


async def without_notices(page: Page) -> None:
    """Nothing is said about the last act any more."""
    said = page.get_by_test_id("notices").get_by_role("button", name="Dismiss")
    while await said.count():
        await said.first.click()


async def shows(page: Page, text: str) -> None:
    """Wait until the page shows exactly that, such as a time: at zero everything looks alike."""
    await page.get_by_text(text, exact=True).first.wait_for()


async def name_customers(boss: Desk) -> None:
    """As agents would, during the call."""
    for contact in (await boss.get("/api/contacts"))["contacts"]:
        name = CALLERS.get(contact["number"])
        if name and not contact["customer_name"]:
            await boss.patch(f"/api/customers/{contact['customer']}", {"name": name})


def engaged(user_name: str, board: Any) -> bool:
    return any(one["state"] == "engaged" and one["name"].lower().startswith(user_name) for one in board["agents"])


async def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--images", type=Path, default=ROOT / "docs/images")
    options.add_argument("--only", default="", help="part of a picture's name")
    asked = options.parse_args()
    asked.images.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        arguments = ["demo", "--json", "--data", str(folder / "data"), "--web-port", "0", "--sip-port", "0"]
        running = await stack.enter_async_context(center(arguments, log=folder / "center.log"))
        ears = await stack.enter_async_context(chromium(folder / "chromium", tone=1000))
        browser = ears.page.context.browser
        assert browser is not None
        studio = Studio(running, browser, stack, folder, asked.images, asked.only)
        await take(studio)
    sys.stdout.writelines(f"too large: {name}\n" for name in studio.too_large)
    return 1 if studio.too_large else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
