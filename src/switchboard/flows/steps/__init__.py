"""One file per flow step. A new one is a file here and a line in `KINDS`.

The suite that every step passes is tests/contracts/test_flow_steps.py.
"""

from typing import Final

from switchboard.flows.model import Step
from switchboard.flows.steps.back import BackStep
from switchboard.flows.steps.callback import CallbackStep
from switchboard.flows.steps.enqueue import EnqueueStep
from switchboard.flows.steps.hangup import HangUpStep
from switchboard.flows.steps.hours import HoursStep
from switchboard.flows.steps.menu import MenuStep
from switchboard.flows.steps.play import PlayStep
from switchboard.flows.steps.say import SayStep

KINDS: Final[dict[str, type[Step]]] = {
    kind.kind: kind
    for kind in (SayStep, PlayStep, MenuStep, BackStep, HoursStep, EnqueueStep, CallbackStep, HangUpStep)
}
"""Every step a document may use, by its name there."""
