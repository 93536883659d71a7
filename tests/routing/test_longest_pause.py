"""A clock that stands still goes on by itself: at the time that was said, or when its queue's longest pause is over."""

from typing import Any

import msgspec
import pytest

from support.clocks import check_waits
from support.floor import SECOND, Centre, agent, queue
from switchboard.conversations.model import VisitEnd
from switchboard.routing.commands import (
    ClockPaused,
    ClockResumed,
    ConfigurationTaken,
    ContactArrived,
    ContactBrokeOut,
    ContactHandedOver,
    ContactQueued,
    OfferAccepted,
    TimePassed,
)
from switchboard.routing.due import LONGEST_PAUSE, Clock, PauseEnd
from switchboard.routing.events import ClockSet, Offered, QueueEntered, QueueLeft, ReliefBegan, ReliefEnded, decode
from switchboard.routing.floor import Floor
from switchboard.routing.live import LiveView
from switchboard.routing.model import Configuration, HandOver, QueueSettings, Ranking, ReliefRule, Scheme, WhenNobody
from switchboard.routing.relief import Relief, ReliefBounds, ReliefGroup

HOUR = 3_600 * SECOND
DUE = Ranking(Scheme.DUE, due_in=4 * HOUR)


def mail(**more: Any) -> QueueSettings:
    return queue("mail", **{"when_nobody": WhenNobody.STAY, "ranking": DUE, "longest_pause": 2 * HOUR} | more)


def desk(**more: Any) -> Centre:
    """Deferred work whose clock stands still for two hours at most, and Anna, who is not there yet."""
    return Centre(queues=[mail(**more)], agents=[agent("anna", "mail")])


def clock_of(centre: Centre, contact: str) -> Clock:
    clock = centre.floor.state.contacts[contact].clock
    assert clock is not None
    return clock


def test_it_goes_on_to_the_moment_and_somebody_is_offered_it() -> None:
    centre = desk(max_wait=HOUR)
    contact = centre.call("mail")
    centre.sign_in("anna")
    centre.tell(ClockPaused(contact))
    began = centre.now
    centre.wait(2 * 3_600 - 1)
    assert centre.events == []
    centre.wait(1)
    (told,) = centre.of(ClockSet)
    assert (told.clock.since, told.clock.paused, told.clock.ended) == (None, 2 * HOUR, PauseEnd.LONGEST)
    assert told.leave_at == began - 1 + 3 * HOUR
    assert centre.of(Offered)[0].contact == contact
    assert centre.now == began + 2 * HOUR
    # Stopped anew, nothing is left of why it once went on.
    centre.tell(ClockPaused(contact))
    assert clock_of(centre, contact).ended is None


def test_a_time_may_be_said_and_said_anew_but_no_later_one_than_the_queue_allows() -> None:
    centre = desk()
    contact = centre.call("mail")
    centre.tell(ClockPaused(contact, until=centre.now + HOUR))
    assert centre.floor.next_deadline() == centre.now + HOUR
    # Once more, and without a time: nothing changes.
    for again in (ClockPaused(contact, until=centre.now + HOUR), ClockPaused(contact)):
        centre.tell(again)
        assert centre.events == []
    centre.tell(ClockPaused(contact, until=centre.now + 9 * HOUR))
    assert centre.floor.next_deadline() == centre.now + 2 * HOUR
    began = centre.now
    centre.wait(600)
    centre.tell(ClockPaused(contact, until=began + HOUR))
    centre.wait(3_000)
    assert clock_of(centre, contact).ended is PauseEnd.UNTIL
    assert clock_of(centre, contact).paused == HOUR


