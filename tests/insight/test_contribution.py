"""What one contact adds: once in each place, whatever detours it took."""

from dataclasses import replace

from switchboard.insight.decide import contribution, figure, total
from switchboard.insight.model import WHOLE, Cell, Facts, Rule, Rules, Sums, Visit, Work

S = 1_000_000
RULES = Rules(
    {"sales": Rule("acme", 20 * S, 5 * S), "support": Rule("acme", 60 * S, 5 * S, "answered")},
    {"acme": "Europe/Berlin"},
    {"anna": "day", "ben": "night", "cleo": "night"},
)


def visit(queue: str, entered: int, left: int, how: str) -> Visit:
    return Visit(queue, entered * S, left * S, how)


def work(agent: str, queue: str, visit_: str, *, talk: int = 60, wrap_up: int | None = 0) -> Work:
    return Work(queue, agent, visit_, 5 * S, talk * S, 0, None if wrap_up is None else wrap_up * S)


def facts(*visits: Visit, works: tuple[Work, ...] = ()) -> Facts:
    named = {f"v{number}": one for number, one in enumerate(visits)}
    return Facts("acme", 0, True, named, {f"e{number}": one for number, one in enumerate(works)})


def test_an_answered_call_counts_in_the_whole_its_client_its_queue_and_its_team() -> None:
    one = facts(visit("sales", 0, 12, "answered"), works=(work("anna", "sales", "v0", wrap_up=30),))
    counted = contribution(one, RULES)
    everywhere = Sums(
        offered=1,
        answered=1,
        answered_in_time=1,
        queue_time=12 * S,
        handled=1,
        ring=5 * S,
        talk=60 * S,
        wrap_up=30 * S,
        longest=12 * S,
    )
    places = (WHOLE, "acme", "sales")
    assert counted == {Cell(place, team): everywhere for place in places for team in (None, "day")}


def test_a_contact_sent_on_is_other_in_its_first_queue_and_once_in_the_whole() -> None:
    one = facts(
        visit("sales", 0, 30, "max wait"),
        visit("support", 30, 45, "answered"),
        works=(work("anna", "support", "v1"),),
    )
    counted = contribution(one, RULES)
    assert counted[Cell("sales")] == Sums(offered=1, other=1, longest=30 * S)
    assert (counted[Cell("support")].answered, counted[Cell("support")].queue_time) == (1, 15 * S)
    whole = counted[Cell(WHOLE)]
    assert (whole.offered, whole.answered, whole.other, whole.queue_time) == (1, 1, 0, 45 * S)
    # 45 s are in time for support, which answered, though not for sales.
    assert whole.answered_in_time == 1


def test_who_found_no_room_was_not_offered_and_spoils_no_figure() -> None:
    counted = contribution(facts(visit("sales", 5, 5, "full")), RULES)
    assert counted == {Cell(place): Sums(full=1) for place in (WHOLE, "acme", "sales")}
    shown = figure(Cell("sales"), counted[Cell("sales")], [], RULES)
    assert (shown.full, shown.offered, shown.service_level) == (1, 0, None)


def test_who_overflowed_counts_where_he_left_and_where_he_came() -> None:
    one = facts(
        visit("sales", 0, 30, "overflowed after max wait"),
        visit("support", 30, 45, "answered"),
        works=(work("anna", "support", "v1"),),
    )
    counted = contribution(one, RULES)
    assert counted[Cell("sales")] == Sums(offered=1, other=1, overflowed_out=1, longest=30 * S)
    support = counted[Cell("support")]
    assert (support.offered, support.answered, support.overflowed_in, support.queue_time) == (1, 1, 1, 15 * S)
    whole = counted[Cell(WHOLE)]
    assert (whole.offered, whole.answered, whole.other, whole.queue_time) == (1, 1, 0, 45 * S)
    full = contribution(facts(visit("sales", 5, 5, "overflowed when full"), visit("support", 5, 9, "abandoned")), RULES)
    assert full[Cell("sales")] == Sums(full=1, overflowed_out=1)
    assert (full[Cell(WHOLE)].full, full[Cell(WHOLE)].offered, full[Cell(WHOLE)].abandoned) == (0, 1, 1)


def test_a_caller_who_gives_up_after_he_was_answered_was_answered() -> None:
    """An agent's media were lost and he was put back into line with his old place."""
    one = facts(
        visit("sales", 0, 10, "answered"),
        visit("sales", 0, 50, "abandoned"),
        works=(work("anna", "sales", "v0"),),
    )
    whole = contribution(one, RULES)[Cell(WHOLE)]
    assert (whole.offered, whole.answered, whole.abandoned, whole.queue_time) == (1, 1, 0, 10 * S)


