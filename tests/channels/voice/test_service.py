"""What a desk may ask of voice: only about its own call, and only while the lease it names is that call's."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.clock import SetClock
from switchboard.channels.voice.browser import BrowserAgent
from switchboard.channels.voice.service import Voice
from switchboard.channels.voice.troubles import Troubles
from switchboard.kit.errors import Conflict


class Page(BrowserAgent):
    """An agent's page that answers every session description."""

    def __init__(self) -> None:
        self.attached: list[str] = []

    async def attach(self, sdp: str, addresses: Any) -> str:
        del addresses
        self.attached.append(sdp)
        return "answer"


class Scene:
    """A voice with one call of contact `c1`, whose offer 5 is at `page`."""

    def __init__(self) -> None:
        self.page = Page()
        self.desk: Any = None
        floors: Any = SimpleNamespace(of=lambda _: SimpleNamespace(desk=lambda _: self.desk))
        nothing: Any = SimpleNamespace()
        self.voice = Voice(
            node="main",
            clock=nothing,
            ids=nothing,
            tasks=nothing,
            pool=SimpleNamespace(),  # type: ignore[arg-type]  # no call needs media here
            ringer=nothing,
            branches=nothing,
            codes=nothing,
            floors=floors,
            customers=nothing,
            conversations=nothing,
            callbacks=nothing,
            tapes=nothing,
            addresses=["127.0.0.1"],
            troubles=Troubles(SetClock()),
            turned_away=nothing,
        )
        call: Any = SimpleNamespace(side=lambda offer: self.page if offer == 5 else None)
        self.voice._calls["c1"] = call


@pytest.fixture(params=["offer", "engagement"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """The call rings at the agent, or he talks."""
    at = Scene()
    lease = SimpleNamespace(contact="c1", offer=5, fence=2)
    rings = request.param == "offer"
    at.desk = SimpleNamespace(offer=lease if rings else None, work=() if rings else (lease,))
    return at


async def test_the_page_of_the_lease_is_answered(scene: Scene) -> None:
    assert await scene.voice.media("org", "ann", 5, 2, "sdp") == "answer"
    assert scene.page.attached == ["sdp"]


@pytest.mark.parametrize(("offer", "fence"), [(5, 1), (5, 3), (4, 2), (6, 2)])
async def test_another_lease_is_told_that_its_call_is_over(scene: Scene, offer: int, fence: int) -> None:
    assert await scene.voice.media("org", "ann", offer, fence, "sdp") is None
    assert scene.page.attached == []


async def test_someone_without_a_call_is_told_so(scene: Scene) -> None:
    scene.desk = None
    assert await scene.voice.media("org", "ann", 5, 2, "sdp") is None


@pytest.mark.parametrize(("presses", "asked"), [(True, "c1.e1"), (False, "c1.e1"), (True, "c1.e2")])
def test_keys_are_pressed_in_the_own_talk_only(presses: bool, asked: str) -> None:
    at = Scene()
    pressed: list[str] = []
    call: Any = at.voice._calls["c1"]
    call.engagement = "c1.e1"
    call.press = lambda keys: presses and not pressed.append(keys)
    at.desk = SimpleNamespace(offer=None, work=(SimpleNamespace(contact="c1", engagement="c1.e1"),))
    if presses and asked == "c1.e1":
        at.voice.press("org", "ann", asked, "12")
        assert pressed == ["12"]
    else:
        with pytest.raises(Conflict):
            at.voice.press("org", "ann", asked, "12")
        assert pressed == []
