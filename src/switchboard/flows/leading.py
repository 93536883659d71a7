"""Where a step of a flow can lead: the lines that a caller may come to first. Pure: nothing is played or asked.

    found = hours_step(document, "steps[0].hours")                     # Doorway(hours="office", ...)
    found.lines("open", lambda hours: True)                            # frozenset({"support", "sales"})

A menu leads wherever one of its keys does: who would have pressed which is not known here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from switchboard.flows.model import Branch, FlowDocument, Step
from switchboard.flows.steps.enqueue import EnqueueStep
from switchboard.flows.steps.hangup import HangUpStep
from switchboard.flows.steps.hours import HoursStep

IsOpen = Callable[[str], bool]
"""Of the opening hours with this key, at the moment that is looked at."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """An `hours` step and what comes behind it."""

    step: HoursStep
    behind: Branch

    @property
    def hours(self) -> str:
        """The key of its opening hours."""
        return self.step.hours

    def lines(self, answer: str, is_open: IsOpen) -> frozenset[str]:
        """Keys of the queues whose line he may enter first who gets this answer: `open` or `closed`."""
        return _first((*self.step.branches().get(answer, ()), *self.behind), is_open)


def hours_step(document: FlowDocument, place: str) -> Doorway | None:
    """The `hours` step at a place as records have it; None when there is no such step there (any more)."""
    for at, step, behind in _steps(document.steps, "steps", ()):
        if at == place:
            return Doorway(step, behind) if isinstance(step, HoursStep) else None
    return None


def _steps(branch: Branch, place: str, after: Branch) -> Iterator[tuple[str, Step, Branch]]:
    """Every step with its place and what comes behind it when it is done."""
    for index, step in enumerate(branch):
        at, behind = f"{place}[{index}].{step.kind}", (*branch[index + 1 :], *after)
        yield at, step, behind
        for name, inner in step.branches().items():
            yield from _steps(inner, f"{at}.{name}", behind)


def _first(steps: Branch, is_open: IsOpen) -> frozenset[str]:
    for number, step in enumerate(steps):
        rest = steps[number + 1 :]
        match step:
            case EnqueueStep():
                return frozenset({step.queue})
            case HangUpStep():
                return frozenset()
            case HoursStep():
                answer = "open" if is_open(step.hours) else "closed"
                return _first((*step.branches().get(answer, ()), *rest), is_open)
            case _ if step.branches():
                ways = [_first((*inner, *rest), is_open) for inner in step.branches().values()]
                return frozenset().union(_first(rest, is_open), *ways)
    return frozenset()
