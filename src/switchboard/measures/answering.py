"""How callers were served: service level in five ways, average speed of answer, abandonment.

The five ways of counting a service level differ in what they do with callers who gave up; each house
has its own tradition, so a queue chooses one and every number names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from switchboard.measures.formula import Formula, Unit, register, share


@dataclass(frozen=True, slots=True)
class Answers:
    """Counts of one queue and period, for one threshold T. None may be negative.

    answered: talked to an agent. answered_in_time: of those, within T. abandoned: hung up while waiting.
    abandoned_in_time: of those, within T (T included). short: of those, so soon that it counts as a
    misdial (the queue's short-call limit). Callers who asked for a call-back are in none of them.
    """

    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short: int = 0

    def __post_init__(self) -> None:
        parts = (
            (self.answered_in_time, self.answered, "answered in time", "answered"),
            (self.abandoned_in_time, self.abandoned, "abandoned in time", "abandoned"),
            (self.short, self.abandoned, "short", "abandoned"),
        )
        for part, whole, part_name, whole_name in parts:
            if not 0 <= part <= whole:
                raise ValueError(f"{part_name} ({part}) must lie between 0 and {whole_name} ({whole})")


def service_level_offered(counts: Answers) -> float | None:
    """(1) Served in time or gone in time, of all."""
    return share(counts.answered_in_time + counts.abandoned_in_time, counts.answered + counts.abandoned)


def service_level_answered(counts: Answers) -> float | None:
    """(2) Answered in time, of those answered: ignores everyone who gave up."""
    return share(counts.answered_in_time, counts.answered)


def service_level_strict(counts: Answers) -> float | None:
    """(3) Answered in time, of all: everyone who gave up counts against us."""
    return share(counts.answered_in_time, counts.answered + counts.abandoned)


def service_level_patient(counts: Answers) -> float | None:
    """(4) Answered in time, of those answered and those who gave up after T."""
    waited_in_vain = counts.abandoned - counts.abandoned_in_time
    return share(counts.answered_in_time, counts.answered + waited_in_vain)


def service_level_short_forgiven(counts: Answers) -> float | None:
    """(5) Answered in time or misdialled, of all."""
    return share(counts.answered_in_time + counts.short, counts.answered + counts.abandoned)


def abandonment(counts: Answers) -> float | None:
    """Gave up while waiting, of those offered to the queue."""
    return share(counts.abandoned, counts.answered + counts.abandoned)


@dataclass(frozen=True, slots=True)
class AnswerWaits:
    """answered: contacts; queue_time: theirs together, microseconds."""

    answered: int
    queue_time: int


def average_speed_of_answer(waits: AnswerWaits) -> float | None:
    """Mean queue time of the answered contacts, microseconds."""
    return share(waits.queue_time, waits.answered)


SERVICE_LEVELS: Final[Mapping[str, Formula[Answers, float | None]]] = {
    key: Formula(f"service level, {key}", 1, Unit.SHARE, text, of)
    for key, text, of in (
        ("offered", "(answered <= T + abandoned <= T) / (answered + abandoned)", service_level_offered),
        ("answered", "answered <= T / answered", service_level_answered),
        ("strict", "answered <= T / (answered + abandoned)", service_level_strict),
        ("patient", "answered <= T / (answered + abandoned > T)", service_level_patient),
        (
            "short forgiven",
            "(answered <= T + short) / (answered + abandoned)",
            service_level_short_forgiven,
        ),
    )
}
"""The five ways by the word a queue's settings use; the order is that of the published list (1) to (5)."""

ANSWERING_MEASURES: Final = register(
    [
        *SERVICE_LEVELS.values(),
        Formula("abandonment", 1, Unit.SHARE, "abandoned / (answered + abandoned)", abandonment),
    ]
)
WAIT_MEASURES: Final = register(
    [
        Formula(
            "asa",
            1,
            Unit.MICROSECONDS,
            "queue time of answered contacts / answered contacts",
            average_speed_of_answer,
        )
    ]
)
