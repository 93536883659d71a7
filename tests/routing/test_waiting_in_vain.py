"""Contacts that wait also when nobody is there are sent on as soon as another queue takes them; and of several who are
sent on in one moment each is let in where it may be."""

from typing import Any

import msgspec

from support.floor import SECOND, Centre, agent, queue
from support.overflowing import to, where
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import TalkEnd, VisitEnd
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentStateAsked,
    ConfigurationTaken,
    ContactLeft,
    EngagementEnded,
    OfferAccepted,
    TimePassed,
)
from switchboard.routing.events import Offered, QueueLeft, ReliefBegan
from switchboard.routing.model import Configuration, ReliefRule, Requirement, WhenNobody
from switchboard.routing.overflow import Reason
from switchboard.routing.relief import Relief, ReliefBounds, ReliefGroup

STAY = WhenNobody.STAY
MINUTE = 60 * SECOND


# -- who waits in vain


def nobody_there(**sales: Any) -> Centre:
    """`support` has no agents and sends on to `sales` for that."""
    return Centre(
        queues=[
            queue("support", when_nobody=STAY, overflow=(to("sales", Reason.NOBODY),)),
            queue("sales", **sales),
            queue("vip", when_nobody=STAY),
        ],
        agents=[agent("ben", "sales"), agent("cleo", "vip")],
    )


def in_vain(**sales: Any) -> Centre:
    """The same with two who wait in `support`, because `sales` does not keep them either."""
    centre = nobody_there(**sales)
    for _ in range(2):
        assert where(centre, centre.call()) == "support"
    return centre


def test_who_waits_in_vain_is_sent_on_when_somebody_signs_in_there() -> None:
    centre = in_vain()
    centre.tell(AgentSignedIn("ben", "n1", Reach.PHONE, state=AgentState.PAUSED, reason="break"))
    assert [one.how for one in centre.of(QueueLeft)] == [VisitEnd.OVERFLOWED_NOBODY] * 2
    assert {where(centre, one) for one in ("c1", "c2")} == {"sales"}
    centre.tell(AgentStateAsked("ben", AgentState.AVAILABLE))
    assert centre.offered().contact == "c1"


def test_or_when_somebody_who_is_there_becomes_what_is_needed() -> None:
    centre = in_vain(requires=(Requirement("french"),))
    centre.sign_in("ben")
    assert where(centre, "c1") == "support"
    queues, (ben, cleo) = centre.floor.configuration.queues, centre.floor.configuration.agents
    ben = msgspec.structs.replace(ben, skills={"french": 1})
    centre.tell(ConfigurationTaken(Configuration(2, queues, (ben, cleo))))
    assert {where(centre, one) for one in ("c1", "c2")} == {"sales"}
    assert centre.offered().agent == "ben"


def test_or_when_another_group_begins_to_help_there() -> None:
    rule = ReliefRule(ReliefGroup(queue="vip"), ReliefBounds(waiting=0))
    centre = in_vain(relief=Relief((rule,)), when_nobody=STAY, max_length=0)
    centre.sign_in("cleo")
    assert where(centre, "c1") == "support"
    # Somebody who may stand there without room calls the others to help; they are for those who wait as well.
    centre.call("sales", place=centre.now)
    assert centre.of(ReliefBegan)
    offer = centre.offered()
    assert offer.agent == "cleo"
    talk = centre.tell(OfferAccepted(offer.offer, offer.fence)).engagement
    centre.tell(EngagementEnded(str(talk), TalkEnd.AGENT))
    assert where(centre, "c1") == "sales"
    assert centre.offered().contact == "c1"


def test_or_when_a_full_line_has_room_again_one_for_each_place() -> None:
    centre = nobody_there(when_nobody=STAY, max_length=1)
    first, second, third = centre.call(), centre.call(), centre.call()
    assert [where(centre, one) for one in (first, second, third)] == ["sales", "support", "support"]
    centre.tell(ContactLeft(first))
    assert [where(centre, one) for one in (second, third)] == ["sales", "support"]
    centre.sign_in("ben")
    # He rings for the second, who still stands there; when they talk, the third has his place.
    offer = centre.offered()
    assert where(centre, third) == "support"
    centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert where(centre, third) == "sales"


def test_or_when_an_agent_there_is_free_where_nobody_may_wait() -> None:
    centre = in_vain(max_length=0)
    centre.sign_in("ben")
    offer = centre.offered()
    assert (offer.contact, where(centre, "c2")) == ("c1", "support")
    talk = centre.tell(OfferAccepted(offer.offer, offer.fence)).engagement
    assert where(centre, "c2") == "support"
    centre.tell(EngagementEnded(str(talk), TalkEnd.AGENT))
    assert centre.offered().contact == "c2"


def test_also_by_way_of_a_queue_that_does_not_keep_them_either() -> None:
    centre = Centre(
        queues=[
            queue("support", when_nobody=STAY, overflow=(to("sales", Reason.NOBODY),)),
            queue("sales", overflow=(to("vip", Reason.NOBODY),)),
            queue("vip"),
        ],
        agents=[agent("cleo", "vip")],
    )
    contact = centre.call()
    assert where(centre, contact) == "support"
    centre.sign_in("cleo")
    assert where(centre, contact) == "vip"
    assert centre.offered().contact == contact


# -- several at once


def test_several_who_go_on_in_one_moment_count_on_no_agent_twice() -> None:
    """Three have waited as long as they may; there, nobody may wait, and one agent is free."""
    centre = Centre(
        queues=[
            queue("support", when_nobody=STAY, max_wait=MINUTE, overflow=(to("sales"),)),
            queue("sales", max_length=0),
        ],
        agents=[agent("ben", "sales"), agent("cleo", "sales", skills={"french": 1})],
    )
    french = (Requirement("french"),)
    contacts = [centre.call(requirements=french), centre.call(requirements=french), centre.call()]
    centre.sign_in("ben", "cleo")
    centre.wait(60)
    assert [one.how for one in centre.of(QueueLeft)] == [
        VisitEnd.OVERFLOWED_MAX_WAIT,
        VisitEnd.MAX_WAIT,
        VisitEnd.OVERFLOWED_MAX_WAIT,
    ]
    assert [(one.contact, one.agent) for one in centre.of(Offered)] == [(contacts[0], "cleo"), (contacts[2], "ben")]


def test_whoever_stands_in_the_line_already_has_the_agent_first() -> None:
    """In one moment an offer ends, so that its contact is back in a full line, and another would come into it."""
    centre = Centre(
        queues=[
            queue("support", when_nobody=STAY, max_wait=20 * SECOND, overflow=(to("sales"),)),
            queue("sales", max_length=1, ring_time=20 * SECOND),
        ],
        agents=[agent("ben", "sales"), agent("cleo", "sales")],
    )
    centre.sign_in("ben")
    standing = centre.call("sales")
    centre.now -= 1
    coming = centre.call()
    centre.now += 20 * SECOND
    centre.sign_in("cleo")
    centre.tell(TimePassed())
    assert [(one.contact, one.agent) for one in centre.of(Offered)] == [(standing, "cleo")]
    assert where(centre, coming) is None
