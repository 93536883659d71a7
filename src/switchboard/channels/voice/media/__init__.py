"""Sound of calls: worker processes carry it, the main process tells them who hears whom.

    pool = MediaPool(clock=clock, tasks=tasks)
    await pool.start()
    worker = pool.choose()                        # one call, one worker
    caller = worker.open_leg()
    caller.connect(("192.0.2.7", 4000), payload_type=0, telephone_event=101)
    caller.music("music.ul")
    worker.set_matrix("call-1", {caller.id: [(agent.id, 1.0)], agent.id: [(caller.id, 1.0)]})

What a leg hears is the first of these that there is: a sound being played to it, the other legs that its
call's matrix names, its background (music, silence, or nothing at all).

Main process: `pool`, `link`, `leg`. Between the processes: `control`, `events`. Worker process: `worker`,
`engine` and the rest; nothing of it may import a database or a web framework.
"""
