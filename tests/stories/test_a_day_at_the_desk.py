"""Hours on the Floor in milliseconds: what people live through, told from start to end."""

import asyncio

from support.clock import LoopClock, run
from support.floor import SECOND, Runner, agent, queue
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactEnd, OfferEnd, TalkEnd, VisitEnd
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    AgentStateAsked,
    ContactArrived,
    ContactFinished,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
    OfferRejected,
)
from switchboard.routing.events import (
    ContactClosed,
    EngagementClosed,
    EngagementOpened,
    Event,
    Offered,
    OfferEnded,
    QueueLeft,
)
from switchboard.routing.service import Configured


class Phones:
    """Agents who take what rings after `answers_in` seconds and talk for `talks` seconds."""

    def __init__(self, runner: Runner, *, answers_in: float, talks: float) -> None:
        self._routing = runner.routing
        self._tasks = runner.tasks
        self._answers_in = answers_in
        self._talks = talks
        self.asleep: set[str] = set()
        runner.routing.subscribe(self._hear)

    def _hear(self, events: list[Event], at: int) -> None:  # type: ignore[override]
        for event in events:
            if isinstance(event, Offered) and event.agent not in self.asleep:
                self._tasks.start(self._answer(event), name="answer")
            elif isinstance(event, EngagementOpened):
                self._tasks.start(self._talk(event), name="talk")

    async def _answer(self, offer: Offered) -> None:
        await asyncio.sleep(self._answers_in)
        self._routing.tell(OfferAccepted(offer.offer, offer.fence))

    async def _talk(self, engagement: EngagementOpened) -> None:
        await asyncio.sleep(self._talks)
        self._routing.tell(EngagementEnded(engagement.engagement, TalkEnd.CUSTOMER))


async def ring(runner: Runner, contact: str, queue_id: str = "support") -> None:
    await runner.routing.command(ContactArrived(contact, "acme", "voice", "n1"), ContactQueued(contact, queue_id))


def test_a_busy_hour_is_answered_in_order_and_nobody_is_forgotten() -> None:
    async def story(clock: LoopClock) -> None:
        agents = [agent("anna"), agent("ben")]
        runner = Runner(clock, Configured([queue(wrap_up=15 * SECOND)], agents, {}))
        await runner.routing.start()
        Phones(runner, answers_in=2, talks=103)
        for name in ("anna", "ben"):
            await runner.routing.command(AgentSignedIn(name, "n1", Reach.PHONE))
        for number in range(60):
            await ring(runner, f"c{number:02}")
            await asyncio.sleep(60)
        await asyncio.sleep(600)
        opened = [event.contact for event in runner.of(EngagementOpened)]
        assert opened == [f"c{number:02}" for number in range(60)]
        assert {closed.how for closed in runner.of(ContactClosed)} == {ContactEnd.ANSWERED}
        assert len(runner.of(EngagementClosed)) == 60
        board = runner.routing.board()
        assert (board.queues[0].waiting, board.queues[0].available) == (0, 2)
        await runner.close()

    run(story)


def test_an_agent_who_sleeps_loses_no_caller() -> None:
    async def story(clock: LoopClock) -> None:
        runner = Runner(clock, Configured([queue()], [agent("anna"), agent("ben")], {}))
        await runner.routing.start()
        phones = Phones(runner, answers_in=1, talks=30)
        phones.asleep.add("anna")
        for name in ("anna", "ben"):
            await runner.routing.command(AgentSignedIn(name, "n1", Reach.PHONE))
        await ring(runner, "c1")
        await ring(runner, "c2")
        await asyncio.sleep(25)
        assert [ended.end for ended in runner.of(OfferEnded)][:2] == [OfferEnd.ACCEPTED, OfferEnd.NO_ANSWER]
        desk = runner.routing.desk("anna")
        assert desk is not None
        assert desk.agent.state is AgentState.NOT_RESPONDING
        waiting = runner.routing.why_waiting("c1")
        assert waiting is not None
        assert waiting.position == 0
        await asyncio.sleep(10)
        assert [opened.contact for opened in runner.of(EngagementOpened)] == ["c2", "c1"]
        phones.asleep.clear()
        await runner.routing.command(AgentStateAsked("anna", AgentState.AVAILABLE))
        await ring(runner, "c3")
        await asyncio.sleep(2)
        assert runner.of(EngagementOpened)[-1].agent == "anna"
        await runner.close()

    run(story)


def test_the_shift_ends_and_the_line_is_let_go() -> None:
    async def story(clock: LoopClock) -> None:
        runner = Runner(clock, Configured([queue()], [agent("anna")], {}))
        await runner.routing.start()
        Phones(runner, answers_in=1, talks=120)
        await runner.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
        for contact in ("talking", "patient", "impatient"):
            await ring(runner, contact)
        await asyncio.sleep(30)
        await runner.routing.command(ContactLeft("impatient"))
        await runner.routing.command(AgentSignedOut("anna"))
        await asyncio.sleep(120)
        ends = {left.contact: left.how for left in runner.of(QueueLeft)}
        assert ends == {
            "talking": VisitEnd.ANSWERED,
            "impatient": VisitEnd.ABANDONED,
            "patient": VisitEnd.NOBODY_SIGNED_IN,
        }
        # The flow of the patient one goes on: an announcement, and the end.
        await runner.routing.command(ContactFinished("patient"))
        assert {closed.contact: closed.how for closed in runner.of(ContactClosed)} == {
            "talking": ContactEnd.ANSWERED,
            "impatient": ContactEnd.ABANDONED,
            "patient": ContactEnd.FINISHED,
        }
        await runner.close()

    run(story)


def test_two_answers_at_once_give_one_talk() -> None:
    async def story(clock: LoopClock) -> None:
        runner = Runner(clock, Configured([queue()], [agent("anna")], {}))
        await runner.routing.start()
        await runner.routing.command(AgentSignedIn("anna", "n1", Reach.BROWSER))
        await ring(runner, "c1")
        offer = runner.of(Offered)[0]
        answers = await asyncio.gather(
            runner.routing.command(OfferAccepted(offer.offer, offer.fence)),
            runner.routing.command(OfferAccepted(offer.offer, offer.fence)),
            runner.routing.command(OfferRejected(offer.offer, offer.fence)),
            runner.routing.command(ContactLeft("c1")),
        )
        assert [answer.done for (answer,) in answers] == [True, False, False, True]
        assert len(runner.of(EngagementOpened)) == len(runner.of(EngagementClosed)) == 1
        await runner.close()

    run(story)


def test_a_silent_waiting_contact_wakes_nobody() -> None:
    async def story(clock: LoopClock) -> None:
        runner = Runner(clock, Configured([queue()], [agent("anna")], {}))
        await runner.routing.start()
        await runner.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
        await runner.routing.command(AgentStateAsked("anna", AgentState.PAUSED, "break"))
        await ring(runner, "c1")
        entries = len(runner.journal.entries)
        await asyncio.sleep(8 * 3_600)
        assert len(runner.journal.entries) == entries
        assert runner.routing.why_waiting("c1") is not None
        await runner.close()

    run(story)
