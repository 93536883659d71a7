"""How agents' time was used: average handle time in two ways, occupancy; and how often they hand over."""

from dataclasses import dataclass
from typing import Final

from switchboard.measures.formula import Formula, Unit, register, share


@dataclass(frozen=True, slots=True)
class Work:
    """Totals of one agent, team or queue and period, microseconds; handled is a count of contacts.

    available: signed in, ready and with nothing to do. transferred: of the handled, those handed over to another queue.
    """

    handled: int = 0
    ring: int = 0
    talk: int = 0
    hold: int = 0
    wrap_up: int = 0
    available: int = 0
    transferred: int = 0

    @property
    def handling(self) -> int:
        """Talk, hold and wrap-up together."""
        return self.talk + self.hold + self.wrap_up


def average_handle_time(work: Work) -> float | None:
    """Mean of talk, hold and wrap-up per handled contact, microseconds."""
    return share(work.handling, work.handled)


def average_handle_time_with_ringing(work: Work) -> float | None:
    """The same with the ring time in it, as some books count it, microseconds."""
    return share(work.handling + work.ring, work.handled)


def occupancy(work: Work) -> float | None:
    """Share of the time an agent was ready or working that he was working."""
    return share(work.handling, work.handling + work.available)


def transfer_rate(work: Work) -> float | None:
    """Share of the handled contacts that were handed over to another queue."""
    return share(work.transferred, work.handled)


WORK_MEASURES: Final = register(
    Formula(name, 1, unit, text, of)
    for name, unit, text, of in (
        ("aht", Unit.MICROSECONDS, "(talk + hold + wrap-up) / handled", average_handle_time),
        (
            "aht with ringing",
            Unit.MICROSECONDS,
            "(ring + talk + hold + wrap-up) / handled",
            average_handle_time_with_ringing,
        ),
        (
            "occupancy",
            Unit.SHARE,
            "(talk + hold + wrap-up) / (talk + hold + wrap-up + available)",
            occupancy,
        ),
        ("transfer rate", Unit.SHARE, "transferred / handled", transfer_rate),
    )
)
