"""What comes of a caller and the agent who takes him: how long it lasts, whether it is resolved, what he answers.

    met = meet(scenario, seed, call, group, "swift-0001")
    met.talk, met.resolved, met.satisfaction          # 183.2, True, 0.75

Chance lies with the caller: another agent has the same talk with him, at his own pace and with his own shares, which
makes two scenarios comparable caller by caller. Or, where a stream says so, chance is another one with each agent: then
who is chosen decides about all of it, as it would if nothing of a talk were the caller's.
"""

from typing import NamedTuple

from switchboard.routing.simulation.callers import Call, generator, moods
from switchboard.routing.simulation.scenario import Group, Scenario


class Meeting(NamedTuple):
    """talk, wrap_up: seconds. resolved, satisfaction (0 to 1): None where that is not simulated; satisfaction also
    where he does not answer."""

    talk: float
    wrap_up: float
    resolved: bool | None
    satisfaction: float | None


def meet(scenario: Scenario, seed: int, call: Call, group: Group, agent: str) -> Meeting:
    """The same whenever it is asked. agent: an id, of this group."""
    stream = scenario.streams[call.stream]
    talk, wrap_up, difficulty, in_mood = call.talk, call.wrap_up, call.difficulty, call.moods
    if stream.by_agent:
        numbers = generator(seed, stream.queue, call.stream, call.number, agent)
        talk, wrap_up, difficulty = stream.talk.sample(numbers), stream.wrap_up.sample(numbers), numbers.random()
        in_mood = moods(numbers) if call.moods else ()
    kind = stream.kinds[call.kind].key
    pace = group.pace_with(kind)
    return Meeting(talk * pace, wrap_up * pace, group.resolved(kind, difficulty), group.satisfied(kind, in_mood))
