"""What every room needs and no domain word inside.

clock    the time as a constructor argument          tasks   background work that cannot fail unseen
ids      identifiers that sort by creation time      logs    structured lines on standard error
errors   what reaches a person, with a status        stalls  how long the event loop was held
pages    a long list, piece by piece                 garbage collections that hold no call
"""