@pytest.mark.parametrize(("longest", "goes_on"), [(HOUR, HOUR), (5 * HOUR, 5 * HOUR), (60 * SECOND, 1_800 * SECOND)])
def test_another_setting_holds_for_clocks_that_stand_still_already(longest: int, goes_on: int) -> None:
    centre = desk()
    contact = centre.call("mail")
    centre.tell(ClockPaused(contact))
    began = centre.now
    centre.wait(1_800)
    centre.tell(ConfigurationTaken(Configuration(2, (mail(longest_pause=longest),), (agent("anna", "mail"),))))
    assert centre.floor.stuck(centre.now) == []
    centre.wait(6 * 3_600)
    assert clock_of(centre, contact).paused == goes_on
    (told, at) = next((event, at) for event, at in reversed(centre.history) if isinstance(event, ClockSet))
    assert (told.clock.ended, at) == (PauseEnd.LONGEST, began + goes_on)


def test_a_configuration_of_before_allows_what_is_usual() -> None:
    written = msgspec.msgpack.encode(queue("mail"))
    assert b"longest_pause" not in written
    assert msgspec.msgpack.decode(written, type=QueueSettings).longest_pause == LONGEST_PAUSE


@pytest.mark.parametrize("by", ["snapshot", "journal"])
def test_a_floor_begun_anew_knows_when(by: str) -> None:
    centre = desk()
    first, second = centre.call("mail"), centre.call("mail")
    centre.tell(ClockPaused(first))
    centre.tell(ClockPaused(second, until=centre.now + HOUR))
    began, anew = centre.now, Floor()
    centre.wait(600)
    if by == "snapshot":
        anew.restore(centre.floor.snapshot())
    else:
        for entry in centre.entries:
            for event in decode(entry.decisions):
                anew.apply(event, entry.at)
    assert anew.next_deadline() == began + HOUR
    # It was down for a while: the clock goes on as soon as it looks.
    decided = anew.handle(TimePassed(), began + HOUR + 60 * SECOND)
    assert [type(event) for event in decided.events] == [ClockSet]
    assert anew.next_deadline() == began + 2 * HOUR


def test_with_its_flow_only_a_time_that_was_said_ends_a_pause() -> None:
    centre = desk()
    for contact, until in (("c8", None), ("c9", centre.now + 5 * HOUR)):
        centre.tell(ContactArrived(contact, "acme", "email", "n1"), ClockPaused(contact, until))
    assert centre.floor.next_deadline() == centre.now + 5 * HOUR
    # In line the queue's longest pause counts, since it began; out of it again it does not.
    for contact in ("c8", "c9"):
        centre.tell(ContactQueued(contact, "mail"))
    began = centre.now
    centre.wait(3_600)
    centre.tell(ContactBrokeOut("c9"))
    centre.wait(7_200)
    assert clock_of(centre, "c8").ended is PauseEnd.LONGEST
    assert clock_of(centre, "c9").since is not None
    assert centre.floor.next_deadline() == began + 5 * HOUR
    centre.wait(3 * 3_600)
    assert clock_of(centre, "c9").ended is PauseEnd.UNTIL


def test_where_it_is_offered_all_the_same_the_clock_goes_on_as_well() -> None:
    centre = desk(ranking=Ranking(Scheme.DUE, due_in=HOUR, offer_paused=True))
    contact = centre.call("mail")
    centre.tell(ClockPaused(contact))
    centre.wait(2 * 3_600)
    assert clock_of(centre, contact).due_at(centre.now) == centre.now + HOUR


def test_the_time_paused_is_no_part_of_the_wait() -> None:
    centre = desk()
    paused, waited = centre.call("mail"), centre.call("mail")
    centre.wait(60)
    centre.tell(ClockPaused(paused))
    (row,) = LiveView(centre.floor.state, {}).board().queues
    assert row.longest_since == centre.now - 60 * SECOND
    centre.wait(7_200)
    (row,) = LiveView(centre.floor.state, {}).board().queues
    assert (row.waiting, row.longest_since) == (2, centre.now - 7_260 * SECOND)
    centre.tell(ContactBrokeOut(waited))
    assert (centre.of(QueueLeft)[0].paused, centre.of(QueueLeft)[0].went_on) == (0, None)
    # The one who is left has waited for a minute, with its clock.
    (row,) = LiveView(centre.floor.state, {}).board().queues
    assert row.longest_since == centre.now - 60 * SECOND
    centre.sign_in("anna")
    offer = centre.offered()
    assert offer.why.waited == 60 * SECOND
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    left = centre.of(QueueLeft)[0]
    assert (left.how, left.paused, left.went_on) == (VisitEnd.ANSWERED, 2 * HOUR, PauseEnd.LONGEST)


