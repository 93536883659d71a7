"""Every metric's formula: pure, named and versioned. Boards, reports, routing and planning all use these.

    from switchboard.measures import answering, times
    times.ring_time(times.EngagementMoments(now=9, offered=1, answered=4))     # 3 microseconds
    counts = answering.Answers(answered=1000, answered_in_time=860, abandoned=60, abandoned_in_time=20)
    answering.SERVICE_LEVELS["answered"].of(counts)                       # 0.86

formula    a name, a version, the words people read, the function; the register of all of them
times      ring, talk, hold, wrap-up and queue time of one contact, in microseconds
answering  service level (five ways), ASA, abandonment
waiting    how long a caller in line will still wait, and what may be told of it
work       average handle time (two ways), occupancy
"""
