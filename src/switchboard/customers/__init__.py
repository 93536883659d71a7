"""Who is calling: people recognised by their identities, created at the first contact.

An **identity** is (client, kind, value), for example a brand's caller with the number +4930123456. It may
belong to several people (a family's line); an anonymous caller has none and is nobody. What is known of a
customer lives in rows of one client, which can be forgotten.

    customers = Customers(database, clock, ids, tasks, tenancy.audit, writer)
    ref = await customers.recognise(organization, client, "030 123456", "DE")     # None when anonymous
    await customers.rename(organization, client, ref.id, "Ada", by=person.id)

model      Customer, CustomerRef, Identity
decide     a number as E.164
store      tables and queries
arrivals   new and long unseen callers of one moment in one transaction
service    Customers: what the other rooms ask
"""
