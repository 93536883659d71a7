"""Whose contact center this is: organizations, clients (brands), people, roles, sign-in, audit.

An **organization** is one customer of the installation; nothing of one is ever seen by another. A
**client** is a brand it answers for, with its own time zone and country. A **person** signs in and
has roles. Each change is **audited**.

    tenancy = Tenancy(database, clock, ids, Passwords())
    signed_in = await tenancy.sign_in("acme", "ada", "correct horse", address="192.0.2.7")
    person = await tenancy.who(signed_in.token)          # None once the session has ended
    await tenancy.dismiss(person.organization, person.id, by=SYSTEM)    # ends her sessions at once

model       the nouns                        events      SessionsEnded
decide      names, limits, session ages      store/      tables and queries
passwords   argon2 in threads: one lane for people who sign in, one for bulk
sign_in     one answer for every failure, a pause that grows
sessions    opened, read with every request, ended at once
configured  clients and people by stable key, many at a time
audit       who changed what, without secrets
service     Tenancy: what the other rooms ask
"""
