"""The Floor's records as bytes: the same memory always gives the same bytes."""

from typing import Final

import msgspec

from switchboard.routing.floor.helping import Helping
from switchboard.routing.floor.indexes import rebuild
from switchboard.routing.floor.recent import Recent
from switchboard.routing.floor.state import (
    AgentOnFloor,
    ContactOnFloor,
    EngagementOnFloor,
    FloorState,
    Handling,
    Lease,
    Visit,
)
from switchboard.routing.model import Configuration
from switchboard.routing.outcomes import Learned
from switchboard.routing.relief import ReliefGroup

FORMAT: Final = 1
"""Number of this layout. A snapshot of another format is ignored and the journal read instead."""


class UnknownFormat(ValueError):
    """The bytes are not a snapshot of this format."""


class _Snapshot(msgspec.Struct, array_like=True):
    format: int
    now: int
    last_offer: int
    last_number: int
    configuration: Configuration
    contacts: list[ContactOnFloor]
    visits: list[Visit]
    leases: list[Lease]
    engagements: list[EngagementOnFloor]
    agents: list[AgentOnFloor]
    handling: dict[str, Handling] = {}
    learned: Learned | None = None
    helping: list[Helping] = []
    recent: dict[str, Recent] = {}


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(_Snapshot)


def dump(state: FloorState) -> bytes:
    """The records, each kind by id."""
    return _encoder.encode(
        _Snapshot(
            FORMAT,
            state.now,
            state.last_offer,
            state.last_number,
            state.configuration,
            [state.contacts[key] for key in sorted(state.contacts)],
            [state.visits[key] for key in sorted(state.visits)],
            [state.leases[key] for key in sorted(state.leases)],
            [state.engagements[key] for key in sorted(state.engagements)],
            [state.agents[key] for key in sorted(state.agents)],
            state.handling,
            state.learned,
            [state.helping[key] for key in sorted(state.helping, key=_by_queue_and_group)],
            state.recent,
        )
    )


def _by_queue_and_group(key: tuple[str, ReliefGroup]) -> tuple[str, str, str]:
    queue, group = key
    return queue, group.team or "", group.queue or ""


def load(body: bytes) -> FloorState:
    """What `dump` wrote. Raises UnknownFormat for anything else."""
    try:
        read = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise UnknownFormat(str(error)) from None
    if read.format != FORMAT:
        raise UnknownFormat(f"format {read.format}, this is {FORMAT}")
    state = FloorState(
        configuration=read.configuration,
        contacts={contact.id: contact for contact in read.contacts},
        visits={visit.id: visit for visit in read.visits},
        leases={lease.offer: lease for lease in read.leases},
        engagements={engagement.id: engagement for engagement in read.engagements},
        agents={agent.id: agent for agent in read.agents},
        handling=read.handling,
        learned=read.learned,
        helping={(one.queue, one.group): one for one in read.helping},
        recent=read.recent,
        last_offer=read.last_offer,
        last_number=read.last_number,
        now=read.now,
    )
    for lease in read.leases:
        # Snapshots of earlier versions say it of the lease alone.
        visit = state.visits[lease.visit]
        if not visit.offers:
            visit.offers = (lease.offer,)
    rebuild(state)
    return state
