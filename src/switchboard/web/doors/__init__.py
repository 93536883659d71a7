"""The doors of the web: what it asks of the rooms, as protocols, so that it can stand on simulated ones.

Every door raises the errors of `kit.errors`; the web answers them with their status, code, text and
field. Whatever else a door raises becomes a 500 without details. A door never sees a request, a cookie
or a header. Every door is told on whose behalf it acts and scopes to that person's organization.
"""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from switchboard.kit.clock import Clock
from switchboard.web.doors.account import AccountDoor
from switchboard.web.doors.administration import AdministrationDoor
from switchboard.web.doors.board import BoardDaysDoor, BoardDoor
from switchboard.web.doors.callbacks import CallbacksDoor
from switchboard.web.doors.changes import ChangesDoor
from switchboard.web.doors.clocks import ClocksDoor
from switchboard.web.doors.configuration import ConfigurationDoor, Lists
from switchboard.web.doors.contacts import Contacts
from switchboard.web.doors.customers import CustomersDoor
from switchboard.web.doors.days import DaysDoor
from switchboard.web.doors.desk import Desk
from switchboard.web.doors.emergency import EmergencyDoor
from switchboard.web.doors.explaining import ExplainingDoor
from switchboard.web.doors.flows import FlowsDoor
from switchboard.web.doors.operation import HealthDoor
from switchboard.web.doors.outcomes import OutcomesDoor
from switchboard.web.doors.people import AuditDoor, PeopleDoor, PhonesDoor
from switchboard.web.doors.presence import Presence
from switchboard.web.doors.reconciliation import ReconciliationDoor
from switchboard.web.doors.recordings import RecordingsDoor
from switchboard.web.doors.satisfaction import SatisfactionDoor
from switchboard.web.doors.session import Sessions
from switchboard.web.doors.skills import SkillsDoor
from switchboard.web.doors.sounds import Sounds
from switchboard.web.doors.trials import TrialsDoor
from switchboard.web.doors.trunks import TrunksDoor
from switchboard.web.doors.try_it import TryItDoor


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything the web needs; `app.py` hands in the real rooms, tests the simulated ones."""

    clock: Clock
    sessions: Sessions
    account: AccountDoor
    people: PeopleDoor
    phones: PhonesDoor
    audit: AuditDoor
    desk: Desk
    board: BoardDoor
    board_days: BoardDaysDoor
    explaining: ExplainingDoor
    skills: SkillsDoor
    outcomes: OutcomesDoor
    contacts: Contacts
    satisfaction: SatisfactionDoor
    clocks: ClocksDoor
    customers: CustomersDoor
    callbacks: CallbacksDoor
    recordings: RecordingsDoor
    reconciliation: ReconciliationDoor
    days: DaysDoor
    lists: Lists
    administration: AdministrationDoor
    configuration: ConfigurationDoor
    changes: ChangesDoor
    trials: TrialsDoor
    flows: FlowsDoor
    trunks: TrunksDoor
    sounds: Sounds
    emergency: EmergencyDoor
    try_it: TryItDoor
    presence: Presence
    health: HealthDoor
    metrics: CollectorRegistry
    example: bool = False
    """Whether this is an example center, whose pages offer a tour."""
