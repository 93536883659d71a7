"""The nouns of the room, for others to name: those of call-backs."""

from switchboard.outbound.callbacks.model import CALLBACK_MOVES, OPEN, Callback, CallbackState, Outcome, Search, Terms

__all__ = ["CALLBACK_MOVES", "OPEN", "Callback", "CallbackState", "Outcome", "Search", "Terms"]
