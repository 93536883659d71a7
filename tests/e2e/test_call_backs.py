"""Real phones: a caller presses a key in line, hangs up, and his phone rings when it is his turn, or after a crash."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from support import evidence
from support.baresip import Baresip, phone
from support.center import ENVIRONMENT, PASSWORD, Center, center, serving, start
from support.desk import Desk
from support.exchange import Exchange, exchange
from support.sound import hears
from support.stranger import Stranger, stranger
from support.telephones import AGENT_TONE, CALLER_TONE, anns_phone

CARRIER = "127.0.0.2"
NUMBER = "+4930555123"
WHOLE_DAY = {"from": "0:00", "until": "24:00"}


def customers_phone(running: Center, folder: Path) -> Any:
    """It calls with its public number, and is where the trunk's calls arrive."""
    account = (
        f"<sip:{NUMBER}@{running.ready['sip']};transport=udp>;auth_user=caller;auth_pass={PASSWORD};"
        "regint=0;audio_codecs=PCMU;answermode=manual"
    )
    return phone(folder, tone=CALLER_TONE, account=account)


async def offer_call_backs(boss: Desk, port: int, **rule: Any) -> None:
    """The queue `plain` calls back over a trunk that leads to this port; its flow offers that with key 1."""
    register = {"registrar": f"sip:127.0.0.1:{port}", "user_name": "u", "password": {"new": "hunter2"}}
    await boss.put("/api/administration/trunks/out", {"item": {"name": "Out", "register": register}})
    callback = {**WHOLE_DAY, "trunk": "out", "caller_id": "+4930123000", **rule}
    steps = [{"enqueue": {"queue": "plain", "keys": {"1": [{"callback": {"queue": "plain"}}, "back"]}}}, "hangup"]
    await change(boss, "queues", {"callback": callback})
    await change(boss, "flows", {"steps": steps})


async def change(boss: Desk, section: str, fields: dict[str, Any]) -> None:
    """Change the entry `plain` of a section."""
    listed = (await boss.get(f"/api/administration/{section}"))["items"]
    seen = next(one for one in listed if one["key"] == "plain")
    item = {**seen["item"], **fields}
    await boss.put(f"/api/administration/{section}/plain", {"item": item, "revision": seen["revision"]})


async def ask_to_be_called(running: Center, boss: Desk, caller: Baresip) -> None:
    """He waits in line, presses the key, confirms his number, and his call ends after the goodbye."""
    await caller.dial(f"sip:103@{running.ready['sip']}")
    await caller.until("CALL_ESTABLISHED")
    await waiting(boss, 1)
    await caller.command("sndcode", "1")
    await waiting(boss, 0)
    await caller.command("sndcode", "1")
    await caller.until("CALL_CLOSED")


async def waiting(boss: Desk, count: int) -> None:
    await boss.until("/api/board", lambda board: sum(queue["waiting"] for queue in board["queues"]) == count)


async def call_in(carrier: Stranger) -> Any:
    invite = carrier.invite("103")
    assert (await carrier.answer(invite)).status == 200
    return invite


