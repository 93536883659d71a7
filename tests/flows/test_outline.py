"""A flow as a tree to look at."""

from switchboard.flows.document import read_flow
from switchboard.flows.outline import outline
from switchboard.flows.steps import KINDS


def test_steps_say_what_they_do_what_they_say_and_where_they_may_go() -> None:
    raw = {
        "key": "welcome",
        "steps": [
            {"say": {"text": "Hello"}},
            {"enqueue": {"queue": "support", "nobody": [{"say": {"text": "Nobody"}}, "hangup"]}},
        ],
    }
    document, problems = read_flow(raw, KINDS)
    assert not problems
    say, enqueue = outline(document.steps)
    assert (say.kind, say.says, say.place) == ("say", ("Hello",), "steps[0].say")
    assert enqueue.fields["queue"] == "support"
    assert "nobody" not in enqueue.fields
    nobody = enqueue.branches["nobody"]
    assert [one.kind for one in nobody] == ["say", "hangup"]
    assert nobody[0].place == "steps[1].enqueue.nobody[0].say"
