"""Queues for which there is a formula: what a simulation must come out at, and a first answer to "how many agents".

    erlang_c(agents=50, load=48.0)                 # share of callers who wait when nobody gives up
    patient = erlang_a(agents=50, arrivals=0.8, handling=60.0, patience=120.0)
    patient.abandoned, patient.wait                # 0.031, 3.7 seconds

Load is in erlangs: arrivals per second x mean handling seconds. All assume exponential times, one line and agents
who are alike. Sources: A. K. Erlang, Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges, 1917 (B and C); C. Palm, Research on telephone traffic carried by full availability
groups, 1957 (A); Garnett, Mandelbaum & Reiman, Designing a call center with impatient customers, Manufacturing &
Service Operations Management 4(3), 2002, whose table 1 the tests read.
"""

from dataclasses import dataclass
from math import exp
from typing import Final

NEGLIGIBLE: Final = 1e-15
"""Share of a sum below which further terms are left out."""


def erlang_b(agents: int, load: float) -> float:
    """Share of callers who find all agents busy when nobody may wait. agents: 0 or more; load: erlangs.

    Raises ValueError. By the recursion B(n) = a B(n-1) / (n + a B(n-1)), which cannot overflow.
    """
    if agents < 0 or load < 0:
        raise ValueError("agents and load are 0 or more")
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(agents: int, load: float) -> float:
    """Share of callers who wait when everybody waits for ever; 1.0 when the line grows without end."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1 - blocked))


def mean_wait(agents: int, load: float, handling: float) -> float:
    """Mean wait of all callers when nobody gives up, in the unit of `handling`; infinite at full load."""
    if load >= agents:
        return float("inf")
    return erlang_c(agents, load) * handling / (agents - load)


def waits_longer(agents: int, load: float, handling: float, threshold: float) -> float:
    """Share of callers who wait longer than `threshold` when nobody gives up."""
    if load >= agents:
        return 1.0
    return erlang_c(agents, load) * exp(-(agents - load) * threshold / handling)


@dataclass(frozen=True, slots=True)
class Impatient:
    """A queue whose callers give up. waits: share of callers who find all agents busy. abandoned: share who give
    up. wait: mean wait of all callers, those who gave up included. waiting: mean number in line. occupancy: share
    of the agents' time that they are busy."""

    waits: float
    abandoned: float
    wait: float
    waiting: float
    occupancy: float


def erlang_a(agents: int, arrivals: float, handling: float, patience: float) -> Impatient:
    """The queue M/M/n+M. arrivals: per second. handling, patience: mean seconds, more than 0.

    Raises ValueError. Sums the birth-and-death chain: k callers become k + 1 at the rate of arrivals, and k - 1 at
    min(k, n) / handling + max(k - n, 0) / patience.
    """
    if agents < 1 or min(arrivals, handling, patience) <= 0:
        raise ValueError("at least one agent; arrivals, handling and patience are more than 0")
    # Weights relative to the state in which all agents are busy and nobody waits: no overflow either way.
    below = _below(agents, arrivals * handling)
    term, waiting_states, in_line = 1.0, 1.0, 0.0
    number = 0
    while term > NEGLIGIBLE * waiting_states:
        number += 1
        term *= arrivals / (agents / handling + number / patience)
        waiting_states += term
        in_line += number * term
    total = below + waiting_states
    waiting = in_line / total
    abandoned = waiting / patience / arrivals
    return Impatient(
        waits=waiting_states / total,
        abandoned=abandoned,
        wait=waiting / arrivals,
        waiting=waiting,
        occupancy=arrivals * (1 - abandoned) * handling / agents,
    )


def _below(agents: int, load: float) -> float:
    """The weights of the states 0 to n - 1, relative to that of state n."""
    term, total = 1.0, 0.0
    for number in range(agents, 0, -1):
        term *= number / load
        total += term
        if term < NEGLIGIBLE * total:
            break
    return total
