"""Explanations that say what a test wants, and whether anybody follows them."""

import asyncio
from collections.abc import Callable

from switchboard.web.messages.explaining import Explanation, InLine, Question, StuckThings, WhyAgent


class SimulatedExplaining:
    def __init__(self) -> None:
        self.watchers: list[Callable[[], None]] = []
        self.sentences = ["Anna is free for the next call."]
        self.looks = 0
        self.unwatched = asyncio.Event()

    async def in_line(self, organization: str, queue: str) -> InLine:
        return InLine(queue=queue, name="Queue", waiting=0, contacts=[])

    async def agent(self, organization: str, agent: str) -> WhyAgent:
        return WhyAgent(agent=agent, name="Anna", idle=True, sentences=["Anna is free for the next call."])

    async def explanation(self, organization: str, asked: Question) -> Explanation:
        self.looks += 1
        agent = await self.agent(organization, asked.id)
        shown = agent.model_copy(update={"sentences": self.sentences})
        return Explanation(asked=asked, line=None, agent=shown, server_now=self.looks)

    def watch(self, organization: str, asked: Question, changed: Callable[[], None]) -> Callable[[], None]:
        self.watchers.append(changed)
        return lambda: self._stop(changed)

    def _stop(self, changed: Callable[[], None]) -> None:
        self.watchers.remove(changed)
        if not self.watchers:
            self.unwatched.set()

    def say(self, sentence: str) -> None:
        self.sentences = [sentence]
        for watcher in list(self.watchers):
            watcher()

    async def stuck(self, organization: str) -> StuckThings:
        return StuckThings(stuck=[])
