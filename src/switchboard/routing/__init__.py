"""The Floor: queues, waiting contacts, agents and offers, decided in memory and journaled.

    routing = floors.of(organization)
    answers = await routing.command(ContactArrived(...), ContactQueued(...))    # one batch, one commit
    routing.subscribe(on_events)                            # what was decided, after it is durable
    await routing.command(OfferAccepted(offer, fence))      # refused when the lease no longer holds
    routing.board(), routing.desk(agent), routing.why_waiting(contact)

Reading order: requirements (what a contact needs), model (settings, words), commands (what can be asked), events
(what was decided), `floor/` (the rules), runner (decide, save, tell), live (board and desks), projection (rows),
replay.
"""
