"""How a scenario file writes times that vary: `3m`, `{exponential: 4m}`, `{lognormal: {mean: 4m, deviation: 3m}}`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from switchboard.flows.model import Fields, Reading
from switchboard.routing.simulation.calls import LoggedCall, patience_of
from switchboard.routing.simulation.distributions import (
    NEVER,
    Distribution,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Measured,
    Weibull,
)

LONGEST: Final = 24 * 3_600
FROM_CALLS: Final = "from calls"
NEVER_WORD: Final = "never"


@dataclass(frozen=True, slots=True)
class Log:
    """The real calls of a stream."""

    calls: Sequence[LoggedCall]


def number(reading: Reading, least: float, most: float) -> float:
    """A number, whole or not."""
    value = reading.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        reading.problem("must be a number")
        return least
    if not least <= value <= most:
        reading.problem(f"must be from {least:g} to {most:g}, not {value:g}")
        return least
    return float(value)


def distribution(reading: Reading, log: Log | None = None) -> Distribution:
    """A time; a problem and a harmless one when it is none."""
    value = reading.value
    if value == FROM_CALLS:
        return _from_calls(reading, log)
    if not isinstance(value, Mapping):
        return Fixed(float(reading.duration(LONGEST)))
    fields = reading.fields((), tuple(_KINDS))
    given = [name for name in _KINDS if fields.has(name)]
    if len(given) != 1:
        if fields.sound:
            reading.problem(f"must be one of {', '.join(_KINDS)}")
        return Fixed(1.0)
    return _KINDS[given[0]](fields.at(given[0]))


def patience(fields: Fields, log: Log | None) -> Distribution:
    """When somebody who waits gives up; never, unless it is said."""
    at = fields.at("patience")
    if not fields.has("patience") or at.value == NEVER_WORD:
        return NEVER
    if at.value != FROM_CALLS or log is None:
        return distribution(at, log)
    mean = patience_of(log.calls)
    return NEVER if mean is None else Exponential(mean)


def _from_calls(reading: Reading, log: Log | None) -> Distribution:
    if log is None:
        reading.problem("there are no calls to take it from: give `calls`")
        return Fixed(1.0)
    seconds = [call.service for call in log.calls if call.service is not None]
    if not seconds:
        if log.calls:
            reading.problem("no call of the log has a service time")
        return Fixed(1.0)
    return Measured(seconds)


def _mean(reading: Reading) -> float:
    seconds = reading.duration(LONGEST)
    if seconds == 0:
        reading.problem("must be longer than 0s")
    return float(max(seconds, 1))


def _exponential(reading: Reading) -> Distribution:
    return Exponential(_mean(reading))


def _spread(reading: Reading) -> tuple[float, float]:
    fields = reading.fields(("mean", "deviation"))
    values = [_mean(fields.at(name)) if fields.has(name) else 1.0 for name in ("mean", "deviation")]
    return values[0], values[1]


def _weibull(reading: Reading) -> Distribution:
    fields = reading.fields(("scale", "shape"))
    return Weibull(
        _mean(fields.at("scale")) if fields.has("scale") else 1.0,
        number(fields.at("shape"), 0.1, 20.0) if fields.has("shape") else 1.0,
    )


def _values(reading: Reading) -> Distribution:
    seconds = [float(one.duration(LONGEST)) for one in reading.elements()]
    if not seconds:
        reading.problem("must hold at least one duration")
    return Measured(seconds or [1.0])


_KINDS: Final[Mapping[str, Callable[[Reading], Distribution]]] = {
    "exponential": _exponential,
    "lognormal": lambda reading: Lognormal(*_spread(reading)),
    "gamma": lambda reading: Gamma(*_spread(reading)),
    "weibull": _weibull,
    "values": _values,
}
