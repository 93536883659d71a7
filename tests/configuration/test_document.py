"""Configuration files with faults: every problem by line and field, in one pass."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from support.configured import DEMO, SECRETS, configuration_on, sources, wav
from support.flow_data import anything, flows
from switchboard.configuration.document import read_document
from switchboard.configuration.sections import SECTIONS
from switchboard.configuration.yaml_text import Text, read_yaml, write_yaml
from switchboard.kit.errors import Invalid
from switchboard.storage.database import Database

NAMES = [section.name for section in SECTIONS]
HEAD = "organization: {key: acme, name: Acme}\nclients: [{key: b, name: B, time_zone: UTC, region: DE}]\n"


def told(text: str) -> list[str]:
    parsed = read_yaml(text.encode())
    return [f"{parsed.line(problem.path)}: {problem}" for problem in read_document(parsed)[1]]


@given(anything | st.dictionaries(st.sampled_from([*NAMES, "organization"]), anything))
@settings(max_examples=200)
def test_reading_is_total(data: Any) -> None:
    document, problems = read_document(Text(data, {}))
    assert problems or document.organization.key


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
@given(data=st.data())
@settings(max_examples=30)
def test_every_section_is_total(section: Any, data: st.DataObject) -> None:
    known = st.sampled_from(
        ["key", "name", "client", "week", "special", "roles", "agent", "password", "addresses", "register", "env"]
    )
    item = st.dictionaries(known, anything, max_size=5)
    raw = {"organization": {"key": "a"}, section.name: data.draw(st.lists(item, max_size=2))}
    document, problems = read_document(Text(raw, {}))
    if not problems:
        for entry in document.sections[section.name].values():
            again = {"organization": {"key": "a"}, section.name: [section.write(entry)]}
            if section.name != "sounds":
                assert read_document(Text(again, {}))[0].sections == {section.name: {entry.key: entry}}


def test_the_demo_has_no_problems() -> None:
    assert told(DEMO.read_text()) == []


def test_the_demo_names_only_secrets_that_have_a_name() -> None:
    assert set(re.findall(r"env: (\w+)", DEMO.read_text())) == set(SECRETS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("queues: [{key: q}]", "3: queues.q: the field 'client' is missing"),
        ("queues:\n  - key: q\n    client: b\n    ring_time: 20x", (
            "6: queues.q.ring_time: must be a duration such as 20s, 10m or 1h30m, not '20x'"
        )),
        ("queues: [{key: q, client: b, rign_time: 20s}]", (
            "3: queues.q.rign_time: there is no such field; did you mean 'ring_time'?"
        )),
        ("people:\n  - {key: p, name: P, password: secret}", (
            "4: people.p.password: a secret does not stand in the file; write {env: NAME} or {file: PATH}"
        )),
        ("people: [{key: p, name: P, roles: [boss]}]", (
            "3: people.p.roles[0]: must be one of administrator, supervisor, agent, survey"
        )),
        ("people: [{key: p, name: P, agent: {queues: []}}]", (
            "3: people.p.agent: only a person whose roles contain 'agent' has queues and skills"
        )),
        ("people: [{key: p, name: P, user_name: x}, {key: q, name: Q, user_name: X}]", (
            "3: people.q.user_name: 'p' has this user name already"
        )),
        ("skills: [{key: a}, {key: a}]", "3: skills.a: the key 'a' stands here twice"),
        ("clients2: []", "3: clients2: there is no such field; did you mean 'clients'?"),
        ("numbers: [{number: 12x, client: b, flow: f}]", (
            "3: numbers.12x.number: must be a number such as +49301234567 or 100, or a name"
        )),
        ("trunks: [{key: t}]", (
            "3: trunks.t: give at least one of addresses, register, digest: how else is its caller known?"
        )),
        ("trunks: [{key: t, addresses: [300.1.1.1]}]", (
            "3: trunks.t.addresses[0]: '300.1.1.1' is not an IP address or network such as 192.0.2.7 or 192.0.2.0/24"
        )),
        ("phones: [{key: p, contact: 'tel:1'}]", (
            "3: phones.p.contact: must be a SIP address such as sip:192.0.2.7:5060"
        )),
        ("flows:\n  - key: f\n    steps:\n      - say: {txt: x}", (
            "6: flows.f.steps[0].say.txt: there is no such field; did you mean 'text'?"
        )),
    ],
)  # fmt: skip
def test_a_problem_names_line_and_field(text: str, message: str) -> None:
    assert message in told(HEAD + text)


def test_a_bad_time_zone_is_the_rooms_own_message() -> None:
    (problem,) = told(HEAD.replace("UTC", "Europe/Atlantis"))
    assert problem.startswith("2: clients.b.time_zone: not a time zone")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("""queues: [{key: support, client: b}]
