"""The real rooms behind the web's doors: each module satisfies one or two doors of `doors.py`.

    floors, names = ..., Names(database, tenancy, agents, queues, skills, clock)
    hub = Hub(floors)
    presence = RoutingPresence(floors, node, clock)
    desk = RoutingDesk(floors=floors, hub=hub, names=names, agents=agents, records=..., voice=..., ...)

`tenancy.service.Tenancy` satisfies `Sessions` as it is.
"""
