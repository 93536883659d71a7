"""Whose packets a leg listens to: the first one from an allowed address settles it for good."""

from support.media import Phone, Room
from switchboard.channels.voice.media.events import LegBroken


def talking(studio: Room, caller: Phone) -> tuple[int, Phone]:
    """A leg for `caller` and the phone that hears it."""
    ear = Phone()
    leg, listener = studio.join(caller), studio.join(ear)
    studio.hear("call", {listener: [leg], leg: [listener]})
    return leg, ear


def test_a_second_source_of_the_same_address_is_not_heard(studio: Room) -> None:
    caller, thief = Phone(400), Phone(900)
    leg, ear = talking(studio, caller)
    studio.run(5)
    for _ in range(60):
        thief.speak(studio.ports[leg])
        studio.run(1)
    assert ear.hears([400, 900])[400] > -1
    assert ear.hears([400, 900])[900] < -40


def test_the_thief_is_not_sent_the_conversation_either(studio: Room) -> None:
    caller, thief = Phone(400), Phone(900)
    leg, _ = talking(studio, caller)
    studio.run(5)
    for _ in range(10):
        thief.speak(studio.ports[leg])
        studio.run(1)
    assert thief.listen() == []
    assert len(caller.heard) > 10


def test_packets_of_the_thief_that_were_queued_with_the_first_are_dropped(studio: Room) -> None:
    caller, thief = Phone(400), Phone(900)
    leg, ear = talking(studio, caller)
    caller.speak(studio.ports[leg])
    thief.speak(studio.ports[leg])
    studio.tick()
    studio.tick()
    assert [packet.payload for packet in ear.heard] == [ear.heard[0].payload]


def test_another_address_is_never_heard_and_counted(studio: Room) -> None:
    caller, thief = Phone(400), Phone(900, host="127.0.0.2")
    leg, ear = talking(studio, caller)
    for _ in range(4):
        thief.speak(studio.ports[leg])
        studio.tick()
    assert ear.heard == []
    assert studio.engine.strangers == 4
    studio.run(3)
    assert len(ear.heard) == 3


def test_the_sdp_address_may_speak_from_another_port(studio: Room) -> None:
    caller = Phone(400)
    leg, ear = talking(studio, caller)
    studio.connect(leg, ("127.0.0.1", 9))
    studio.run(3)
    assert len(ear.heard) == 3
    assert len(caller.heard) == 3, "and is answered there"


def test_a_phone_behind_nat_is_heard_from_where_it_signals(studio: Room) -> None:
    caller = Phone(400, host="127.0.0.3")
    leg, ear = talking(studio, caller)
    studio.connect(leg, ("127.0.0.99", 4_000))
    studio.run(2)
    assert ear.heard == []
    studio.connect(leg, ("127.0.0.99", 4_000), also_from=["127.0.0.3"])
    studio.run(3)
    assert len(ear.heard) == 3


def test_a_new_address_after_a_reinvite_replaces_the_old_one(studio: Room) -> None:
    caller, moved = Phone(400), Phone(900)
    leg, ear = talking(studio, caller)
    studio.run(10)
    studio.connect(leg, moved.address)
    # The old one is silent for this moment: the next to speak is the one that was announced.
    moved.speak(studio.ports[leg])
    studio.tick()
    ear.heard.clear()
    for _ in range(60):
        moved.speak(studio.ports[leg])
        studio.run(1)
    assert ear.hears([400, 900])[900] > -1
    assert ear.hears([400, 900])[400] < -40
    assert len(moved.listen()) > 50


def test_what_waited_in_the_socket_before_the_leg_was_connected_is_not_heard(studio: Room) -> None:
    caller, ear = Phone(400), Phone()
    leg = studio.join(caller, connect=False)
    listener = studio.join(ear)
    studio.hear("call", {listener: [leg]})
    for _ in range(20):
        caller.speak(studio.ports[leg])
    studio.connect(leg)
    studio.tick()
    assert ear.heard == []


def test_an_address_that_cannot_be_sent_to_breaks_the_leg_only(studio: Room) -> None:
    caller = Phone(400)
    leg = studio.join(caller, connect=False)
    studio.connect(leg, ("not an address", 1))
    studio.engine.set_background(leg, "", silence=True)
    studio.run(3)
    assert caller.heard == []
    assert studio.events(leg, LegBroken)
