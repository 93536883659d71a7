"""Call-backs: whoever does not want to wait hangs up, keeps his place in line and is called when it is his turn.

    callbacks = Callbacks(database, clock=clock, ids=ids, tasks=tasks, floors=floors, queues=queues, ...)
    callbacks.telephone = telephone                 # carries the calls: `channels.voice.calling_back`
    await callbacks.open(organization)              # rows are the truth: every open one is back at its old place
    answer = await callbacks.promise(...)           # from a call, or `schedule` from a desk
    await callbacks.cancel(...)

`decide` says when a call-back stands in line or is called; `book` does it for one organization, woken by the Floor
and by timers. An open call-back has a row of its own; its number is in no journal.
"""
