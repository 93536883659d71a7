"""Switchboard, a contact center in one package. The map, in reading order:

two doors             channels/       how customers come in: one folder per channel
                      web/            how staff come in: API, live feed, the built interface
plan and understand   workforce/      forecast, shifts, adherence
                      insight/        ledger, boards, reports
                      quality/        recordings, surveys, coaching
                      outbound/       campaigns, do-not-call, call-backs
a contact's journey   flows/          menus and announcements as data
(read upwards)        routing/        the Floor: queues, offers, agents, decided in memory and journaled
                      agents/         agent states, skills, where an agent can be reached
                      conversations/  the spine: contact, queue visit, offer, engagement
                      cases/          orders, tickets, claims
                      knowledge/      scripts and articles
                      customers/      who is calling
                      tenancy/        organizations, clients, people, sign-in, audit
                      measures/       every metric's formula
ground                storage/        database, journal, group-commit writer, jobs
                      bus/            telling other processes what to re-read
                      kit/            clock, ids, tasks, errors, logs
                      protocols/      SIP, SDP, RTP: bytes in, events out
                      audio/          signal processing on arrays

`__main__` is the command line, `app` the only module that knows everything, `configuration/` brings an
organization to the state of a file, `bench/` says what it costs, `settings` names what a node can be told.
"""

__version__ = "0.1.0"
