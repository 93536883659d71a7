"""Callers and agents who are not there: a channel without media, so that a demo lives without telephones.

    calls = SimulatedCalls(routing, node="main", ids=ids, choose=Random(), places=[Place(queue, client)], ...)
    await calls.begin()           # colleagues sign in, callers ring, talk, give up
    await calls.end()             # everybody goes home

Its contacts are real ones to the Floor, the boards and the records: only nobody hears anybody.
"""
