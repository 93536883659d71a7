"""A call's surroundings without sound, signalling or database: everything it says is kept to be looked at."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.clock import SetClock
from switchboard.channels.voice.call import Call
from switchboard.channels.voice.condition import Limits
from switchboard.channels.voice.known import NOTHING, Preferring
from switchboard.channels.voice.place import PlaceInLine
from switchboard.channels.voice.returning import Returns
from switchboard.channels.voice.sides import unheard
from switchboard.channels.voice.sound import TalkSound
from switchboard.channels.voice.troubles import Troubles
from switchboard.channels.voice.waiting import Plan
from switchboard.flows.model import FlowDocument, Given, Published, Recorded, SoundRef, Spoken
from switchboard.flows.service import KINDS, read_flow
from switchboard.kit.errors import Unavailable
from switchboard.quality.model import Tape
from switchboard.routing.model import DONE, Answer, QueueSettings, Refusal
from switchboard.routing.service import Standing


class KeptMedia:
    """A media leg that writes down what it is told. `finish` ends the sound that plays."""

    def __init__(self, number: int) -> None:
        self.id = number
        self.said: list[tuple[Any, ...]] = []
        self.heard_out = True
        self._then: Callable[[], None] | None = None

    def play(self, sounds: str | Sequence[str], *, then: Callable[[], None] | None = None) -> int:
        self.said.append(("play", *([sounds] if isinstance(sounds, str) else sounds)))
        self._then = then
        return 1

    def finish(self) -> None:
        assert self._then is not None, "nothing plays"
        then, self._then = self._then, None
        then()

    def stop_playing(self) -> None:
        if self._then is not None:
            self.said.append(("stop",))
        self._then = None
        self.said.append(("stop",))

    def music(self, sound: str) -> None:
        self.said.append(("music", sound))

    def silence(self) -> None:
        self.said.append(("silence",))

    def quiet(self) -> None:
        self.said.append(("quiet",))

    def mute(self, on: bool = True) -> None:
        self.said.append(("mute", on))

    def send_digits(self, digits: str) -> None:
        self.said.append(("digits", digits))

    def close(self) -> None:
        self.said.append(("close",))


class KeptCaller:
    """A customer's side."""

    def __init__(self) -> None:
        self.media = KeptMedia(1)
        self.codec: int | None = 0
        self.gone = False
        self.on_left = unheard
        self.on_digit: Callable[[str], None] = unheard
        self.answered = 0
        self.hung_up: list[int] = []

    def answer(self) -> None:
        self.answered += 1

    def hang_up(self, *, refused: int = 480) -> None:
        self.hung_up.append(refused)


class KeptAgent:
    """An agent's side."""

    def __init__(self, media: KeptMedia | None) -> None:
        self.media = media
        self.listens = True
        self.speaks = True
        self.talks = False
        self.hung_up: list[bool] = []

    def talking(self) -> None:
        self.talks = True

    def hang_up(self, *, elsewhere: bool = False) -> None:
        self.hung_up.append(elsewhere)


class KeptWorker:
    """A media worker: the matrix of each call as it was set last."""

    id = 7
    ports_left = 96

    def __init__(self) -> None:
        self.hears: dict[str, Any] = {}

    def set_matrix(self, call: str, hears: Any) -> None:
        self.hears[call] = hears


class KeptRouting:
    """A Floor that decides nothing: commands are kept, answers are what the test says."""

    organization = "org"

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.along: list[Any] = []
        self.fails = 0
        self.refusal: Refusal | None = None
        self.lease = True
        self.stands: Standing | None = None

    def tell(self, *commands: Any, along: Sequence[Any] = ()) -> "asyncio.Future[list[Answer]]":
        done: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
        if self.fails:
            self.fails -= 1
            done.set_exception(Unavailable("not saved"))
            return done
        self.told += commands
        self.along += along
        answer = DONE if self.refusal is None else Answer(self.refusal)
        done.set_result([answer for _ in commands])
        return done

    def standing(self, contact: str) -> Standing | None:
        del contact
        return self.stands

    def queue_id(self, key: str) -> str | None:
        return {"support": "q1"}.get(key)

    def queue(self, queue: str) -> QueueSettings | None:
        return QueueSettings("q1", "support", "Support", "brand") if queue == "q1" else None

    def lease_holds(self, offer: int, fence: int) -> bool:
        del offer, fence
        return self.lease


class KeptTape:
    """A call's recordings, as the call speaks of them."""

    state = Tape.OFF

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.announced = False

    def begin(self, event: Any) -> None:
        self.said.append(("begin", event.engagement))

    def hears(self, customer: KeptMedia, agent: KeptMedia | None, *, held: bool) -> None:
        self.said.append(("hears", customer.id, None if agent is None else agent.id, held))

    def end(self) -> None:
        self.said.append(("end",))


@dataclass
class Scene:
    """A call and everything around it."""

    call: Call
    caller: KeptCaller
    routing: KeptRouting
    worker: KeptWorker
    tape: KeptTape
    agents: list[KeptAgent] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    troubles: Troubles = field(default_factory=lambda: Troubles(SetClock()))


def flow(steps: list[Any]) -> Published:
    """A published flow; each sound's file is named after its text or key."""
    document, problems = read_flow({"key": "f", "language": "en", "steps": steps}, KINDS)
    assert problems == []
    assert isinstance(document, FlowDocument)
    files: dict[SoundRef, str] = {}
    for ref in (Spoken("Hello.", "en"), Spoken("Sorry.", "en"), Recorded("jingle")):
        files[ref] = f"/{ref.text if isinstance(ref, Spoken) else ref.key}.ul"
    return Published(document, 1, files)


NEVER: Mapping[str, tuple[int, str]] = {}
"""A customer who never stood in line."""

SILENT = Plan(None, "en", {}, {})
"""Tells those who wait nothing."""


def scene(
    steps: list[Any], *, agent_media: bool = True, plan: Plan = SILENT, visits: Mapping[str, tuple[int, str]] = NEVER
) -> Scene:
    """A call at its beginning. visits: what is known of its customer, see `Known`."""
    caller, routing, worker = KeptCaller(), KeptRouting(), KeptWorker()
    agents: list[KeptAgent] = []
    over: list[str] = []

    def ring(_call: Call, offered: Any) -> KeptAgent:
        agent = KeptAgent(KeptMedia(100 + offered.offer) if agent_media else None)
        agents.append(agent)
        return agent

    def id_of(_kind: str, key: str) -> str:
        return f"id-{key}"

    clock = SetClock()
    troubles = Troubles(clock)
    tape = KeptTape()
    made_routing: Any = routing
    made: Any = Call  # the kept sides stand in for legs of other processes
    call = made(
        contact="c1",
        caller=caller,
        shown_number="+4930123456",
        worker=worker,
        routing=routing,
        flow=flow(steps),
        given=lambda: Given(0),
        music=lambda _queue, chosen: None if chosen == "silence" else f"/{chosen or 'music'}.ul",
        plan=lambda _queue: plan,
        sound=lambda agent: TalkSound(troubles, "org", agent, Limits(), clock),
        place=PlaceInLine(
            "c1",
            made_routing,
            id_of,
            Preferring(NOTHING, id_of, lambda _: True, lambda: 0),
            returns=Returns(visits, made_routing.queue_id, made_routing.queue, lambda: 0),
        ),
        ring=ring,
        tape=tape,
        over=lambda ended: over.append(ended.contact),
    )
    return Scene(call, caller, routing, worker, tape, agents, over, troubles)
