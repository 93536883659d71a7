"""Who listens to which topic, and telling them without being held up by one that fails."""

import structlog

from switchboard.bus.contract import Listener

_log = structlog.get_logger(__name__)


class Place:
    """One listener's place. Implements `contract.Subscription`."""

    def __init__(self, listeners: "Listeners", topic: str, listener: Listener) -> None:
        self._listeners = listeners
        self.topic = topic
        self.listener = listener
        self.open = True

    def close(self) -> None:
        if self.open:
            self.open = False
            self._listeners.leave(self)


class Listeners:
    """The places of one bus."""

    def __init__(self) -> None:
        self._places: dict[str, list[Place]] = {}

    def join(self, topic: str, listener: Listener) -> Place:
        place = Place(self, topic, listener)
        self._places.setdefault(topic, []).append(place)
        return place

    def leave(self, place: Place) -> None:
        places = self._places[place.topic]
        places.remove(place)
        if not places:
            del self._places[place.topic]

    def tell(self, topic: str, seq: int) -> None:
        """Call every listener of the topic; one that raises is reported and the others are still told."""
        for place in tuple(self._places.get(topic, ())):
            if not place.open:
                continue
            try:
                place.listener(seq)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is that listener's own
                _log.error("bus_listener_failed", exc_info=error)

    def tell_all(self, seq: int) -> None:
        for topic in tuple(self._places):
            self.tell(topic, seq)
