"""Which contact an agent of several queues gets, and how priorities count within one."""

from support.floor import SECOND, Centre, agent, queue
from switchboard.agents.model import AgentState
from switchboard.conversations.model import TalkEnd
from switchboard.routing.commands import AgentStateAsked, EngagementEnded, OfferAccepted
from switchboard.routing.events import Offered
from switchboard.routing.model import AgentSettings, Preference, Ranking, Scheme, Wanted, WhenNobody

STAY = WhenNobody.STAY


def serving(**rankings: Ranking) -> Centre:
    """Anna, who serves these queues and is not there yet."""
    queues = [queue(name, when_nobody=STAY, ranking=ranking) for name, ranking in rankings.items()]
    return Centre(queues=queues, agents=[agent("anna", *rankings)])


def taken(centre: Centre) -> list[str]:
    """The contacts in the order in which Anna gets them, each talk of no length."""
    centre.sign_in("anna")
    order = []
    while offers := [event for event in centre.events if type(event).__name__ == "Offered"]:
        order.append(offers[0].contact)
        talk = centre.tell(OfferAccepted(offers[0].offer, offers[0].fence)).engagement
        assert talk is not None
        centre.tell(EngagementEnded(talk, TalkEnd.CUSTOMER))
    return order


def test_a_queue_of_higher_rank_comes_first_whoever_waits_how_long() -> None:
    centre = serving(sales=Ranking(rank=1), support=Ranking())
    support = centre.call("support", priority=5)
    centre.wait(600)
    sales = centre.call("sales")
    assert taken(centre) == [sales, support]


def test_the_wait_counts_by_the_queues_weight() -> None:
    centre = serving(sales=Ranking(weight=3), support=Ranking())
    old = centre.call("support")
    centre.wait(60)
    first, second = centre.call("sales"), centre.call("sales")
    centre.wait(29)
    centre.call("support")
    # 3 x 29 s is less than 89 s, and 3 x 31 s is more than 91 s.
    assert taken(centre)[0] == old
    centre = serving(sales=Ranking(weight=3), support=Ranking())
    old = centre.call("support")
    centre.wait(60)
    first, second = centre.call("sales"), centre.call("sales")
    centre.wait(31)
    assert taken(centre) == [first, second, old]


def test_short_first_serves_the_queue_whose_contacts_are_handled_faster() -> None:
    quick = Ranking(short_first=True)
    centre = serving(short=quick, long=quick)
    for name, seconds in (("short", 60), ("long", 600)):
        centre.sign_in("anna")
        centre.call(name)
        offer = centre.offered()
        talk = centre.tell(OfferAccepted(offer.offer, offer.fence)).engagement
        centre.wait(seconds)
        centre.tell(EngagementEnded(str(talk), TalkEnd.CUSTOMER))
    centre.tell(AgentStateAsked("anna", AgentState.PAUSED, "break"))
    long = centre.call("long")
    centre.wait(90)
    short = centre.call("short")
    centre.wait(20)
    # 110 s / 600 s is less than 20 s / 60 s.
    centre.tell(AgentStateAsked("anna", AgentState.AVAILABLE))
    assert centre.offered().contact == short
    assert centre.floor.why_waiting(long) is not None


def test_points_count_as_minutes_when_the_queue_says_so() -> None:
    centre = serving(support=Ranking(Scheme.MINUTES))
    waiting = centre.call(priority=-2)
    centre.wait(61)
    later = centre.call()
    centre.wait(30)
    vip = centre.call(priority=1)
    assert taken(centre) == [vip, later, waiting]
    centre = serving(support=Ranking(Scheme.MINUTES))
    first = centre.call()
    centre.wait(61)
    vip = centre.call(priority=1)
    assert taken(centre) == [first, vip]


def test_nobody_but_the_preferred_gets_it_for_a_while_then_anyone() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben"), agent("cleo")])
    centre.sign_in("anna", "ben", "cleo")
    centre.tell(AgentStateAsked("cleo", AgentState.PAUSED, "break"))
    centre.call(preferred=("cleo",), preferred_for=20 * SECOND)
    assert centre.kinds() == ["ContactRegistered", "QueueEntered"]
    centre.wait(19)
    assert not centre.events
    centre.wait(1)
    assert (centre.offered().agent, centre.offered().why.strategy) == ("anna", "longest idle")


def test_a_preferred_agent_who_is_free_in_the_window_gets_it() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben"), agent("cleo")])
    centre.sign_in("anna", "ben", "cleo")
    busy = AgentStateAsked("cleo", AgentState.PAUSED, "break")
    centre.tell(busy)
    contact = centre.call(preferred=("cleo",), preferred_for=20 * SECOND)
    centre.tell(AgentStateAsked("cleo", AgentState.AVAILABLE))
    assert (centre.offered().agent, centre.offered().contact) == ("cleo", contact)
    centre.call(preferred=("ben", "anna"), preferred_for=20 * SECOND)
    assert (centre.offered().agent, centre.offered().why.strategy) == ("ben", "preferred")


def test_a_preferred_agent_who_is_not_there_is_not_waited_for() -> None:
    centre = Centre(agents=[agent("anna"), agent("cleo")])
    centre.sign_in("anna")
    centre.call(preferred=("cleo",), preferred_for=20 * SECOND)
    assert centre.offered().agent == "anna"


BERLINER = AgentSettings("cleo", ("support",), team="berlin")


def test_why_an_agent_is_preferred_is_told() -> None:
    centre = Centre(agents=[agent("anna"), agent("ben"), BERLINER])
    centre.sign_in("anna", "ben", "cleo")
    because = Wanted(because=(Preference.LAST_AGENT, ""), branch="berlin")
    centre.call(preferred=("ben", "anna"), preferred_for=20 * SECOND, wanted=because)
    assert (centre.offered().agent, centre.offered().why.because) == ("ben", "last agent")
    centre.call(preferred=("ben", "anna"), preferred_for=20 * SECOND, wanted=because)
    assert (centre.offered().agent, centre.offered().why.because) == ("anna", "")


def test_the_customers_branch_comes_first_and_then_anyone() -> None:
    centre = Centre(agents=[agent("anna"), BERLINER])
    centre.sign_in("anna", "cleo")
    branch = Wanted(branch="berlin")
    centre.call(preferred_for=10 * SECOND, wanted=branch)
    assert (centre.offered().agent, centre.offered().why.because) == ("cleo", "own branch")
    second = centre.call(preferred_for=10 * SECOND, wanted=branch)
    assert centre.kinds() == ["ContactRegistered", "QueueEntered"]
    centre.wait(10)
    offers = [event for event in centre.events if isinstance(event, Offered)]
    assert [(one.agent, one.contact, one.why.because) for one in offers if one.agent == "anna"] == [
        ("anna", second, "")
    ]


def test_a_branch_of_which_nobody_is_signed_in_is_not_waited_for() -> None:
    centre = Centre(agents=[agent("anna"), BERLINER])
    centre.sign_in("anna")
    centre.call(preferred_for=20 * SECOND, wanted=Wanted(branch="berlin"))
    assert (centre.offered().agent, centre.offered().why.because) == ("anna", "")
