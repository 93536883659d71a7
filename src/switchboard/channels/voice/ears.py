"""Who hears whom in one call: the customer his agent, or the music of the line."""

from typing import Final

from switchboard.channels.voice.media.pool import MediaWorker
from switchboard.channels.voice.sides import AgentSide, Caller


class Ears:
    """The matrix of one contact. worker: holds every leg of it. Sounds that are played to the customer come before
    whatever is connected here."""

    def __init__(self, contact: str, caller: Caller, worker: MediaWorker) -> None:
        self.music: str | None = None
        """The path of what he hears in line and on hold; None for silence."""
        self._contact: Final = contact
        self._caller: Final = caller
        self._worker: Final = worker

    def wait(self) -> None:
        """He hears the music."""
        if self.music is None:
            self._caller.media.silence()
        else:
            self._caller.media.music(self.music)

    def talk(self, side: AgentSide, *, held: bool) -> None:
        """The two hear each other, as far as both have sound and nobody is on hold."""
        customer, agent = self._caller.media, side.media
        customer.stop_playing()
        if held or agent is None:
            self.nobody()
            self.wait()
        elif not side.speaks:
            # He may still hear, and can then say so by hanging up or loading his page anew.
            self._worker.set_matrix(self._contact, {agent.id: [(customer.id, 1.0)]})
            self.wait()
        else:
            self._worker.set_matrix(self._contact, {customer.id: [(agent.id, 1.0)], agent.id: [(customer.id, 1.0)]})
            customer.silence()
        if agent is not None and side.listens:
            agent.silence()
        elif agent is not None:
            agent.quiet()

    def nobody(self) -> None:
        """Nobody hears anybody."""
        self._worker.set_matrix(self._contact, {})
