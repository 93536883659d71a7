"""Agents: their states, pause reasons, queues, skills with levels, teams, and where they can be reached.

    profiles = await agents.profiles.configured(connection, organization)     # by the person's key
    await agents.profiles.put_many(connection, organization, [Profile(person_id, "anna", queues=(q,))])
    spans = await agents.day(organization, person_id, since, until)           # what he did, and how long

What an agent is doing just now is on the Floor (`routing`); here are the nouns, the state table and the rows.
"""
