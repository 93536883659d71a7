"""A flow as a tree to look at: what each step does, what it says, where it may go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.flows.model import Branch


@dataclass(frozen=True, slots=True)
class Outlined:
    """A step. place: `steps[1].enqueue`. fields: its own, as written, without branches. says: texts, in order."""

    kind: str
    place: str
    fields: Mapping[str, Any]
    says: tuple[str, ...]
    branches: Mapping[str, tuple["Outlined", ...]]


def outline(branch: Branch, place: str = "steps") -> tuple[Outlined, ...]:
    """The steps of a branch with those inside them."""
    found = []
    for index, step in enumerate(branch):
        here = f"{place}[{index}].{step.kind}"
        nested = step.branches()
        written = step.write()
        # A branch that stands deeper in the mapping is shown as a branch, not as a value.
        fields = {name: value for name, value in written.items() if not any(_holds(name, one) for one in nested)}
        found.append(
            Outlined(
                step.kind,
                here,
                fields,
                tuple(need.name for need in step.needs() if need.kind == "text"),
                {name: outline(inner, f"{here}.{name}") for name, inner in nested.items()},
            )
        )
    return tuple(found)


def _holds(field: str, branch: str) -> bool:
    return branch == field or branch.startswith((f"{field}.", f"{field}["))
