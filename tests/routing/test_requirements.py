"""Requirements: what a text means, who satisfies it, and that reading is total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.histories import needs as any_needs
from switchboard.routing.requirement_text import DEEPEST, LONGEST, Unreadable, read_needs, renamed, write_needs
from switchboard.routing.requirements import (
    AfterSteps,
    Compare,
    Either,
    Every,
    InTeam,
    Not,
    OneAgent,
    Requirement,
    SkillLevel,
    Step,
    Wanted,
    levels,
    mentioned,
    satisfied,
    wanted_by,
)

GERMAN = {"german": 3}


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("german", SkillLevel("german")),
        ("german > 2", SkillLevel("german", 2, Compare.MORE)),
        ("not german", Not(SkillLevel("german"))),
        ("team:vip", InTeam("vip")),
        ('agent:anna or agent:"or"', Either((OneAgent("anna"), OneAgent("or")))),
        ("a or b and not c", Either((SkillLevel("a"), Every((SkillLevel("b"), Not(SkillLevel("c"))))))),
        ("(a OR b) AND C", Every((Either((SkillLevel("a"), SkillLevel("b"))), SkillLevel("c")))),
        ('"not"<=2', SkillLevel("not", 2, Compare.AT_MOST)),
        ("  night-shift\n!= 4 ", SkillLevel("night-shift", 4, Compare.OTHER)),
    ],
)
def test_a_text_and_what_it_means(text: str, means: object) -> None:
    assert read_needs(text) == means


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 1, "expected a skill"),
        ("german >=", 10, "expected a level from 0 to 10"),
        ("german >= 11", 11, "expected a level"),
        ("german sales", 8, "expected 'and' or 'or'"),
        ("(german", 8, r"expected '\)'"),
        ("german and", 11, "expected a skill"),
        ("agent:", 7, "the key of an agent"),
        ("german & sales", 8, "'&' does not belong here"),
        ("Fran\u00e7ais", 5, "'\u00e7' does not belong here"),
        ("(" * (DEEPEST + 2), DEEPEST + 2, "deep"),
        ("not " * (DEEPEST + 2) + "a", 4 * (DEEPEST + 1) + 1, "deep"),
        ("a" * (LONGEST + 1), LONGEST + 1, "at most"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, position: int, expected: str) -> None:
    with pytest.raises(Unreadable, match=expected) as raised:
        read_needs(text)
    assert raised.value.position == position


@given(st.text(max_size=60) | st.text('ab ()<>=!:"-.1and or not team:agent:', max_size=60))
def test_any_text_is_read_or_refused_with_the_one_error(text: str) -> None:
    try:
        needs = read_needs(text)
    except Unreadable as error:
        said = error.position
    else:
        said = 1
        assert read_needs(write_needs(needs)) == needs
    assert 1 <= said <= len(text) + 1


@given(any_needs)
def test_what_is_written_is_read_again_and_means_the_same(needs: object) -> None:
    read = read_needs(write_needs(needs))  # type: ignore[arg-type]
    for skills in ({}, {"english": 0}, {"english": 1}, {"english": 2, "french": 3}):
        for agent, team in (("anna", None), ("ben", "seniors"), ("cleo", "trainees")):
            assert satisfied(read, agent, team, skills) == satisfied(needs, agent, team, skills)  # type: ignore[arg-type]


@pytest.mark.parametrize("compare", ["", "<= 5", "< 5", "== 5", "!= 5", ">= 0", "> 0"])
def test_a_comparison_with_a_missing_skill_is_false_and_not_turns_it_round(compare: str) -> None:
    assert not satisfied(read_needs(f"german {compare}"), "anna", None, {})
    assert satisfied(read_needs(f"not german {compare}"), "anna", None, {})


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("german == 3", True),
        ("german != 3", False),
        ("german > 3 or german < 3", False),
        ("german and not english", True),
        ("german >= 3 and (english or not beginner)", True),
        ("agent:anna and team:seniors", True),
        ("agent:ben or team:trainees", False),
    ],
)
def test_who_satisfies_it(text: str, holds: bool) -> None:
    assert satisfied(read_needs(text), "anna", "seniors", GERMAN) is holds


def test_the_queues_and_the_contacts_wishes_hold_together_and_his_steps_stand_in() -> None:
    of_queue = Wanted(SkillLevel("a"), (Step(SkillLevel("b"), 1),), AfterSteps.STAY)
    own = Wanted(SkillLevel("c"), (Step(SkillLevel("d"), 2),))
    assert wanted_by(of_queue, own) == Wanted(Every((SkillLevel("a"), SkillLevel("c"))), own.steps)
    assert wanted_by(of_queue, Wanted(SkillLevel("a"))) == of_queue
    assert wanted_by(None, None) is None
    assert levels([Requirement("a", 2), Requirement("b")]) == Every((SkillLevel("a", 2), SkillLevel("b")))


def test_names_become_ids_and_names_again() -> None:
    needs = read_needs("german >= 2 and not (agent:anna or team:vip)")
    by_id = renamed(needs, lambda kind, key: f"{kind}-{key}")
    assert {type(one) for one in mentioned(by_id)} == {SkillLevel, OneAgent, InTeam}
    assert write_needs(by_id, lambda _, id_: id_.split("-")[1]) == "german >= 2 and not (agent:anna or team:vip)"
