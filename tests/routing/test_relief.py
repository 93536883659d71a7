"""Load relief: a second group joins a queue by rule, helps after the queue's own people, and leaves again."""

import pytest

from support.clock import START
from support.floor import SECOND, Centre, queue
from switchboard.conversations.model import TalkEnd, VisitEnd
from switchboard.routing.commands import ConfigurationTaken, ContactLeft, EngagementEnded, OfferAccepted, OfferRejected
from switchboard.routing.events import Offered, QueueLeft, ReliefBegan, ReliefEnded
from switchboard.routing.floor import Floor
from switchboard.routing.model import AgentSettings, Configuration, QueueSettings, Requirement, WhenNobody
from switchboard.routing.relief import (
    Figures,
    Relief,
    ReliefBounds,
    ReliefCondition,
    ReliefEnd,
    ReliefGroup,
    ReliefMatch,
    ReliefRule,
    goes_on,
    hours_change,
    reasons,
    within_hours,
)
from switchboard.routing.replay import Replay

NIGHT = ReliefGroup(team="night")
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


def support(*rules: ReliefRule, **settings: object) -> QueueSettings:
    relief = Relief(rules, "UTC")
    return queue("support", relief=relief, **{"when_nobody": WhenNobody.STAY, **settings})  # type: ignore[arg-type]


def people(**teams: str) -> list[AgentSettings]:
    """Anna serves support; ben and cleo serve sales, in their teams."""
    return [
        AgentSettings("anna", ("support",)),
        AgentSettings("ben", ("sales",), team=teams.get("ben", "night")),
        AgentSettings("cleo", ("sales",), team=teams.get("cleo", "night")),
    ]


def centre_with(*rules: ReliefRule, **settings: object) -> Centre:
    return Centre(queues=[support(*rules, **settings), queue("sales")], agents=people())


def accept(centre: Centre) -> str:
    offer = centre.of(Offered)[-1]
    answer = centre.tell(OfferAccepted(offer.offer, offer.fence))
    assert answer.engagement is not None
    return answer.engagement


TWO_WAIT = ReliefRule(NIGHT, ReliefBounds(waiting=2), ReliefBounds(waiting=1))


def test_the_group_joins_when_more_wait_than_the_rule_allows_and_gets_them_in_order() -> None:
    centre = centre_with(TWO_WAIT)
    centre.sign_in("ben")
    for _ in range(2):
        centre.call()
        assert not centre.of(Offered)
    centre.call()
    (began,) = centre.of(ReliefBegan)
    assert (began.queue, began.group, began.because, began.waiting) == ("support", NIGHT, (ReliefCondition.WAITING,), 3)
    assert (centre.offered().contact, centre.offered().agent, centre.offered().why.helps) == ("c1", "ben", True)


def test_own_agents_go_first_and_own_contacts_go_first() -> None:
    centre = centre_with(TWO_WAIT)
    centre.sign_in("ben")
    for _ in range(3):
        centre.call()
    engagement = accept(centre)
    centre.sign_in("anna")
    assert (centre.offered().agent, centre.offered().why.helps) == ("anna", False)
    # Ben has been asked for by his own queue meanwhile: that comes before whoever waits longer where he helps.
    centre.wait(5)
    centre.call("sales")
    centre.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    assert (centre.offered().agent, centre.offered().queue, centre.offered().why.helps) == ("ben", "sales", False)


def test_an_idle_agent_of_the_queue_is_asked_before_one_who_helps_and_was_idle_for_longer() -> None:
    centre = centre_with(ReliefRule(NIGHT, hours=(0, 1439)))
    centre.sign_in("ben")
    centre.wait(60)
    centre.sign_in("anna")
    centre.call()
    assert centre.offered().agent == "anna"
    centre.call()
    assert centre.offered().agent == "ben"


def test_or_who_becomes_idle_at_the_same_moment() -> None:
    centre = Centre(
        queues=[support(ReliefRule(ReliefGroup(team="night"), ReliefBounds(waiting=1)), when_nobody=WhenNobody.STAY)],
        agents=[AgentSettings("anna", (), team="night"), AgentSettings("ben", ("support",))],
    )
    centre.sign_in("anna", "ben")
    first, second = centre.call(), centre.call()
    for lease in list(centre.floor.state.leases.values()):
        centre.tell(OfferRejected(lease.offer, lease.fence))
    centre.tell(ContactLeft(first))
    centre.wait(5)
    assert (centre.offered().contact, centre.offered().agent) == (second, "ben")


