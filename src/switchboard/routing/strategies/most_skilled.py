"""The agent with the highest levels of the skills that are asked for. Score: their sum."""

from collections.abc import Iterator

from switchboard.routing.requirements import skills_in
from switchboard.routing.strategies.contract import Candidate, Choice, Request, best_by


class MostSkilled:
    """The customer gets whoever knows most; experts work most."""

    def choose(self, request: Request, candidates: Iterator[Candidate], _now: int, /) -> Choice | None:
        """Where no skill is asked for, all of an agent's skills count."""
        asked = skills_in(request.needs)
        if not asked:
            return best_by(lambda candidate: float(sum(candidate.skills.values())), candidates)
        return best_by(lambda candidate: float(sum(candidate.skills.get(skill, 0) for skill in asked)), candidates)