async def test_he_hangs_up_keeps_his_place_and_his_phone_rings(
    running: Center, ann: Desk, boss: Desk, desk_phone: Baresip, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        carrier = stack.enter_context(stranger(CARRIER, running.ready["sip"]))
        caller = await stack.enter_async_context(customers_phone(running, tmp_path / "customer"))
        await offer_call_backs(boss, caller.port)
        await ann.available()
        await call_in(carrier)
        await desk_phone.until("CALL_INCOMING")
        await desk_phone.accept()
        await ann.until("/api/desk", lambda desk: desk["engagement"])
        await ask_to_be_called(running, boss, caller)
        await waiting(boss, 1)
        seen, customer_saw = len(desk_phone.events), len(caller.events)
        later = await call_in(carrier)
        await waiting(boss, 2)
        await desk_phone.hang_up()
        # Ann is free: whoever came later waits on, and the call-back is hers.
        await desk_phone.until("CALL_INCOMING", after=seen)
        desk = await ann.until("/api/desk", lambda desk: desk["offer"])
        assert desk["offer"]["number"] == NUMBER
        await desk_phone.accept()
        await caller.until("CALL_INCOMING", after=customer_saw)
        await caller.accept()
        await ann.until(
            "/api/desk", lambda _: hears(caller.heard(), AGENT_TONE) and hears(desk_phone.heard(), CALLER_TONE)
        )
        assert later
        await waiting(boss, 1)
        await caller.hang_up()
        await boss.until("/api/contacts", lambda page: ends_of(page["contacts"]) == ["answered", "call-back asked"])


def ends_of(contacts: list[dict[str, Any]]) -> list[str]:
    """How the customer's contacts ended."""
    return sorted(str(contact["end"]) for contact in contacts if contact["number"] == NUMBER)


EARLY, DIALLED, IN_LINE = "+4930555001", "+4930555002", "+4930555003"


async def call_backs(boss: Desk, holds: dict[str, str]) -> dict[str, Any]:
    """The call-backs by number, once each of these is in its state."""

    def held(page: Any) -> bool:
        return holds.items() <= {row["number"]: row["state"] for row in page["callbacks"]}.items()

    page = await boss.until("/api/callbacks", held)
    return {row["number"]: row for row in page["callbacks"]}


async def takes(desk_phone: Baresip, seen: int) -> None:
    """Ann takes the next offer. seen: how many events of her phone are older."""
    await desk_phone.until("CALL_INCOMING", after=seen)
    await desk_phone.accept()


async def killed_while_dialling(data: Path, folder: Path, line: Exchange) -> Center:
    """A center, killed: one customer has been talked to, one phone rings, one call-back stands in line."""
    running = await start(serving(data), log=folder / "center.log", environment=ENVIRONMENT)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        web = running.ready["web"]
        ann, boss = await enter(Desk(web, "ann", PASSWORD)), await enter(Desk(web, "boss", PASSWORD))
        desk_phone = await enter(anns_phone(running, folder / "before"))
        await offer_call_backs(boss, line.port)
        await ann.available()
        queues = (await boss.get("/api/callbacks/queues"))["queues"]
        seen = 0
        for number in (EARLY, DIALLED):
            await boss.post("/api/callbacks", {"queue": queues[0]["id"], "number": number})
            await takes(desk_phone, seen)
            await line.rings(number, 1)
            if number == EARLY:
                await call_backs(boss, {EARLY: "done"})
                seen = len(desk_phone.events)
                await desk_phone.hang_up()
                await ann.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
        await boss.post("/api/callbacks", {"queue": queues[0]["id"], "number": IN_LINE})
        await call_backs(boss, {EARLY: "done", DIALLED: "calling", IN_LINE: "in line"})
        await running.kill()
        await desk_phone.switch_off()
    return running


async def test_call_backs_outlive_a_kill_and_nobody_is_called_again_who_was_talked_to(
    data: Path, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        line = await enter(exchange())
        line.away.add(DIALLED)
        killed = await killed_while_dialling(data, tmp_path, line)
        await killed.gone()
        line.away.clear()
        running = await enter(center(killed.arguments, log=tmp_path / "center.log", environment=ENVIRONMENT))
        boss = await enter(Desk(running.ready["web"], "boss", PASSWORD))
        desk_phone = await enter(anns_phone(running, tmp_path / "after"))
        seen = 0
        # Each at its old place: who was dialled first when the center died comes first.
        for number, times in ((DIALLED, 2), (IN_LINE, 1)):
            await takes(desk_phone, seen)
            await line.rings(number, times)
            await call_backs(boss, {number: "done"})
            seen = len(desk_phone.events)
            await desk_phone.hang_up()
        rows = await call_backs(boss, {EARLY: "done", DIALLED: "done", IN_LINE: "done"})
        assert {number: rows[number]["attempts"] for number in rows} == {EARLY: 1, DIALLED: 2, IN_LINE: 1}
        page = await boss.until("/api/contacts", lambda page: all(one["closed_at"] for one in page["contacts"]))
        ends = sorted((one["number"], one["how"]) for one in page["contacts"])
        cut = [(number, "signalling lost") for number in (DIALLED, IN_LINE)]
        assert ends == sorted([*cut, *((number, "answered") for number in rows)])
        assert {number: line.calls(number) for number in rows} == {EARLY: 1, DIALLED: 2, IN_LINE: 1}
    evidence.assert_sound(evidence.journal(data))
