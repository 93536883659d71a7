"""What the `callback` step says unless a flow has its own words, in each language; see `channels.voice.wording`."""

from dataclasses import dataclass
from typing import Final

TEXTS: Final = ("number", "confirm", "type", "wrong", "promised", "sorry")
"""The sentences that a flow may say in its own words."""


@dataclass(frozen=True, slots=True)
class CallbackWording:
    """One language. number: before the number is read out, confirm after it. type: asks for another number; wrong:
    before that, when nobody can be called there. promised: the goodbye. sorry: nothing can be promised."""

    language: str
    number: str
    confirm: str
    type: str
    wrong: str
    promised: str
    sorry: str
    plus: str


_ALL: Final = (
    CallbackWording(
        language="en",
        number="We can call you back when it is your turn. You keep your place in line. Your number is",
        confirm="If that is right, press 1. For another number, press 2. To go on without a call-back, press the "
        "star key.",
        type="Please type the number at which we can reach you, with its area code, then press the hash key.",
        wrong="We cannot call this number.",
        promised="Thank you. We will call you when it is your turn. Goodbye.",
        sorry="We are sorry: we cannot call you back just now.",
        plus="plus",
    ),
    CallbackWording(
        language="de",
        number="Wir rufen Sie gern zurück, sobald Sie an der Reihe sind. Sie behalten Ihren Platz. Ihre Nummer ist",
        confirm="Wenn das stimmt, drücken Sie die 1. Für eine andere Nummer drücken Sie die 2. Ohne Rückruf geht es "
        "mit der Sterntaste weiter.",
        type="Bitte geben Sie die Nummer mit Vorwahl ein, unter der wir Sie erreichen, und dann die Rautetaste.",
        wrong="Diese Nummer können wir nicht anrufen.",
        promised="Vielen Dank. Wir rufen Sie an, sobald Sie an der Reihe sind. Auf Wiederhören.",
        sorry="Ein Rückruf ist im Moment leider nicht möglich.",
        plus="plus",
    ),
    CallbackWording(
        language="fr",
        number="Nous pouvons vous rappeler quand ce sera votre tour. Vous gardez votre place. Votre numéro est le",
        confirm="Si c'est exact, tapez 1. Pour un autre numéro, tapez 2. Pour continuer sans être rappelé, tapez "
        "étoile.",
        type="Tapez le numéro où nous pouvons vous joindre, avec l'indicatif, puis la touche dièse.",
        wrong="Nous ne pouvons pas appeler ce numéro.",
        promised="Merci. Nous vous rappellerons quand ce sera votre tour. Au revoir.",
        sorry="Nous ne pouvons malheureusement pas vous rappeler pour le moment.",
        plus="plus",
    ),
    CallbackWording(
        language="es",
        number="Podemos llamarle cuando sea su turno. Usted conserva su lugar. Su número es",
        confirm="Si es correcto, pulse 1. Para otro número, pulse 2. Para seguir sin llamada, pulse asterisco.",
        type="Marque el número donde podemos llamarle, con su prefijo, y después la tecla almohadilla.",
        wrong="No podemos llamar a este número.",
        promised="Gracias. Le llamaremos cuando sea su turno. Adiós.",
        sorry="Lo sentimos, ahora mismo no podemos llamarle.",
        plus="más",
    ),
)

WORDINGS: Final = {one.language: one for one in _ALL}


def wording(language: str) -> CallbackWording:
    """The sentences of this language, of the one without its region, else English."""
    return WORDINGS.get(language) or WORDINGS.get(language.partition("-")[0]) or WORDINGS["en"]
