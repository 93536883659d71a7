"""What callers in line are told, sentence by sentence, in each language.

Whole sentences instead of words put together: they sound like one voice, and no language has to bend its
numbers to ours. All of them are spoken ahead (`Sentences.all`), so that nothing is rendered during a call.

A language without wording here is served in English, its regional form (`de-at`) in its own: see `wording`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from switchboard.measures.waiting import RANGES

POSITIONS: Final = 20
"""Places that are said as a number; from there on it is "more than twenty before you"."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. language: of the voice that speaks it. {n}, {low}, {high} are put in as digits."""

    language: str
    next: str
    place: str
    far: str
    under_a_minute: str
    minutes: str
    over_an_hour: str
    agent_lost: str
    calling_back: str

    def position(self, position: int) -> str:
        """position: 1 for the next one."""
        if position <= 1:
            return self.next
        if position > POSITIONS:
            return self.far.format(n=POSITIONS)
        return self.place.format(n=position)

    def wait(self, number: int) -> str:
        """number: of a range in `measures.waiting.RANGES`."""
        low, high = RANGES[number]
        if high is None:
            return self.over_an_hour
        return self.under_a_minute if low == 0 else self.minutes.format(low=low, high=high)

    def call_back(self, name: str, key: str) -> str:
        """What somebody hears who is called back, by whom, and the key that connects him."""
        return self.calling_back.format(name=name, key="star" if key == "*" else "hash" if key == "#" else key)

    def all(self) -> Iterator[str]:
        """Every sentence that may be said."""
        for position in range(1, POSITIONS + 2):
            yield self.position(position)
        for number in range(len(RANGES)):
            yield self.wait(number)
        yield self.agent_lost


_ALL: Final = (
    Wording(
        language="en",
        next="You are the next in line.",
        place="You are number {n} in line.",
        far="There are more than {n} callers before you.",
        under_a_minute="The waiting time is less than a minute.",
        minutes="The waiting time is between {low} and {high} minutes.",
        over_an_hour="The waiting time is more than an hour.",
        agent_lost="We have lost the connection to your agent. Please stay on the line. "
        "You are back at the head of the line.",
        calling_back="This is {name}. You asked us to call you back. To speak to somebody now, press {key}.",
    ),
    Wording(
        language="de",
        next="Sie sind als Nächstes an der Reihe.",
        place="Sie sind auf Platz {n} der Warteschlange.",
        far="Vor Ihnen warten mehr als {n} Anrufer.",
        under_a_minute="Die Wartezeit beträgt weniger als eine Minute.",
        minutes="Die Wartezeit beträgt zwischen {low} und {high} Minuten.",
        over_an_hour="Die Wartezeit beträgt mehr als eine Stunde.",
        agent_lost="Die Verbindung zu Ihrem Gesprächspartner ist abgebrochen. Bitte bleiben Sie in der Leitung. "
        "Sie stehen wieder am Anfang der Warteschlange.",
        calling_back="Hier ist {name}. Sie haben um einen Rückruf gebeten. "
        "Um jetzt verbunden zu werden, drücken Sie die {key}.",
    ),
    Wording(
        language="fr",
        next="Vous êtes le prochain appel.",
        place="Vous êtes en position {n} dans la file d'attente.",
        far="Plus de {n} personnes attendent avant vous.",
        under_a_minute="Le temps d'attente est de moins d'une minute.",
        minutes="Le temps d'attente est de {low} à {high} minutes.",
        over_an_hour="Le temps d'attente est de plus d'une heure.",
        agent_lost="La communication avec votre conseiller a été interrompue. Restez en ligne, s'il vous plaît. "
        "Vous êtes de nouveau en tête de la file d'attente.",
        calling_back="Ici {name}. Vous avez demandé à être rappelé. Pour parler à un conseiller, tapez {key}.",
    ),
    Wording(
        language="es",
        next="Usted es el siguiente.",
        place="Usted es el número {n} en la cola.",
        far="Hay más de {n} llamadas antes de la suya.",
        under_a_minute="El tiempo de espera es de menos de un minuto.",
        minutes="El tiempo de espera es de entre {low} y {high} minutos.",
        over_an_hour="El tiempo de espera es de más de una hora.",
        agent_lost="Se ha perdido la conexión con su agente. Por favor, no cuelgue. "
        "Usted vuelve a ser el primero de la cola.",
        calling_back="Le llama {name}. Usted pidió que le llamáramos. Para hablar con un agente, pulse {key}.",
    ),
)

WORDINGS: Final[Mapping[str, Wording]] = {one.language: one for one in _ALL}
"""By language (BCP 47, small letters). A new language is one more entry above and nothing else."""

FALLBACK: Final = WORDINGS["en"]


def wording(language: str) -> Wording:
    """The sentences for callers of a flow in this language: its own, those of the language without its region
    (`de-at`: `de`), else English, spoken by an English voice."""
    return WORDINGS.get(language) or WORDINGS.get(language.partition("-")[0]) or FALLBACK
