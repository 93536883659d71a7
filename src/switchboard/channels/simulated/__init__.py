"""Callers and agents who are not there: a channel without media, so that a demo lives without telephones.

    calls = SimulatedCalls(routing, node="main", ids=ids, choose=Random(), places=[Place(queue, client)], ...)
    await calls.begin()           # colleagues sign in, callers ring, talk, give up
    await calls.end()             # everybody goes home

Those who write (`Place.deferred`) show how a channel whose customers can wait uses the clock: it says when a contact is
due as it puts it in line, sends `ClockPaused` when it asks the customer something and `ClockResumed` when he answers.
Whoever stopped a clock starts it: the Floor never does, and keeps it stopped across a restart, after which the channel
looks on the Floor for what it had stopped. A pause is refused while an agent has the contact; twice changes nothing.

Its contacts are real ones to the Floor, the boards and the records: only nobody hears anybody.
"""