def test_who_helps_must_have_what_is_needed() -> None:
    centre = centre_with(TWO_WAIT, requires=(Requirement("french", 2),))
    centre.sign_in("ben")
    for _ in range(4):
        centre.call()
    assert centre.floor.state.helping
    assert not centre.of(Offered)
    assert centre.floor.state.queues["support"].exclusions(centre.floor.state.visits["c1.v1"].needs)


def test_it_leaves_below_the_lower_limit_after_its_minimal_stay_and_not_before() -> None:
    centre = centre_with(TWO_WAIT)
    for _ in range(3):
        centre.call()
    began = centre.now
    centre.tell(ContactLeft("c1"))
    centre.tell(ContactLeft("c2"))
    assert not centre.of(ReliefEnded)
    centre.wait(299)
    assert centre.floor.state.helping
    centre.wait(2)
    (ended,) = centre.of(ReliefEnded)
    assert (ended.why, ended.began, ended.waiting) == (ReliefEnd.CALM, began, 1)
    assert centre.floor.next_deadline() is None


def test_it_does_not_flap_around_its_limit() -> None:
    centre = centre_with(TWO_WAIT)
    seen: list[object] = []
    for _ in range(3):
        centre.call()
    seen += centre.of(ReliefBegan)
    # Half an hour around the upper limit: one more, one less. The lower limit is never reached.
    for contact in range(1, 31):
        centre.tell(ContactLeft(f"c{contact}"))
        seen += centre.of(ReliefEnded)
        centre.wait(30)
        seen += [*centre.of(ReliefBegan), *centre.of(ReliefEnded)]
        centre.call()
        seen += centre.of(ReliefBegan)
        centre.wait(30)
        seen += [*centre.of(ReliefBegan), *centre.of(ReliefEnded)]
    assert len(seen) == 1


def test_a_head_who_waits_too_long_calls_for_help_at_that_very_moment() -> None:
    centre = centre_with(ReliefRule(NIGHT, ReliefBounds(longest_wait=2 * MINUTE)))
    centre.sign_in("ben")
    centre.call()
    assert centre.floor.next_deadline() == centre.now + 2 * MINUTE + 1
    centre.wait(119)
    assert not centre.floor.state.helping
    centre.wait(2)
    (began,) = centre.of(ReliefBegan)
    assert (began.because, began.longest_wait) == ((ReliefCondition.LONGEST_WAIT,), 2 * MINUTE + 1)
    assert centre.offered().agent == "ben"


