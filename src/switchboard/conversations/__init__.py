"""The spine: a contact, its queue visits, the offers a visit makes, the engagements that come of them.

    record = await conversations.record(organization, clients, contact)      # the whole route, with times
    earlier = await conversations.earlier(organization, client, customer)    # what the desk lists
    await conversations.note(organization, client, engagement, contact, note="...", by=person)

Rows are written by projection of the Floor's events (`ledger`); only notes and numbers, which can be
forgotten, are written here. `channel` says what a channel can do, `reach` how an agent is reached.
"""
