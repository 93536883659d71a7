"""Where everything is kept: SQLite in the data folder, or PostgreSQL when you grow. The same SQL for both.

    database = Database.open("sqlite:///data/switchboard.db")
    await database.migrate()
    writer = GroupCommitWriter(database, clock=clock, projections=projections, told=outbox.wake)
    await writer.append(Batch("acme", now, entry, events=decided))       # the Floor: returns when on disk
    async with database.transaction() as connection:                      # everything else: one request
        await connection.execute(...)

schema      the MetaData and column types          database   reading, transaction, migrate
dialect     what differs in SQL                    rows       row changes as values; `compiled` runs them
journal     inputs and decisions, snapshots        writer     group commit of entries, rows and messages
projections from event to row changes              outbox     told events, delivered at least once
jobs        work for later, under leases           worker     runs jobs
backup      copies while it works, and back        folder     the data folder and its lock
migrate     forward-only migrations                backends   one package per engine; only these know a driver
"""