def test_all_limits_or_any() -> None:
    bounds = ReliefBounds(waiting=1, longest_wait=MINUTE)
    one, both = Figures(2, 0, None), Figures(2, MINUTE + 1, None)
    assert reasons(ReliefRule(NIGHT, bounds), one) == (ReliefCondition.WAITING,)
    assert reasons(ReliefRule(NIGHT, bounds, match=ReliefMatch.ALL), one) == ()
    assert reasons(ReliefRule(NIGHT, bounds, match=ReliefMatch.ALL), both) == (
        ReliefCondition.WAITING,
        ReliefCondition.LONGEST_WAIT,
    )
    assert not goes_on(ReliefRule(NIGHT, bounds), Figures(0, MINUTE // 2, None))


def test_the_service_level_of_the_last_minutes_counts_by_the_queues_own_formula() -> None:
    centre = centre_with(ReliefRule(NIGHT, ReliefBounds(service_level=70), last=10))
    centre.sign_in("anna")
    for _ in range(3):
        centre.call()
        centre.tell(EngagementEnded(accept(centre), TalkEnd.CUSTOMER))
    centre.call()
    busy = accept(centre)
    # Four of four in time; two who give up late make it four of six, and two more below a limit of 70 too.
    late = [centre.call(), centre.call()]
    centre.wait(30)
    centre.tell(ContactLeft(late[0]))
    assert not centre.of(ReliefBegan)
    centre.tell(ContactLeft(late[1]))
    (began,) = centre.of(ReliefBegan)
    assert (began.because, began.service_level) == ((ReliefCondition.SERVICE_LEVEL,), 67)
    centre.tell(EngagementEnded(busy, TalkEnd.CUSTOMER))
    # Ten minutes later none of that counts any more.
    centre.wait(11 * 60)
    assert centre.of(ReliefEnded)[0].why is ReliefEnd.CALM
    assert centre.floor.next_deadline() is None


def test_few_contacts_are_no_service_level() -> None:
    centre = centre_with(ReliefRule(NIGHT, ReliefBounds(service_level=70)))
    for _ in range(4):
        contact = centre.call()
        centre.wait(40)
        centre.tell(ContactLeft(contact))
    assert not centre.floor.state.helping


@pytest.mark.parametrize(
    ("hours", "moment", "helps"),
    [
        ((540, 720), 9, True),
        ((540, 720), 12, False),
        ((1320, 360), 23, True),
        ((1320, 360), 3, True),
        ((1320, 360), 6, False),
    ],
)
def test_hours_are_the_clients_and_may_pass_midnight(hours: tuple[int, int], moment: int, helps: bool) -> None:
    # START's day; in January Berlin is an hour ahead of UTC.
    midnight = 1_767_571_200_000_000
    rule = ReliefRule(NIGHT, hours=hours)
    assert within_hours(rule, "Europe/Berlin", midnight + (moment - 1) * HOUR) is helps
    change = hours_change(rule, "Europe/Berlin", midnight + moment * HOUR + 1)
    assert change is not None
    assert midnight + moment * HOUR < change <= midnight + (moment + 1) * HOUR


def test_it_helps_within_its_hours_and_leaves_at_their_end_whatever_waits() -> None:
    begins = (START // MINUTE + 30) % 1440
    rule = ReliefRule(NIGHT, hours=(begins, (begins + 60) % 1440), stays=3 * HOUR)
    centre = centre_with(rule)
    centre.call()
    centre.wait(29 * 60)
    assert not centre.floor.state.helping
    centre.wait(2 * 60)
    assert centre.of(ReliefBegan)[0].because == (ReliefCondition.TIME,)
    centre.wait(60 * 60)
    (ended,) = centre.of(ReliefEnded)
    assert (ended.why, ended.waiting) == (ReliefEnd.TIME, 1)


def test_with_the_group_goes_whoever_waits_where_nobody_else_is_there() -> None:
    begins = (START // MINUTE) % 1440
    centre = centre_with(ReliefRule(NIGHT, hours=(begins, begins + 10)), when_nobody=WhenNobody.LEAVE)
    centre.sign_in("ben")
    centre.call()
    accept(centre)
    waiting = centre.call()
    assert not centre.of(QueueLeft)
    centre.wait(11 * 60)
    assert [(left.contact, left.how) for left in centre.of(QueueLeft)] == [(waiting, VisitEnd.NOBODY_SIGNED_IN)]
    # Who talks is not disturbed.
    assert len(centre.floor.state.engagements) == 1


def test_a_team_that_changes_meanwhile_brings_its_new_people_and_lets_the_others_go() -> None:
    centre = centre_with(TWO_WAIT)
    centre.sign_in("cleo")
    for _ in range(3):
        centre.call()
    accept(centre)
    newer = Configuration(2, (support(TWO_WAIT), queue("sales")), tuple(people(ben="night", cleo="day")))
    centre.tell(ConfigurationTaken(newer))
    assert centre.floor.state.queues["support"].helpers == {"ben"}
    centre.sign_in("ben")
    assert centre.offered().agent == "ben"


def test_a_rule_that_is_taken_out_ends_its_relief() -> None:
    centre = centre_with(TWO_WAIT)
    for _ in range(3):
        centre.call()
    centre.tell(ConfigurationTaken(Configuration(2, (queue("support"), queue("sales")), tuple(people()))))
    assert [ended.why for ended in centre.of(ReliefEnded)] == [ReliefEnd.CONFIGURATION]
    assert not centre.floor.state.queues["support"].helpers
    assert not centre.floor.state.helping


def test_it_survives_a_restart_and_the_journal_decides_the_same_again() -> None:
    centre = centre_with(TWO_WAIT, ReliefRule(ReliefGroup(queue="sales"), ReliefBounds(service_level=90), last=5))
    centre.sign_in("ben")
    for _ in range(3):
        centre.call()
    accept(centre)
    restored = Floor()
    restored.restore(centre.floor.snapshot())
    assert restored.state.queues["support"].helpers == {"ben", "cleo"}
    assert restored.next_deadline() == centre.floor.next_deadline()
    centre.wait(700)
    for contact in ("c2", "c3"):
        centre.tell(ContactLeft(contact))
    centre.wait(700)
    assert not centre.floor.state.helping
    replay = Replay()
    assert [found for entry in centre.entries if (found := replay.check(entry)) is not None] == []
