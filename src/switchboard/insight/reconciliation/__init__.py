"""Reconciliation: the carrier's list of calls beside our ledger, and what one of them has that the other has not.

    preview = await reconciliations.preview(organization, asked, content)     # the guessed columns, the first lines
    made = await reconciliations.compare(organization, asked, content, name="October", by=person)
    page = await reconciliations.differences(organization, clients, made.id, Kind.ONLY_CARRIER)

The list itself is never kept: a child process reads and compares it while the request waits, and only the
differences are saved, under a name, for `model.KEPT`. Times of the carrier's are corrected by the difference of
the clocks, which is estimated from the calls that both have.

model       Line, Call, Reading, Difference, kinds and words
table       bytes -> records: encoding, delimiter, quotation marks
cells       one cell -> moment, duration, number, result
guess       which column is what
lines       records -> Lines, and what is wrong with the others
skew        how far the two clocks are apart
assignment  the cheapest pairs overall
matching    lines and calls -> pairs
comparison  pairs -> differences, totals and what would explain them
program     the child process; elsewhere: our end of it
runs        when the center did not run
store, service, retention    as in every room
"""
