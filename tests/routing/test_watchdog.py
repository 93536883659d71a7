"""The watchdog: quiet while nothing sticks, loud when something does, and never in the way."""

from types import SimpleNamespace
from typing import Any

from structlog.testing import capture_logs

from support.clock import LoopClock, run
from support.floor import Centre, agent
from switchboard.routing.floor.stuck import GRACE
from switchboard.routing.watchdog import EVERY, Watchdog


class OneFloor:
    """Stands for `Floors`."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def open_now(self) -> dict[str, Any]:
        return {"acme": SimpleNamespace(floor=self._centre.floor)}


def test_it_looks_every_now_and_then_and_says_what_sticks() -> None:
    async def story(clock: LoopClock) -> None:
        centre = Centre(agents=[agent("anna")])
        centre.sign_in("anna")
        centre.call()
        time = SimpleNamespace(now=lambda: centre.now)
        watchdog = Watchdog(OneFloor(centre), time)  # type: ignore[arg-type]  # all that is asked of them
        with capture_logs() as quiet:
            assert await watchdog.look() == []
        assert (watchdog.stuck, quiet) == ({"acme": 0}, [])
        # The offer's deadline passes, and nobody serves it.
        centre.now = centre.offered().deadline + GRACE + 1
        with capture_logs() as loud:
            (found,) = await watchdog.look()
        assert (found.kind, watchdog.stuck) == ("deadline", {"acme": 1})
        assert [(one["event"], one["kind"]) for one in loud] == [("floor_stuck", "deadline")]
        assert EVERY > GRACE / 1_000_000

    run(story)
