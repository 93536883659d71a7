"""The ledger of facts counted: the figures of a client's day, live on the board and of earlier days.

    figures = Figures(Sources(..), clock, tasks)
    await figures.open(routing)
    figures.now(organization, Cell(WHOLE)).answered      # contacts answered today
    figures.now(organization, Cell(queue)).formula       # "service level, offered/1"

`decide.contribution` says what one contact's facts add to the whole, its client, each of its queues and the team that
answered; `counters` keeps the sums of today in memory, `service` counts them from the rows at a start, and earlier days
whenever somebody asks. It decides nothing about calls and writes nothing.
"""
