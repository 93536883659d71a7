"""A caller is handed over to level 2: music without a break, at his old place. A team helps through a restart."""

import asyncio
from typing import Any

from stories.test_waiting_in_line import House
from support.clock import LoopClock, run
from support.floor import Runner, agent, queue
from switchboard.conversations.model import TalkEnd
from switchboard.routing.commands import AgentSignedOut, ContactHandedOver, EngagementEnded
from switchboard.routing.events import ContactClosed, Offered, QueueEntered, QueueLeft, ReliefBegan, ReliefEnded
from switchboard.routing.model import AgentSettings, HandOver, Relief, ReliefRule, WhenNobody
from switchboard.routing.service import Configured, ReliefBounds, ReliefGroup

SECOND = 1_000_000
HOUR = 3_600 * SECOND


class TwoLevels(House):
    """Support is level 1; its agents hand over to level 2."""

    def __init__(self, clock: LoopClock, when_nobody: WhenNobody = WhenNobody.STAY) -> None:
        super().__init__(clock)
        queues = [
            queue("support", wrap_up=30 * SECOND, hand_over=HandOver(("level-2",))),
            queue("level-2", max_wait=HOUR, when_nobody=when_nobody, hand_over=HandOver(("support",))),
        ]
        self.runner = Runner(clock, Configured(queues, [agent("anna", "support"), agent("ben", "level-2")], {}))
        self.routing = self.runner.routing


def test_he_hears_music_until_level_2_answers_and_is_handed_back() -> None:
    async def story(clock: LoopClock) -> None:
        house = TwoLevels(clock)
        await house.open("anna", "ben")
        media = await house.call("c1")
        first = await house.answer()
        media.said.clear()
        (done,) = await house.routing.command(ContactHandedOver(first, "level-2"))
        assert done.done
        await asyncio.sleep(0.1)
        # Nothing but music: nobody says to him that a connection was lost.
        assert [said[0] for said in media.said if said[0] in ("music", "play", "silence")][-1] == "music"
        assert not [said for said in media.said if said[0] == "play"]
        assert house.offers[-1].agent == "ben"
        second = await house.answer()
        (back,) = await house.routing.command(ContactHandedOver(second, "support"))
        assert back.done
        # Anna still writes her record; then he is hers again.
        await asyncio.sleep(31)
        assert house.offers[-1].agent == "anna"
        entered = house.runner.of(QueueEntered)
        assert [one.queue for one in entered] == ["support", "level-2", "support"]
        assert len({one.place for one in entered}) == 1
        await house.routing.command(EngagementEnded(await house.answer(), TalkEnd.CUSTOMER))
        assert len(house.runner.of(ContactClosed)) == 1
        await house.close()

    run(story)


def test_where_nobody_is_there_his_flow_goes_on_from_where_it_had_queued_him() -> None:
    async def story(clock: LoopClock) -> None:
        house = TwoLevels(clock, WhenNobody.LEAVE)
        await house.open("anna", "ben")
        steps: list[Any] = [{"enqueue": {"queue": "support", "nobody": [{"say": {"text": "Sorry."}}, "hangup"]}}]
        media = await house.call("c1", steps)
        talk = await house.answer()
        await house.routing.command(AgentSignedOut("ben"))
        await house.routing.command(ContactHandedOver(talk, "level-2"))
        await asyncio.sleep(0.1)
        assert [left.how.value for left in house.runner.of(QueueLeft)] == ["answered", "nobody signed in"]
        assert [said[0] for said in media.said][-1] == "play"
        media.finish()
        await asyncio.sleep(0.1)
        assert house.runner.of(ContactClosed)
        await house.close()

    run(story)


def test_a_team_helps_through_a_restart_and_leaves_when_it_is_calm() -> None:
    async def story(clock: LoopClock) -> None:
        rule = ReliefRule(ReliefGroup(team="night"), ReliefBounds(longest_wait=60 * SECOND), stays=120 * SECOND)
        queues = [queue("support", when_nobody=WhenNobody.STAY, relief=Relief((rule,))), queue("sales")]
        people = [agent("anna", "support"), AgentSettings("ben", ("sales",), team="night")]
        house = House(clock)
        house.runner = Runner(clock, Configured(queues, people, {}))
        house.routing = house.runner.routing
        await house.open("ben")
        await house.call("c1")
        await asyncio.sleep(59)
        assert not house.runner.of(ReliefBegan)
        await asyncio.sleep(2)
        assert house.runner.of(ReliefBegan)[0].longest_wait > 60 * SECOND
        assert house.runner.of(Offered)[-1].why.helps
        board = house.routing.board()
        assert [one.group.team for row in board.queues for one in row.relief] == ["night"]
        assert house.routing.desk("ben").agent.helps == ("support",)
        await house.close()
        # The center begins anew on the same journal: Ben still helps, and his deadline still stands.
        again = Runner(clock, Configured(queues, people, {}), journal=house.runner.journal)
        await again.routing.start()
        assert again.routing.desk("ben").agent.helps == ("support",)
        await asyncio.sleep(130)
        (ended,) = again.of(ReliefEnded)
        assert ended.why.value == "calm"
        assert again.routing.desk("ben").agent.helps == ()
        await again.close()

    run(story)
