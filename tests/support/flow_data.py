"""Flow documents for tests, and plain data of any shape."""

from typing import Any

from hypothesis import strategies as st

from switchboard.flows.document import read_flow
from switchboard.flows.model import FlowDocument
from switchboard.flows.steps import KINDS

SAMPLES: dict[str, list[dict[str, Any]]] = {
    "say": [{"text": "Good day."}],
    "play": [{"sound": "jingle"}],
    "enqueue": [
        {"queue": "support"},
        {
            "queue": "support",
            "priority": -3,
            "requires": {"english": 2, "german": 1},
            "customer_needs": False,
            "who": "english and not team:trainees",
            "look_for": [{"who": "english >= 4", "for": "30s"}, {"who": "agent:anna or german", "for": "1m"}],
            "afterwards": "stay",
            "prefer": ["last agent", "anna", "personal agent", "own branch", "ben"],
            "prefer_for": "20s",
            "last_agent_days": 14,
            "returning": {"after": "level-2", "within": "48h", "priority": 20, "queue": "level-2"},
            "music": "silence",
            "nobody": [{"say": {"text": "Nobody is here."}}, {"hangup": {}}],
            "max_wait": [{"enqueue": {"queue": "sales"}}],
            "closed": [],
            "keys": {"1": [{"say": {"text": "Thank you."}}], "*": ["back"]},
        },
    ],
    "callback": [{"queue": "support"}, {"queue": "sales", "promised": "We call you.", "sorry": "Not now."}],
    "hangup": [{}, {"why": "thanks"}],
    "menu": [
        {"text": "Press one.", "keys": {"1": [{"enqueue": {"queue": "support"}}]}},
        {
            "sound": "menu",
            "name": "main",
            "keys": {
                "1": [{"say": {"text": "Address."}}, "back"],
                "2": [{"menu": {"text": "Deeper.", "keys": {"#": [{"back": {"to": "main"}}]}, "up": "*"}}],
                "0": [],
            },
            "labels": {"1": "Address", "2": "More"},
            "repeat": "9",
            "wait": "8s",
            "wrong": {"text": "That key is not in use.", "limit": 2},
            "missing": {"sound": "hurry"},
            "default": [{"hangup": {}}],
        },
    ],
    "back": [{}, {"to": "main"}],
    "hours": [
        {"hours": "office", "closed": [{"say": {"text": "Closed."}}]},
        {"hours": "office", "open": [{"enqueue": {"queue": "sales"}}], "closed": []},
    ],
}
"""Valid bodies of every registered step; the contract suite fails for a step without one."""

_fields = "key name steps text queue sound nobody max_wait version language keys 1 * default wrong missing limit wait"
words = st.sampled_from([*KINDS, *_fields.split(), "repeat", "up", "to", "open", "skip"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | words | st.just("20s")
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=6), inner, max_size=4),
    max_leaves=25,
)
"""What JSON or YAML can hold, leaning towards our words."""

_keys = st.sampled_from(["support", "sales", "billing"])
_texts = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=20).filter(
    lambda text: bool(text.strip())
)


def _enqueue(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branch = st.lists(steps, max_size=3)
    return st.fixed_dictionaries(
        {"queue": _keys},
        optional={
            "priority": st.integers(-100, 100),
            "requires": st.dictionaries(_keys, st.integers(1, 10), max_size=2),
            "who": st.sampled_from(["english", "not (team:a or agent:b) and german >= 2"]),
            "returning": st.fixed_dictionaries(
                {"after": _keys, "within": st.integers(0, 900), "priority": st.integers(-100, 100)},
                optional={"queue": _keys},
            ),
            "look_for": st.lists(
                st.fixed_dictionaries({"who": st.just("english > 3"), "for": st.integers(1, 90)}), max_size=2
            ),
            "music": _keys,
            "nobody": branch,
            "max_wait": branch,
            "closed": branch,
        },
    ).map(lambda body: {"enqueue": body})


_buttons = st.sampled_from(list("12*#"))


def _menu(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branch = st.lists(steps, max_size=3) | st.lists(steps, max_size=2).map(lambda some: [*some, "back"])
    retry = st.fixed_dictionaries({"limit": st.integers(1, 3)}, optional={"text": _texts})
    return st.fixed_dictionaries(
        {"text": _texts, "keys": st.dictionaries(_buttons, branch, max_size=3)},
        optional={
            "repeat": st.just("9"),
            "wait": st.integers(0, 20),
            "wrong": retry,
            "missing": retry,
            "default": branch,
        },
    ).map(lambda body: {"menu": body})


def _hours(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branch = st.lists(steps, max_size=3)
    return st.fixed_dictionaries(
        {"hours": st.sampled_from(["always", "never", "unknown"]), "closed": branch}, optional={"open": branch}
    ).map(lambda body: {"hours": body})


def _leaving(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A line that can be left by a key."""
    branch = st.lists(steps, max_size=2) | st.just(["back"])
    return st.fixed_dictionaries({"queue": _keys, "keys": st.dictionaries(_buttons, branch, max_size=2)}).map(
        lambda body: {"enqueue": body}
    )


_leaves = (
    _texts.map(lambda text: {"say": {"text": text}})
    | _keys.map(lambda key: {"play": {"sound": key, "skip": True}})
    | st.just({"hangup": {}})
)
steps = st.recursive(
    _leaves,
    lambda inner: _enqueue(inner) | _menu(inner) | _hours(inner) | _leaving(inner) | inner,
    max_leaves=8,
)
flows = st.fixed_dictionaries(
    {"key": _keys, "steps": st.lists(steps | _enqueue(steps) | _menu(steps), max_size=5)},
    optional={"language": st.just("de")},
)
"""Valid flow documents as plain data."""


def document(*raw_steps: Any, kinds: Any = KINDS) -> FlowDocument:
    """A valid document of these steps, or a failing test that says what is wrong with them."""
    read, problems = read_flow({"key": "welcome", "steps": list(raw_steps)}, kinds)
    assert problems == []
    return read
