"""The same Floor under a virtual clock: a day of a center in seconds, and what would be if it were another.

    outcome = Run(scenario, seed=7).go()          # callers and agents out of numbers, decisions by the Floor
    outcome.total.figures()["asa"]                # mean wait of the answered, microseconds
    outcomes = [Run(scenario, seed).go() for seed in seeds_of(7, 20)]
    summary(outcomes)                             # each figure with its confidence interval

Reading order: distributions (times out of numbers), scenario (what is simulated), callers and colleagues (who does
what when), meeting (what comes of two of them), run (the event heap), counting and helping (what came of it), summary
(several runs), calls (a log of real calls), then table, picture (how it is shown).
Nothing here does I/O, asks for the time or decides anything: the Floor does.
"""
