"""`max_length` and `overflow` of a queue: how many may wait, and where those go whom it does not keep."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from switchboard.flows.model import Fields, Reading
from switchboard.routing.model import LONGEST_LINE, Overflow, Reason

MOST_RULES: Final = 10
USUAL: Final = Overflow("").when


def read_max_length(fields: Fields) -> int | None:
    """None for any number; 0 lets in only who can be offered to an agent at once."""
    return fields.whole("max_length", 0, least=0, most=LONGEST_LINE) if fields.has("max_length") else None


def read_overflow(fields: Fields) -> tuple[Overflow, ...]:
    """`[{queue: sales, when: [full, max_wait]}, ...]`, in the order in which the queues are asked; or one mapping."""
    if not fields.has("overflow"):
        return ()
    at = fields.at("overflow")
    if isinstance(at.value, Mapping):
        return (_rule(at),)
    rules = tuple([_rule(one) for one in fields.elements("overflow")])
    if len(rules) > MOST_RULES:
        at.problem(f"at most {MOST_RULES} queues are possible")
    return rules


def _rule(reading: Reading) -> Overflow:
    fields = reading.fields(("queue",), ("when",))
    queue = fields.key("queue")
    if not fields.has("when"):
        return Overflow(queue)
    given = [fields.at("when")] if isinstance(fields.at("when").value, str) else fields.elements("when")
    reasons = [reason for one in given if (reason := _reason(one)) is not None]
    if not given:
        fields.at("when").problem("is empty; leave it out for full and max_wait")
    return Overflow(queue, tuple(reason for reason in Reason if reason in reasons))


def _reason(reading: Reading) -> Reason | None:
    text = reading.text(most=40)
    if text not in {*Reason}:
        reading.problem(f"must be one of {', '.join(Reason)}, not {text!r}")
        return None
    return Reason(text)


def write_overflow(rules: Sequence[Overflow]) -> list[dict[str, Any]]:
    """As it may stand in a file, with every reason said."""
    return [{"queue": one.queue, "when": [str(reason) for reason in one.when]} for one in rules]


def circles(rules: Mapping[str, Sequence[Overflow]]) -> Iterator[tuple[str, int, list[str]]]:
    """(queue, number of its rule, the way round) of every rule that leads back to its own queue. rules: by queue."""
    for queue, own in rules.items():
        for number, rule in enumerate(own):
            way = _way(rules, rule.queue, queue)
            if way is not None:
                yield queue, number, [queue, *way]


def _way(rules: Mapping[str, Sequence[Overflow]], here: str, to: str) -> list[str] | None:
    """The queues from here to there along the rules, both included; None when they do not lead there."""
    came: dict[str, str | None] = {here: None}
    ahead = [here]
    for queue in ahead:
        if queue == to:
            return _back(came, to)
        for rule in rules.get(queue, ()):
            if rule.queue not in came:
                came[rule.queue] = queue
                ahead.append(rule.queue)
    return None


def _back(came: Mapping[str, str | None], to: str) -> list[str]:
    way: list[str] = []
    at: str | None = to
    while at is not None:
        way.append(at)
        at = came[at]
    return way[::-1]
