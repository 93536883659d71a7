"""What customers answered, kept with their contacts."""

from switchboard.conversations.service import Answered, Satisfactions
from switchboard.web.doors.session import Who
from switchboard.web.messages.satisfaction import Satisfaction, SatisfactionAsked
from switchboard.web.rooms.names import Names


class SatisfactionByWeb:
    """Satisfies `doors.SatisfactionDoor`."""

    def __init__(self, satisfactions: Satisfactions, names: Names) -> None:
        self._satisfactions = satisfactions
        self._names = names

    async def tell(self, who: Who, contact: str, asked: SatisfactionAsked) -> Satisfaction:
        named = await self._names.of(who.organization)
        answer = Answered(asked.score, asked.lowest, asked.highest, asked.answered_at or 0)
        kept = await self._satisfactions.tell(who.organization, list(named.clients), contact, answer, by=who.id)
        return shown(kept)


def shown(answer: Answered) -> Satisfaction:
    """An answer as pages and programs see it."""
    return Satisfaction(
        score=answer.score,
        lowest=answer.lowest,
        highest=answer.highest,
        share=round(answer.share, 4),
        answered_at=answer.at,
    )
