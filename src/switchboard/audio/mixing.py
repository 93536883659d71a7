"""Adding sound: many destinations, each its own sum of a few sources with gains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from switchboard.audio.g711 import Linear

Index = npt.NDArray[np.intp]

_ONE: Final = 256
"""Gain 1.0 in the fixed-point numbers that mixing uses."""

FULL: Final = 4.0
"""The highest gain, +12 dB."""


@dataclass(frozen=True, slots=True)
class Column:
    """The k-th source of the first `len(sources)` destinations; gains None means all are 1.0."""

    sources: Index
    gains: npt.NDArray[np.int32] | None


@dataclass(frozen=True, slots=True)
class MixPlan:
    """Who is added up for whom, prepared for `mix`.

    sources: what rows of sound are needed, ascending. destinations: those with most sources first, so that
    each column serves a prefix of them.
    """

    sources: Index
    destinations: Index
    columns: Sequence[Column]


def plan(hears: dict[int, list[tuple[int, float]]]) -> MixPlan:
    """Prepare {destination: [(source, gain 0-4), ...]}; destinations without a source are left out."""
    order = sorted((item for item in hears.items() if item[1]), key=lambda item: -len(item[1]))
    needed = sorted({source for _, sources in order for source, _ in sources})
    place = {source: at for at, source in enumerate(needed)}
    columns: list[Column] = []
    for k in range(max((len(sources) for _, sources in order), default=0)):
        edges = [sources[k] for _, sources in order if len(sources) > k]
        gains = [min(max(gain, 0.0), FULL) for _, gain in edges]
        plain = all(gain == 1.0 for gain in gains)
        fixed = np.array([round(gain * _ONE) for gain in gains], np.int32)[:, None]
        columns.append(Column(np.array([place[source] for source, _ in edges], np.intp), None if plain else fixed))
    return MixPlan(np.array(needed, np.intp), np.array([to for to, _ in order], np.intp), columns)


def mix(prepared: MixPlan, sound: Linear) -> Linear:
    """One frame for each of the plan's destinations: int16 [destinations, samples], clipped.

    sound: int16 [sources, samples], in the order of `prepared.sources`.
    """
    wide = sound.astype(np.int32)
    total = np.zeros((len(prepared.destinations), sound.shape[1]), np.int32)
    for column in prepared.columns:
        part = wide.take(column.sources, axis=0)
        if column.gains is not None:
            part = (part * column.gains) >> 8
        total[: len(part)] += part
    return np.clip(total, -32_768, 32_767).astype(np.int16)