flows: [{key: w, steps: [{say: {text: a}}, {play: {sound: music}}, {enqueue: {queue: suport}}]}]""",
         "line 4: flows.w.steps[2].enqueue.queue: no queue has the key 'suport'; did you mean 'support'?"),
        ("queues: [{key: q, client: x}]", "line 3: queues.q.client: no client has the key 'x'"),
        ("queues: [{key: q, client: b, strategy: best}]", "line 3: queues.q.strategy: "),
        ("people:\n  - {key: p, name: P, roles: [agent],\n     agent: {skills: {welsh: 3}}}",
         "line 5: people.p.agent.skills.welsh: no skill has the key 'welsh'"),
        ("people: [{key: p, name: P, password: {env: NOT_SET}}]",
         "line 3: people.p.password: the environment variable NOT_SET is not set"),
        ("people: [{key: p, name: P, password: {file: nowhere}}]", "line 3: people.p.password: the file"),
        ("people: [{key: p, name: P, password: {file: short}}]", "line 3: people.p.password: "),
        ("sounds: [{key: s, file: broken.wav}]",
         "line 3: sounds.s.file: the WAV file is cut off: 60 of 1000 bytes of sound are there"),
        ("sounds: [{key: s, file: nothing.wav}]", "line 3: sounds.s.file: the file nothing.wav cannot be read"),
        ("sounds: [{key: s, kept: ../../etc/passwd}]", "line 3: sounds.s.kept: the sounds folder holds no such file"),
        ("flows: [{key: f, language: xx, steps: [{say: {text: a}}]}]",
         "line 3: flows.f.language: there is no voice for the language 'xx'"),
        ("a: [", "line 3: the file is not YAML"),
    ],
)  # fmt: skip
async def test_what_only_the_rooms_know_is_named_by_line_too(
    sqlite_database: Database, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "broken.wav").write_bytes(wav(bytes(1_000), 8_000)[:-940])
    (tmp_path / "short").write_text("abc\n")
    with pytest.raises(Invalid) as caught:
        await configuration_on(sqlite_database, tmp_path).apply((HEAD + text).encode(), sources(tmp_path))
    assert any(line.startswith(message) for line in caught.value.text.splitlines()), caught.value.text


keys = st.sampled_from(["a", "b", "c"])
numbers = st.sampled_from(["+49301234567", "0301", "100"])
names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=12)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Plain data of a valid file in which everything refers to what there is."""
    skills = draw(st.lists(keys, min_size=1, unique=True))
    queues = draw(st.lists(keys, min_size=1, unique=True))
    seconds = st.integers(1, 180)
    requires = st.dictionaries(st.sampled_from(skills), st.integers(1, 10))
    people = draw(st.lists(keys, unique=True))
    who = st.sampled_from([f"{skills[0]} >= 3", f"not {skills[-1]} or team:crew", *[f"agent:{one}" for one in people]])
    steps = st.lists(st.fixed_dictionaries({"who": who, "for": seconds}), max_size=2)
    wanted = st.just({}) | st.fixed_dictionaries({"who": who, "look_for": steps})
    length = st.just({}) | st.fixed_dictionaries(
        {"max_length": st.integers(0, 99), "longest_pause": st.integers(1, 99)}
    )
    ranking = st.just({}) | st.fixed_dictionaries(
        {"ranking": st.fixed_dictionaries({"rank": st.integers(-2, 2), "weight": st.integers(1, 9)})}
    )
    raw_flows = [
        one
        for one in draw(st.lists(flows, max_size=2, unique_by=lambda flow: flow["key"]))
        if not re.search(r"'(support|sales|billing)'", str(one["steps"]))
    ]
    return {
        "organization": {"key": "acme", "name": draw(names)},
        "clients": [{"key": "brand", "name": draw(names), "time_zone": "Asia/Tokyo", "region": "JP"}],
        "skills": [{"key": key, "name": draw(names)} for key in skills],
        "teams": [{"key": "crew", "name": draw(names)}],
        "queues": [
            {"key": key, "client": "brand", "name": draw(names), "ring_time": draw(seconds)}
            | {"max_wait": f"{draw(seconds)}m", "wrap_up": draw(seconds), "requires": draw(requires)}
            | {"music": draw(st.sampled_from(["music", "silence"]))}
            | draw(wanted)
            | draw(ranking)
            | draw(length)
            for key in queues
        ],
        "people": [
            {"key": key, "name": draw(names), "roles": ["agent"], "user_name": f"user-{key}"}
            | {
                "agent": {"queues": draw(st.lists(st.sampled_from(queues), unique=True)), "skills": draw(requires)}
                | {"tiers": draw(st.dictionaries(st.sampled_from(queues), st.integers(1, 10))), "cost": draw(seconds)}
            }
            for key in people
        ],
        "flows": raw_flows,
        "numbers": [{"number": draw(numbers), "client": "brand", "flow": one["key"]} for one in raw_flows[:1]],
        # What the flows' steps may name.
        "hours": [{"key": key, "name": key, "week": {}} for key in ("always", "never", "unknown")],
    }  # fmt: skip


@pytest.mark.slow
@given(first=files(), second=files())
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
async def test_applying_what_was_exported_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, first: Any, second: Any
) -> None:
    """Whatever was applied before, with or without pruning."""

    database = Database.open("sqlite://")
    await database.create_all()
    folder = tmp_path_factory.mktemp("sounds")
    configuration = configuration_on(database, folder)
    for data, prune in ((first, False), (second, True)):
        content = write_yaml(data).encode()
        applied = await configuration.apply(content, sources(folder), prune=prune)
        assert applied.organization is not None
        assert (await configuration.plan(content, sources(folder), prune=prune)).changes == ()
        exported = await configuration.export(applied.organization)
        assert (await configuration.plan(exported.encode(), sources(folder), prune=True)).changes == ()
    await database.close()