def test_nor_is_it_where_nothing_is_due() -> None:
    centre = desk(ranking=Ranking())
    contact = centre.call("mail")
    centre.wait(60)
    centre.tell(ClockPaused(contact))
    centre.wait(600)
    centre.tell(ClockResumed(contact))
    centre.wait(5)
    centre.sign_in("anna")
    assert centre.offered().why.waited == 65 * SECOND


def test_a_contact_that_leaves_while_it_pauses_has_not_waited_meanwhile() -> None:
    centre = desk()
    contact = centre.call("mail")
    centre.wait(60)
    centre.tell(ClockPaused(contact))
    centre.wait(600)
    centre.tell(ContactBrokeOut(contact))
    assert centre.of(QueueLeft)[0].paused == 600 * SECOND
    (row,) = LiveView(centre.floor.state, {}).board().queues
    assert (row.paused, centre.floor.in_line("mail", 9)) == (0, [])


@pytest.mark.parametrize("offer_paused", [False, True])
def test_whoever_left_the_line_while_it_paused_is_counted_there_no_more(offer_paused: bool) -> None:
    centre = desk(ranking=Ranking(offer_paused=offer_paused))
    contact = centre.call("mail")
    centre.tell(ClockPaused(contact))
    check_waits(centre)
    centre.tell(ContactBrokeOut(contact))
    check_waits(centre)


def test_a_time_that_was_said_in_line_holds_when_it_is_with_its_flow_again() -> None:
    centre = desk()
    contact = centre.call("mail")
    said = centre.now + 5 * HOUR
    centre.tell(ClockPaused(contact, until=said))
    centre.wait(3_600)
    centre.tell(ContactBrokeOut(contact))
    assert centre.floor.next_deadline() == said
    centre.wait(4 * 3_600)
    assert clock_of(centre, contact).ended is PauseEnd.UNTIL


def test_those_who_pause_call_nobody_for_help() -> None:
    """They can be served by nobody: neither their number nor their wait is a reason, and it is none to stay."""
    rule = ReliefRule(ReliefGroup(team="night"), ReliefBounds(waiting=1, longest_wait=HOUR), stays=60 * SECOND)
    centre = desk(relief=Relief((rule,)))
    contacts = [centre.call("mail") for _ in range(2)]
    assert centre.of(ReliefBegan)
    for contact in contacts:
        centre.tell(ClockPaused(contact))
    centre.wait(61)
    assert centre.of(ReliefEnded)
    centre.call("mail")
    assert not centre.of(ReliefBegan)
    centre.wait(3_700)
    # The longest wait is that of the one who waits.
    (began,) = centre.of(ReliefBegan)
    assert (began.waiting, began.longest_wait) == (1, HOUR + 1)
    centre.tell(ClockResumed(contacts[0]))
    assert centre.floor.state.queues["mail"].longest_since() == centre.now - 3_700 * SECOND


def test_whom_an_agent_hands_over_is_due_when_he_was_and_is_not_held() -> None:
    offered = Ranking(Scheme.DUE, due_in=HOUR, offer_paused=True)
    centre = Centre(
        queues=[mail(ranking=offered, hand_over=HandOver(("level2",))), queue("level2", ranking=DUE)],
        agents=[agent("anna", "mail")],
    )
    contact = centre.call("mail")
    due = clock_of(centre, contact).due
    centre.tell(ClockPaused(contact))
    centre.wait(60)
    centre.sign_in("anna")
    offer = centre.offered()
    talk = str(centre.tell(OfferAccepted(offer.offer, offer.fence)).engagement)
    centre.tell(ContactHandedOver(talk, "level2"))
    clock = centre.of(QueueEntered)[0].clock
    assert (clock.due, clock.since, clock.held) == (due, None, False)
    assert clock.paused == 60 * SECOND + 1