def test_what_two_stays_share_is_waited_once() -> None:
    one = facts(visit("sales", 0, 10, "media lost"), visit("sales", 0, 50, "abandoned while offered"))
    whole = contribution(one, RULES)[Cell("sales")]
    assert (whole.abandoned, whole.abandoned_in_time, whole.longest) == (1, 0, 50 * S)


def test_giving_up_is_in_time_up_to_the_threshold_and_short_up_to_the_limit() -> None:
    def gave_up(seconds: int) -> tuple[int, int]:
        sums = contribution(facts(visit("sales", 0, seconds, "abandoned")), RULES)[Cell("sales")]
        return sums.abandoned_in_time, sums.short

    assert [gave_up(seconds) for seconds in (5, 6, 20, 21)] == [(1, 1), (1, 0), (1, 0), (0, 0)]


def test_who_is_handed_over_was_transferred_by_the_one_who_did_it() -> None:
    handing = replace(work("anna", "sales", "v0"), transferred=True)
    one = facts(
        visit("sales", 0, 10, "answered"),
        visit("support", 0, 130, "answered"),
        works=(handing, work("ben", "support", "v1")),
    )
    counted = contribution(one, RULES)
    rates = {cell: figure(cell, sums, [], RULES).transfer_rate for cell, sums in counted.items()}
    assert (rates[Cell(WHOLE)], rates[Cell("acme")]) == (0.5, 0.5)
    assert (rates[Cell("sales")], rates[Cell("support")]) == (1.0, 0.0)
    assert (rates[Cell(WHOLE, "day")], rates[Cell(WHOLE, "night")]) == (1.0, 0.0)


def test_two_agents_of_two_teams_each_answered_and_the_contact_counts_once_as_a_whole() -> None:
    one = facts(
        visit("sales", 0, 10, "answered"),
        visit("support", 100, 130, "answered"),
        works=(work("anna", "sales", "v0"), work("ben", "support", "v1")),
    )
    counted = contribution(one, RULES)
    assert counted[Cell(WHOLE)].answered == 1
    assert counted[Cell(WHOLE)].handled == 2
    assert counted[Cell(WHOLE, "day")].answered == counted[Cell(WHOLE, "night")].answered == 1
    assert Cell("sales", "night") not in counted
    assert counted[Cell("support", "night")].queue_time == 30 * S
    assert counted[Cell(WHOLE, "night")].queue_time == 40 * S


def test_work_counts_when_it_is_done() -> None:
    one = facts(visit("sales", 0, 10, "answered"), works=(work("anna", "sales", "v0", wrap_up=None),))
    assert contribution(one, RULES)[Cell("sales")].handled == 0
    assert not one.final
    one.works["e0"].wrap_up = 7 * S
    assert contribution(one, RULES)[Cell("sales")].wrap_up == 7 * S
    assert one.final


def test_a_contact_that_stood_in_no_line_adds_nothing() -> None:
    assert contribution(facts(), RULES) == {}


def test_the_published_example_gives_the_published_service_levels() -> None:
    """1000 answered of which 860 within T; 60 gave up, 20 within T, 10 of them at once."""
    waits = [("answered", 10)] * 860 + [("answered", 30)] * 140
    waits += [("abandoned", 3)] * 10 + [("abandoned", 15)] * 10 + [("abandoned", 40)] * 40
    told = {
        "offered": 0.830,
        "answered": 0.860,
        "strict": 0.811,
        "patient": 0.827,
        "short forgiven": 0.821,
    }
    for key, level in told.items():
        rules = Rules({"sales": Rule("acme", 20 * S, 5 * S, key)}, {"acme": "UTC"})
        sums = total((facts(visit("sales", 0, wait, how)) for how, wait in waits), rules)
        shown = figure(Cell("sales"), sums[Cell("sales")], [], rules)
        assert shown.service_level is not None
        assert round(shown.service_level, 3) == level
        assert shown.formula == f"service level, {key}/1"
        assert (shown.offered, shown.answered, shown.abandoned) == (1060, 1000, 60)


def test_a_place_whose_queues_differ_says_so() -> None:
    shown = figure(Cell("acme"), Sums(), [], RULES)
    assert shown.threshold is None
    assert shown.formula == "service level, offered/1"
    assert figure(Cell("support"), Sums(), [], RULES).formula == "service level, answered/1"
    assert figure(Cell("support", "day"), Sums(), [], RULES).formula == "service level, answered/1"
    assert shown.service_level is shown.asa is shown.aht is None
